package io.dromedary.proxies;

/** A call that the peer of a proxy did not fulfil; the message is the answer's {@code error}. */
public class ProxyFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure with its text. */
    public ProxyFailure(String message) {
        this(message, null);
    }

    /** A failure with its text and what caused it. */
    public ProxyFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
