package io.dromedary.vantiq;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.dromedary.vantiq.VantiqSettings.DeliveryConfirmation;

/**
 * Decides when a written notification has arrived and can leave the store. Used on the event loop only.
 *
 * <p>The protocol has no message numbers. Three kinds of evidence are used: the server's status frames, one per notification in order (the vendor's
 * documentation; not every server sends them); the pong to a ping behind the notification; and the time since it was written, when the
 * connection outlived it. A server that sends no status frames is pinged once several
 * notifications wait for time: they would come twice after a cut, and fill the queue.
 */
final class Deliveries {

    private static final Duration MIN_WINDOW = Duration.ofMillis(250);
    private static final Duration MAX_WINDOW = Duration.ofSeconds(1);
    /** A server that acknowledges, but not this one: after this time on a living connection it counts as arrived. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(30);

    /** So many may wait for time alone; more are asked after. A single notification now and then is followed by no ping, as with the SDK. */
    private static final int UNCONFIRMED = 2;

    private record Mark(long before, long nanos) {
    }

    private final NotificationStore store;
    private final DeliveryConfirmation mode;
    private final Runnable removed;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private boolean serverAcknowledges;
    private boolean pingOutstanding;
    private Duration window = MIN_WINDOW;
    private long greetings;
    private long acknowledgedBefore;

    Deliveries(NotificationStore store, DeliveryConfirmation mode, Runnable removed) {
        this.store = store;
        this.mode = mode;
        this.removed = removed;
    }

    /** A new connection writes from this number on; the time of the login's round trip says how long "in flight" is. */
    void connected(long from, Duration roundTrip) {
        marks.clear();
        greetings = 0;
        acknowledgedBefore = from;
        pingOutstanding = false;
        Duration twice = roundTrip.multipliedBy(2);
        window = twice.compareTo(MIN_WINDOW) < 0 ? MIN_WINDOW : twice.compareTo(MAX_WINDOW) > 0 ? MAX_WINDOW : twice;
    }

    /** A notification outside the store was written; the server will acknowledge it as well. */
    void greeted() {
        greetings++;
    }

    /** Notifications not yet written left the store to make room. */
    void skipped(long count) {
        acknowledgedBefore += count;
    }

    /** Everything below the number was written. Says whether a ping has to follow. */
    boolean written(long before) {
        switch (mode) {
            case none -> remove(before);
            case ping -> {
                boolean ping = !pingOutstanding;
                pingOutstanding = true;
                return ping;
            }
            default -> {
                marks.add(new Mark(before, System.nanoTime()));
                boolean ping = !serverAcknowledges && !pingOutstanding && before - store.first() > UNCONFIRMED;
                pingOutstanding |= ping;
                return ping;
            }
        }
        return false;
    }

    /** The server acknowledged the oldest notification it had not acknowledged. */
    void acknowledged(long cursor) {
        if (mode != DeliveryConfirmation.auto) {
            return;
        }
        if (greetings > 0) {
            greetings--;
        } else if (acknowledgedBefore < cursor) {
            serverAcknowledges = true;
            remove(++acknowledgedBefore);
        }
    }

    /** The server answered the ping that followed everything below the number. */
    void ponged(long before) {
        pingOutstanding = false;
        remove(before);
    }

    /** Removes what has been in flight long enough. Says whether more is in flight: then come back after {@link #windowMillis()}. */
    boolean expire() {
        expireBefore(System.nanoTime());
        return !marks.isEmpty();
    }

    long windowMillis() {
        return limit().toMillis();
    }

    /** The connection is gone; returns how many written notifications stay, to be written again. */
    long disconnected(long cursor, boolean handshaken) {
        expireBefore(System.nanoTime());
        if (handshaken) {
            // We said goodbye and the server answered: it has read everything that came before.
            remove(cursor);
        }
        return Math.max(0, cursor - store.first());
    }

    private Duration limit() {
        return serverAcknowledges ? UNACKNOWLEDGED : window;
    }

    private void expireBefore(long now) {
        long limit = limit().toNanos();
        long before = -1;
        while (!marks.isEmpty() && now - marks.peek().nanos() >= limit) {
            before = marks.poll().before();
        }
        if (before >= 0) {
            remove(before);
        }
    }

    private void remove(long before) {
        store.removeBefore(before);
        while (!marks.isEmpty() && marks.peek().before() <= before) {
            marks.poll();
        }
        removed.run();
    }
}
