package io.dromedary.proxies;

/** The peer could not be reached or is overloaded: the same call may succeed later. */
public class PeerAway extends ProxyFailure {

    private static final long serialVersionUID = 1L;

    /** A failure with its text and what caused it. */
    public PeerAway(String message, Throwable cause) {
        super(message, cause);
    }
}
