package io.dromedary.trainer;

import java.util.concurrent.atomic.AtomicReference;

/**
 * One command on its way through a device service. Its sender gets one reply: the command's own when it is done in time, otherwise
 * "pending with notification", and then the command's own is published when it comes. Who is first decides; both never happen.
 */
public final class CommandTicket {

    private static final CommandReply LATE = CommandReply.of(TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION);

    private final CommandRequest request;
    private final AtomicReference<CommandReply> reply = new AtomicReference<>();

    public CommandTicket(CommandRequest request) {
        this.request = request;
    }

    public CommandRequest getRequest() {
        return request;
    }

    public int getCommand() {
        return request.command();
    }

    public Object getNonce() {
        return request.nonce();
    }

    public Object getData() {
        return request.data();
    }

    public String getCustomName() {
        return request.customName();
    }

    /** The command is done; true when its sender was told before that the result comes later, so that it must be published. */
    public boolean finish(CommandReply result) {
        return !reply.compareAndSet(null, result);
    }

    /** The sender waits no longer: what it is told now. */
    public CommandReply giveUp() {
        reply.compareAndSet(null, LATE);
        return reply.get();
    }
}
