package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends commands and waits for their acknowledgement. There is no number that ties an acknowledgement to a command, so only one of a
 * kind is under way to one target and others wait for their turn. Safe for use by several threads; one per link, see {@link #of}.
 */
public final class CommandSender {

    private static final int MAX_WAITING = 64;
    private static final int ACK_QUEUE = 64;

    private final MavlinkLink link;
    private final Map<String, Turn> turns = new HashMap<>();

    private static final class Turn {

        private final Semaphore free = new Semaphore(1, true);
        private int users;
        /** Until then an acknowledgement of a repeated command may still come in. */
        private long quietUntil = System.nanoTime();
    }

    private CommandSender(MavlinkLink link) {
        this.link = link;
    }

    /** The sender that all users of a link share. */
    public static CommandSender of(MavlinkLink link) {
        return link.service(CommandSender.class, CommandSender::new);
    }

    /**
     * Sends a command until it is acknowledged for good.
     *
     * @return the acknowledgement, whatever its result
     * @throws TimeoutException when none came: nobody knows then whether the command had its effect
     * @throws IOException      when nobody can be reached or too many commands wait already
     */
    public CommandResult execute(CommandRequest request) throws IOException, TimeoutException, InterruptedException {
        String key = request.targetSystem() + "/" + request.targetComponent() + "/" + request.command();
        Turn turn = enter(key);
        try {
            long patience = request.ackTimeout().toNanos() * (request.resends() + 1L) + request.progressTimeout().toNanos();
            if (!turn.free.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
                throw new TimeoutException("Command " + request.command() + " to " + target(request)
                        + " was not sent: an earlier one of the same kind did not end");
            }
            try {
                return exchange(request, turn);
            } finally {
                turn.free.release();
            }
        } finally {
            leave(key, turn);
        }
    }

    private static String target(CommandRequest request) {
        return request.targetSystem() + "/" + request.targetComponent();
    }

    private synchronized Turn enter(String key) throws IOException {
        Turn turn = turns.computeIfAbsent(key, k -> new Turn());
        if (turn.users >= MAX_WAITING) {
            throw new IOException("More than " + MAX_WAITING + " commands of one kind wait for their turn");
        }
        turn.users++;
        return turn;
    }

    private synchronized void leave(String key, Turn turn) {
        if (--turn.users == 0 && turn.quietUntil - System.nanoTime() <= 0) {
            turns.remove(key);
        }
        // Turns kept for their quiet time are few and end with the next command or here.
        turns.values().removeIf(other -> other.users == 0 && other.quietUntil - System.nanoTime() <= 0);
    }

    private CommandResult exchange(CommandRequest request, Turn turn) throws IOException, TimeoutException, InterruptedException {
        try (FrameQueue acks = link.queue(frame -> isAck(frame, request), ACK_QUEUE)) {
            awaitQuiet(acks, turn);
            boolean asInt = request.frame() >= 0;
            int sent = 0;
            for (int form = 0; ; form++) {
                CommandResult result = attempt(request, asInt, acks, sent);
                sent = result.sent();
                if (sent > form + 1) {
                    turn.quietUntil = System.nanoTime() + request.ackTimeout().toNanos();
                }
                boolean otherForm = asInt ? result.result() == CommandResult.LONG_ONLY || result.result() == CommandResult.UNSUPPORTED
                        : result.result() == CommandResult.INT_ONLY;
                if (form > 0 || !otherForm) {
                    return result;
                }
                asInt = !asInt;
            }
        }
    }

    /** Lets late acknowledgements of the command before, which was sent more than once, pass by. */
    private static void awaitQuiet(FrameQueue acks, Turn turn) throws InterruptedException {
        for (long left = turn.quietUntil - System.nanoTime(); left > 0; left = turn.quietUntil - System.nanoTime()) {
            acks.poll(left, TimeUnit.NANOSECONDS);
        }
    }

    private CommandResult attempt(CommandRequest request, boolean asInt, FrameQueue acks, int sentBefore)
            throws IOException, TimeoutException, InterruptedException {
        String form = asInt ? "COMMAND_INT" : "COMMAND_LONG";
        boolean working = false;
        for (int n = 0; n <= request.resends(); n++) {
            if (!link.send(message(request, asInt, n))) {
                throw new IOException("Command " + request.command() + " was not sent: nobody is connected to " + link.settings().addresses());
            }
            Duration wait = request.ackTimeout();
            MavlinkFrame frame = acks.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
            while (frame != null) {
                MavlinkMessage ack = frame.message();
                int result = ack.getInt("result");
                if (result != CommandResult.IN_PROGRESS) {
                    return new CommandResult(request.command(), result, ack.getInt("result_param2"), sentBefore + n + 1, form);
                }
                working = true;
                request.progress().accept(ack.getInt("progress"));
                frame = acks.poll(request.progressTimeout().toNanos(), TimeUnit.NANOSECONDS);
            }
            if (working) {
                throw new TimeoutException("Command " + request.command() + " was begun by " + target(request) + " but nothing was heard of it for "
                        + seconds(request.progressTimeout()) + "; its outcome is unknown");
            }
        }
        throw new TimeoutException("Command " + request.command() + " was not acknowledged by " + target(request) + " within "
                + seconds(request.ackTimeout().multipliedBy(request.resends() + 1L)) + " (sent " + (sentBefore + request.resends() + 1)
                + " times); its outcome is unknown");
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    private boolean isAck(MavlinkFrame frame, CommandRequest request) {
        // COMMAND_ACK: command u16, result u8, then the extensions progress u8, result_param2 i32, target_system u8, target_component u8.
        return frame.messageId() == 77 && frame.u16(0) == request.command() && frame.systemId() == request.targetSystem()
                && frame.componentId() == request.targetComponent();
    }

    private MavlinkMessage message(CommandRequest request, boolean asInt, int confirmation) {
        double[] p = request.params();
        MavlinkMessage message = link.dialect().message(asInt ? "COMMAND_INT" : "COMMAND_LONG")
                .set("target_system", request.targetSystem()).set("target_component", request.targetComponent())
                .set("command", request.command()).set("param1", p[0]).set("param2", p[1]).set("param3", p[2]).set("param4", p[3]);
        if (asInt) {
            int frame = Math.max(0, request.frame());
            return message.set("frame", frame).set("x", scaled(p[4], request.frame())).set("y", scaled(p[5], request.frame())).set("z", p[6]);
        }
        return message.set("param5", p[4]).set("param6", p[5]).set("param7", p[6]).set("confirmation", confirmation);
    }

    /**
     * Degrees in units of 1e-7 in global frames, metres in units of 1e-4 in local ones. Without a frame the vehicle itself asked for
     * COMMAND_INT, which it does for the sake of a position: what can be degrees is.
     */
    private static int scaled(double value, int frame) {
        if (Double.isNaN(value)) {
            return Integer.MAX_VALUE;
        }
        double factor = switch (frame) {
            case -1 -> Math.abs(value) <= 180 ? 1e7 : 1;
            case 0, 3, 5, 6, 10, 11 -> 1e7;
            case 2 -> 1;
            default -> 1e4;
        };
        return (int) Math.rint(value * factor);
    }
}
