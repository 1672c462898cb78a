package io.dromedary.proxies;

/** A parameter that cannot be used; the message is for whoever sent it. */
public class BadParameter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong, in words for the sender. */
    public BadParameter(String message) {
        super(message);
    }
}
