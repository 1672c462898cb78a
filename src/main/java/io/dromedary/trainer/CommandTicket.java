package io.dromedary.trainer;

/**
 * One command on its way through a device service. Its sender gets one reply: the command's own when it is done in time, otherwise
 * "pending with notification", and then the command's own is published when it comes. Who is first decides; both never happen.
 */
public final class CommandTicket {

    private final CommandRequest request;
    private boolean begun;
    private CommandReply reply;

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

    /** The command is about to run; false when its sender was told already that it could not be served. */
    public synchronized boolean begin() {
        begun = reply == null;
        return begun;
    }

    /** The command is done; true when its sender was told before that the result comes later, so that it must be published. */
    public synchronized boolean finish(CommandReply result) {
        boolean late = reply != null;
        reply = late ? reply : result;
        return late;
    }

    /** The sender waits no longer: what it is told now. One that waited behind others all the time is not kept waiting for a result. */
    public synchronized CommandReply giveUp() {
        if (reply == null) {
            reply = CommandReply.of(begun ? TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION : TrainerCommand.RESULT_UNAVAILABLE);
        }
        return reply;
    }
}
