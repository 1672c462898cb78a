package io.dromedary.command;

/** What a command works with has not been started, is stopping, or is busy. A command's schema says what its sender is told then ({@code x-not-ready}). */
public class NotReadyException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** With what is not ready, in a sentence. */
    public NotReadyException(String message) {
        super(message);
    }
}
