package io.dromedary.mavlink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A sliding window over requests that are answered by PARAM_VALUE: as many in flight as vehicle and link carry, each sent again as
 * soon as it must be lost. A slot is free when its request is answered or lost, so lost frames cost time but never the window.
 *
 * <p>A request counts as lost when three later ones were answered or after smoothed round trip + 4 deviations (RFC 6298). Loss alone
 * does not shrink the window, since radios lose at random; a round trip that grows does. One use per object, on the caller's thread.
 */
abstract class ParameterWindow {

    /** One request that must be answered. */
    static final class Item {

        final String name;
        final int index;
        int attempts;
        /** Attempts after which the vehicle was heard without an answer to this. */
        int unanswered;
        /** Answers with another value than the one wanted. */
        int refusals;
        int order;
        int passed;
        long firstSent;
        long sent;
        boolean inFlight;
        boolean added;
        boolean over;
        boolean queued;
        boolean read;

        Item(String name, int index) {
            this.name = name;
            this.index = index;
        }
    }

    private static final int REORDER_TOLERANCE = 3;
    /** A name is taken for unknown when an unlucky loss of all its requests is less likely than this, and not before this time. */
    private static final double IMPROBABLE = 1e-6;
    private static final double LEAST_LOSS = 0.1;
    private static final long SOONEST_UNKNOWN = 2_000_000_000L;

    final MavlinkLink link;
    final Vehicle vehicle;
    final ParameterOptions options;
    private final ParameterPace pace;
    private final Deque<Item> waiting = new ArrayDeque<>();
    private final List<Item> inFlight = new ArrayList<>();
    private int orders;
    private int requests;
    private int answered;
    /** Attempts in vain for what was answered in the end. */
    private int lost;
    private int open;
    private long lastHeard = System.nanoTime();

    ParameterWindow(MavlinkLink link, Vehicle vehicle, ParameterOptions options) {
        this.link = link;
        this.vehicle = vehicle;
        this.options = options;
        this.pace = new ParameterPace(vehicle, options);
    }

    /** The message that asks for an item now. */
    abstract MavlinkMessage request(Item item);

    /** Takes a message of the vehicle; calls {@link #done} or {@link #again} for the item it answers. */
    abstract void received(MavlinkMessage message, long now);

    /** The item will not be answered. */
    abstract void failed(Item item, String reason);

    /** Called after each message and wait. @return when to be called again at the latest, as {@link System#nanoTime} */
    long tick(long now) {
        return Long.MAX_VALUE;
    }

    /** Whether more items may be added though all present ones are over. */
    boolean expectsMore() {
        return false;
    }

    final int requests() {
        return requests;
    }

    final void add(Item item) {
        item.added = true;
        open++;
        enqueue(item);
    }

    private void enqueue(Item item) {
        if (!item.queued) {
            item.queued = true;
            waiting.add(item);
        }
    }

    /** Runs until all items are over or the time is. */
    final void run(FrameQueue frames, long deadline) throws IOException, InterruptedException {
        while (open > 0 || expectsMore()) {
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                return;
            }
            expire(now);
            long next = Math.min(Math.min(tick(now), deadline), fill(now));
            MavlinkFrame frame = frames.poll(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
            while (frame != null) {
                now = System.nanoTime();
                lastHeard = now;
                pace.heard();
                received(frame.message(), now);
                frame = frames.poll(0, TimeUnit.NANOSECONDS);
            }
        }
    }

    private long fill(long now) throws IOException {
        while (inFlight.size() < pace.window() && !waiting.isEmpty()) {
            Item item = waiting.poll();
            item.queued = false;
            if (item.over) {
                continue;
            }
            if (options.maxRetries() > 0 && item.attempts >= options.maxRetries()) {
                giveUp(item, "no answer to " + item.attempts + " requests");
                continue;
            }
            send(item, now);
        }
        long next = Long.MAX_VALUE;
        for (Item item : inFlight) {
            next = Math.min(next, item.sent + pace.timeout());
        }
        return next;
    }

    private void send(Item item, long now) throws IOException {
        if (item.attempts++ == 0) {
            item.firstSent = now;
        }
        item.sent = now;
        item.order = ++orders;
        item.passed = 0;
        item.inFlight = true;
        inFlight.add(item);
        requests++;
        if (!link.send(request(item))) {
            throw new IOException("Nobody is connected to " + link.settings().addresses());
        }
    }

    private void expire(long now) {
        long timeout = pace.timeout();
        boolean any = false;
        for (Iterator<Item> items = inFlight.iterator(); items.hasNext();) {
            Item item = items.next();
            if (now - item.sent >= timeout || item.passed >= REORDER_TOLERANCE) {
                any |= item.passed < REORDER_TOLERANCE;
                // Before giveUp(), which would remove it behind the iterator's back.
                items.remove();
                item.inFlight = false;
                if (lastHeard - item.sent > 0) {
                    item.unanswered++;
                }
                if (isUnknown(item, now)) {
                    giveUp(item, "unknown to the vehicle: " + item.attempts + " requests were not answered");
                } else {
                    enqueue(item);
                }
            }
        }
        if (any && now - lastHeard > timeout) {
            pace.silent();
        }
    }

    /** Whether loss, as far as it is known from the others, does not explain the silence about one name. */
    private boolean isUnknown(Item item, long now) {
        double failing = Math.max(LEAST_LOSS, (lost + 1.0) / (lost + answered + 2.0));
        return answered > 0 && now - item.firstSent > SOONEST_UNKNOWN && Math.pow(failing, item.unanswered) < IMPROBABLE;
    }

    /** The item was answered; frees its slot and learns from the time it took. */
    final void answer(Item item, long now) {
        if (!item.inFlight) {
            return;
        }
        inFlight.remove(item);
        item.inFlight = false;
        answered++;
        lost += item.unanswered;
        item.unanswered = 0;
        long took = now - item.sent;
        boolean sureWhich = item.attempts == 1;
        if (sureWhich) {
            pace.sample(took, now);
        }
        if (sureWhich || took >= pace.shortest()) {
            for (Item other : inFlight) {
                if (other.order - item.order < 0) {
                    other.passed++;
                }
            }
        }
        pace.answered();
    }

    final void done(Item item, long now) {
        answer(item, now);
        close(item);
    }

    private boolean close(Item item) {
        boolean first = !item.over;
        if (first && item.added) {
            open--;
        }
        item.over = true;
        return first;
    }

    /** The item was answered but must be sent once more. */
    final void again(Item item, long now) {
        if (item.inFlight) {
            answer(item, now);
            enqueue(item);
        }
    }

    final void giveUp(Item item, String reason) {
        if (close(item)) {
            failed(item, reason);
        }
        if (item.inFlight) {
            inFlight.remove(item);
            item.inFlight = false;
        }
    }
}
