package io.dromedary.proxies;

import java.util.Map;

/** A call that the peer of a proxy did not fulfil; the message is the answer's {@code error}. */
public class ProxyFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, Object> fields;

    /** A failure with its text. */
    public ProxyFailure(String message) {
        this(message, null, Map.of());
    }

    /** A failure with its text and what caused it. */
    public ProxyFailure(String message, Throwable cause) {
        this(message, cause, Map.of());
    }

    /** A failure whose answer has further fields. */
    public ProxyFailure(String message, Throwable cause, Map<String, Object> fields) {
        super(message, cause);
        this.fields = fields;
    }

    /** What the answer says besides {@code error}. */
    public Map<String, Object> fields() {
        return fields;
    }
}
