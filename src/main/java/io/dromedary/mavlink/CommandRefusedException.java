package io.dromedary.mavlink;

/** A vehicle answered a command with something else than "accepted". */
public final class CommandRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient CommandResult result;

    CommandRefusedException(CommandResult result) {
        super("Command " + result.command() + " was answered with " + result.resultName());
        this.result = result;
    }

    /** The acknowledgement. */
    public CommandResult result() {
        return result;
    }
}
