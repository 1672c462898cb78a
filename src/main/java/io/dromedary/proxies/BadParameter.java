package io.dromedary.proxies;

import java.util.Map;

/** A parameter that cannot be used; the message is for whoever sent it. */
public class BadParameter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean missing;
    private final transient Map<String, Object> fields;

    /** Says what is wrong, in words for the sender. */
    public BadParameter(String message) {
        this(message, false, Map.of());
    }

    /** The same, with further fields of the answer. */
    public BadParameter(String message, Map<String, Object> fields) {
        this(message, false, fields);
    }

    private BadParameter(String message, boolean missing, Map<String, Object> fields) {
        super(message);
        this.missing = missing;
        this.fields = fields;
    }

    /** A parameter that is not there, or empty. */
    public static BadParameter missing(String name) {
        return new BadParameter(name + " is required", true, Map.of());
    }

    /** What the answer says besides {@code error}. */
    public Map<String, Object> fields() {
        return fields;
    }

    /** Whether it is not there, rather than wrong. */
    public boolean isMissing() {
        return missing;
    }
}
