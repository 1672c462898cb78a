package io.dromedary.vantiq;

/** A request to the Vantiq connector that cannot be carried out: wrong arguments, a full queue, a stopped session. */
public class VantiqException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public VantiqException(String message) {
        super(message);
    }

    public VantiqException(String message, Throwable cause) {
        super(message, cause);
    }
}
