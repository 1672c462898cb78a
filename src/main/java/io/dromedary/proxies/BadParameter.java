package io.dromedary.proxies;

/** A parameter that cannot be used; the message is for whoever sent it. */
public class BadParameter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean missing;

    /** Says what is wrong, in words for the sender. */
    public BadParameter(String message) {
        this(message, false);
    }

    private BadParameter(String message, boolean missing) {
        super(message);
        this.missing = missing;
    }

    /** A parameter that is not there, or empty. */
    public static BadParameter missing(String name) {
        return new BadParameter(name + " is required", true);
    }

    /** Whether it is not there, rather than wrong. */
    public boolean isMissing() {
        return missing;
    }
}
