package io.dromedary.command;

import java.util.Map;

/**
 * A command that is not run, with what its sender is told. A route of a command may throw it too: by
 * {@link #CommandRefused(String)} from YAML, or with a code and more fields from Java.
 */
public class CommandRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean silent;
    private final transient Map<String, Object> fields;

    /** Refuses with code {@link ErrorCodes#HANDLER_ERROR}. */
    public CommandRefused(String message) {
        this(ErrorCodes.HANDLER_ERROR, message);
    }

    /** Refuses with a code of {@link ErrorCodes}, or of the command's own. */
    public CommandRefused(String code, String message) {
        this(code, message, Map.of());
    }

    /** Refuses with further fields for the reply. */
    public CommandRefused(String code, String message, Map<String, Object> fields) {
        this(code, message, fields, false);
    }

    private CommandRefused(String code, String message, Map<String, Object> fields, boolean silent) {
        super(message);
        this.code = code;
        this.fields = fields;
        this.silent = silent;
    }

    /** Sets the message aside without an answer, whatever its sender asked for. */
    static CommandRefused silently(String code, String message) {
        return new CommandRefused(code, message, Map.of(), true);
    }

    public String code() {
        return code;
    }

    public Map<String, Object> fields() {
        return fields;
    }

    boolean isSilent() {
        return silent;
    }
}
