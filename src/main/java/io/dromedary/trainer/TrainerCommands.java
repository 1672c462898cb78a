package io.dromedary.trainer;

import java.util.List;

/** Takes commands in and gives replies out, for the routes of the device service. The bean {@code trainerCommands}. */
public final class TrainerCommands {

    private final TrainerCodec codec;

    public TrainerCommands(TrainerCodec codec) {
        this.codec = codec;
    }

    /** Reads a command and opens its ticket. */
    public CommandTicket open(List<byte[]> frames) throws MalformedMessageException {
        return new CommandTicket(codec.decodeRequest(frames));
    }

    /**
     * What a command's route has made.
     *
     * @param result a number of {@link TrainerCommand}, null for success
     * @param data the body at the end of the route; a ready reply is taken as it is
     * @param errorCode null for 0
     * @param errorMessage for people, or null
     */
    public CommandReply reply(Object result, Object data, Object errorCode, Object errorMessage) {
        if (data instanceof CommandReply ready) {
            return ready;
        }
        return new CommandReply(result == null ? TrainerCommand.RESULT_SUCCESS : result, data, errorCode == null ? 0 : errorCode, errorMessage);
    }

    /** The reply for a command that failed with an exception. */
    public CommandReply failed(Exception failure) {
        return CommandReply.exception(failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage());
    }

    /** The reply for a command that no route serves. */
    public CommandReply unavailable() {
        return CommandReply.of(TrainerCommand.RESULT_UNAVAILABLE);
    }

    /** The bytes of a reply. */
    public byte[] encode(CommandTicket ticket, CommandReply reply) {
        return codec.encodeReply(ticket.getRequest(), reply);
    }

    /** The bytes of the reply to something that is no command. */
    public byte[] unrecognized() {
        return codec.encodeReply(CommandRequest.UNREADABLE, CommandReply.of(TrainerCommand.RESULT_UNRECOGNIZED));
    }

    /** The bytes for a sender that waits no longer, or that could not be served now. */
    public byte[] overdue(CommandTicket ticket) {
        return encode(ticket, ticket.giveUp());
    }
}
