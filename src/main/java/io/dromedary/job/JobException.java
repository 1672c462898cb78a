package io.dromedary.job;

/** A job cannot be started, joined or cancelled, or has failed; the text is for whoever asked. */
public class JobException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JobException(String message) {
        super(message);
    }

    public JobException(String message, Throwable cause) {
        super(message, cause);
    }
}
