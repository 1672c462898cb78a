package io.dromedary.vantiq;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

import io.dromedary.vantiq.VantiqSettings.DeliveryConfirmation;

/**
 * Decides when a written notification has arrived and can leave the store. Used on the event loop only.
 *
 * <p>The protocol has no message numbers. Evidence are the server's status frames, one per notification in order (the vendor's
 * documentation; not every server sends them), and the pong to a ping behind the notification. That a connection outlived it by some time proves
 * nothing: a server that stalls and is then cut has not read it. Time counts only with a server that gives neither sign.
 */
final class Deliveries {

    private static final Duration MIN_WINDOW = Duration.ofMillis(250);
    private static final Duration MAX_WINDOW = Duration.ofSeconds(1);
    /** A server that acknowledges, but not this one: after this time on a living connection it counts as arrived. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(30);
    /** A server that answers no ping for so long answers none at all. */
    private static final Duration MUTE = Duration.ofSeconds(10);

    /** More than these are asked after at once, others when the window is over: most servers that acknowledge have done so by then. */
    private static final int UNCONFIRMED = 2;

    private record Mark(long before, long nanos) {
    }

    private final NotificationStore store;
    private final DeliveryConfirmation mode;
    private final Runnable removed;
    private final LongSupplier nanos;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private boolean serverAcknowledges;
    private boolean pingOutstanding;
    private long pingNanos;
    private boolean mute;
    private Duration window = MIN_WINDOW;
    private long greetings;
    private long acknowledgedBefore;

    /**
     * @param removed called when notifications have left the store
     * @param nanos   the time, as {@link System#nanoTime()}
     */
    Deliveries(NotificationStore store, DeliveryConfirmation mode, Runnable removed, LongSupplier nanos) {
        this.store = store;
        this.mode = mode;
        this.removed = removed;
        this.nanos = nanos;
    }

    /** A new connection writes from this number on; the time of the login's round trip says how long "in flight" is. */
    void connected(long from, Duration roundTrip) {
        marks.clear();
        greetings = 0;
        acknowledgedBefore = from;
        pingOutstanding = false;
        mute = false;
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
                return ask();
            }
            default -> {
                marks.add(new Mark(before, nanos.getAsLong()));
                return !serverAcknowledges && !mute && before - store.first() > UNCONFIRMED && ask();
            }
        }
        return false;
    }

    /** One question at a time: the next one covers all that was written meanwhile. */
    private boolean ask() {
        if (pingOutstanding) {
            return false;
        }
        pingOutstanding = true;
        pingNanos = nanos.getAsLong();
        return true;
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
        mute = false;
        remove(before);
    }

    /** Whether notifications wait for a sign that they arrived: then {@link #look()} after {@link #windowMillis()}. */
    boolean waiting() {
        return !marks.isEmpty();
    }

    long windowMillis() {
        return (serverAcknowledges ? UNACKNOWLEDGED : window).toMillis();
    }

    /** The connection lives, and some wait. Says whether a ping has to ask after them. */
    boolean look() {
        long now = nanos.getAsLong();
        mute |= pingOutstanding && now - pingNanos >= MUTE.toNanos();
        if (serverAcknowledges) {
            expire(now - UNACKNOWLEDGED.toNanos());
        } else if (mute) {
            expire(now - window.toNanos());
        } else {
            return !marks.isEmpty() && now - marks.peek().nanos() >= window.toNanos() && ask();
        }
        return false;
    }

    /** The connection is gone; returns how many written notifications stay, to be written again. */
    long disconnected(long cursor, boolean handshaken) {
        if (handshaken) {
            // We said goodbye and the server answered: it has read everything that came before.
            remove(cursor);
        }
        return Math.max(0, cursor - store.first());
    }

    private void expire(long writtenUntil) {
        long before = -1;
        while (!marks.isEmpty() && marks.peek().nanos() - writtenUntil <= 0) {
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
