package io.dromedary.trainer;

/** What came in cannot be understood. Its sender's mistake: nothing of ours is wrong and trying again does not help. */
public class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
