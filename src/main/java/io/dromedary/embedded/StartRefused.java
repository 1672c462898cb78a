package io.dromedary.embedded;

/**
 * The application cannot start for a reason that lies outside it, such as a taken port or an unwritable directory. The message
 * is one sentence for the person at the keyboard: what is wrong and which setting changes it. It carries no stack trace.
 */
public class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Refuses with one sentence. */
    public StartRefused(String sentence) {
        this(sentence, null);
    }

    /** Refuses with one sentence; the cause is for logs at debug level. */
    public StartRefused(String sentence, Throwable cause) {
        super(sentence, cause, false, false);
    }
}
