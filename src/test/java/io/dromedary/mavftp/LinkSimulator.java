package io.dromedary.mavftp;

import java.nio.file.Path;
import java.util.PriorityQueue;
import java.util.function.Predicate;

import io.dromedary.embedded.LinkModel;

/**
 * A client's channel to an {@link FtpServer} over two simulated links, in simulated time: an hour of radio takes milliseconds and every
 * run with the same seeds is the same.
 */
final class LinkSimulator implements FtpChannel {

    /** Bytes around a payload on the wire: MAVLink 2 header, target fields, checksum. */
    static final int FRAMING = 10 + 3 + 2;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    final LinkModel up;
    final LinkModel down;
    final FtpServer server;
    /** Requests and answers that are swallowed by scripted faults. */
    Predicate<FtpPayload> dropUp = payload -> false;
    Predicate<FtpPayload> dropDown = payload -> false;
    /** Whether the vehicle is off. */
    boolean silent;
    /** Whether the link says that the vehicle is lost. */
    boolean lost;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now = 1_000_000_000L;
    private long order;
    private long serverDue = Long.MAX_VALUE;
    private Reply arrived;
    private long serverBusyUntil;
    /** Time the vehicle needs per request. */
    long serviceNanos = 20_000;

    LinkSimulator(Path root, FtpServerProfile profile, LinkModel up, LinkModel down) {
        this.up = up;
        this.down = down;
        this.server = new FtpServer(root, profile, (system, component, answer) -> answer(answer));
    }

    /** Runs something at a moment of the simulated time. */
    void after(double seconds, Runnable action) {
        events.add(new Event(now + (long) (seconds * 1e9), order++, action));
    }

    double seconds() {
        return now / 1e9 - 1;
    }

    /** Hands an answer of no server to the client. */
    void inject(FtpPayload answer) {
        answer(answer);
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void send(FtpPayload payload) {
        FtpPayload copy = FtpPayload.decode(payload.encode(), 0, payload.encode().length);
        if (dropUp.test(copy)) {
            return;
        }
        for (long at : up.send(now, FRAMING + FtpPayload.HEADER_LENGTH + payload.data().length)) {
            events.add(new Event(at, order++, () -> request(copy)));
        }
    }

    private void request(FtpPayload payload) {
        if (silent) {
            return;
        }
        serverBusyUntil = Math.max(now, serverBusyUntil) + serviceNanos;
        events.add(new Event(serverBusyUntil, order++, () -> {
            server.receive(now, 255, 190, payload);
            serverDue = server.advance(now);
        }));
    }

    private void answer(FtpPayload payload) {
        if (silent || dropDown.test(payload)) {
            return;
        }
        for (long at : down.send(now, FRAMING + FtpPayload.HEADER_LENGTH + payload.data().length)) {
            events.add(new Event(at, order++, () -> arrived = new Reply(payload, now)));
        }
    }

    @Override
    public Reply poll(long deadline) {
        while (true) {
            Event event = events.peek();
            long next = Math.min(serverDue, event == null ? Long.MAX_VALUE : event.at);
            if (next > deadline || next == Long.MAX_VALUE) {
                now = Math.max(now, deadline);
                return null;
            }
            now = Math.max(now, next);
            if (event != null && event.at <= serverDue) {
                events.poll();
                event.action.run();
            } else {
                serverDue = server.advance(now);
            }
            if (arrived != null) {
                Reply reply = arrived;
                arrived = null;
                return reply;
            }
        }
    }
}
