package io.dromedary.command;

/** The stable {@code error_code} values of the bus. {@code docs/commands/errors.md} explains each; a test compares both. */
public final class ErrorCodes {

    /** The command's own route failed. */
    public static final String HANDLER_ERROR = "HANDLER_ERROR";
    /** One of our name spaces, but no such command. */
    public static final String UNKNOWN_COMMAND = "UNKNOWN_COMMAND";
    /** The payload does not fit the command's schema. */
    public static final String VALIDATION_ERROR = "VALIDATION_ERROR";
    /** The command did not end in time. */
    public static final String COMMAND_TIMEOUT = "COMMAND_TIMEOUT";
    /** A backing service did not do what the command asked for. */
    public static final String PROXY_ERROR = "PROXY_ERROR";
    /** The message is larger than the bus accepts. */
    public static final String MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE";
    /** Not a JSON object. Never on the wire: there is nobody to answer. */
    public static final String NOT_A_COMMAND = "NOT_A_COMMAND";
    /** The same message again. Never on the wire. */
    public static final String DUPLICATE = "DUPLICATE";
    /** A command for another program on the same topic. Never on the wire. */
    public static final String NOT_FOR_US = "NOT_FOR_US";
    /** The reply could not be delivered. Never on the wire. */
    public static final String REPLY_UNDELIVERED = "REPLY_UNDELIVERED";

    private ErrorCodes() {
    }
}
