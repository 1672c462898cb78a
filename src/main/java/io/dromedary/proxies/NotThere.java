package io.dromedary.proxies;

/** What the call is about does not exist at the peer. */
public class NotThere extends ProxyFailure {

    private static final long serialVersionUID = 1L;

    /** A failure with its text and what caused it. */
    public NotThere(String message, Throwable cause) {
        super(message, cause);
    }
}
