package io.dromedary.trainer;

/**
 * One command as a device service got it.
 *
 * @param command the number; one that 0.9.7 does not know is {@link TrainerCommand#USER_DEFINED}
 * @param sentCommand what stood there really: any JSON value but an object or a list
 * @param customCommand which user-defined command is meant, -1 when not given
 * @param nonce what ties the answer to the question: any JSON value, 0 when not given
 * @param data arguments: any JSON value, or null
 */
public record CommandRequest(int command, Object sentCommand, Object customCommand, Object nonce, Object data) {

    /** The request that stands for one that could not be read. */
    public static final CommandRequest UNREADABLE = new CommandRequest(TrainerCommand.NONE, null, -1, 0, null);

    /**
     * The name of the route that serves a user-defined command: the custom command when it is a number or a simple word, otherwise the
     * number that was sent, otherwise {@code none}. Safe to be put into an endpoint's name.
     */
    public String customName() {
        if (simple(customCommand)) {
            return String.valueOf(customCommand);
        }
        return simple(sentCommand) && !Integer.valueOf(TrainerCommand.USER_DEFINED).equals(sentCommand) ? String.valueOf(sentCommand) : "none";
    }

    private static boolean simple(Object value) {
        if (value instanceof Integer number) {
            return number >= 0;
        }
        return value instanceof String text && text.matches("[a-z][a-z0-9_-]{0,63}");
    }
}
