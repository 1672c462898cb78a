package io.dromedary.trainer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a command. The values are open, as JSON is: a device may send other results than the known ones.
 *
 * @param result a number of {@link TrainerCommand}, usually
 * @param data what the command gave, or null
 * @param errorCode 0 for no error
 * @param errorMessage for people, or null
 */
public record CommandReply(Object result, Object data, Object errorCode, Object errorMessage) {

    public static CommandReply of(int result) {
        return new CommandReply(result, null, 0, null);
    }

    public static CommandReply success(Object data) {
        return new CommandReply(TrainerCommand.RESULT_SUCCESS, data, 0, null);
    }

    /** The command failed in an unforeseen way. */
    public static CommandReply exception(String message) {
        return new CommandReply(TrainerCommand.RESULT_EXCEPTION, null, 0, message);
    }

    /** The members of a synchronous reply, in the order of the reference. */
    Map<String, Object> toReply(CommandRequest request) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("nonce", request.nonce());
        reply.put("command", request.command());
        reply.put("result", result);
        reply.put("data", data);
        reply.put("error_kind", hasError() ? TrainerCommand.ERROR_COMMAND : TrainerCommand.ERROR_NONE);
        reply.put("error_code", errorCode);
        reply.put("error_message", errorMessage);
        return reply;
    }

    /** The members of a late result as it is published, in the order of the reference. */
    public Map<String, Object> toResult(Object command, Object nonce) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("result", result);
        message.put("data", data);
        message.put("error_code", errorCode);
        message.put("error_message", errorMessage);
        message.put("command", command);
        message.put("nonce", nonce);
        return message;
    }

    private boolean hasError() {
        return !(errorCode instanceof Number number && number.doubleValue() == 0);
    }
}
