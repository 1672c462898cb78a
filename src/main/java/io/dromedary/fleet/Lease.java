package io.dromedary.fleet;

import java.time.Duration;

/**
 * For how long the others wait for us, by our own clock, which goes on while this process is paused. A term ends when no sign of life was
 * given in time; with the next one another term begins, and what was begun in an earlier one may be another's by now.
 */
final class Lease {

    /** Ends that much earlier here than in Redis: a message that leaves just in time is then on its way. */
    private static final int MARGINS_PER_LEASE = 10;

    private final long nanos;
    private long end = System.nanoTime();
    private long term;

    Lease(Duration length) {
        this.nanos = length.toNanos() - length.toNanos() / MARGINS_PER_LEASE;
    }

    /** Redis has got a sign of life. @param asked when it was sent, by {@link System#nanoTime()} */
    synchronized void renewed(long asked) {
        if (System.nanoTime() - end >= 0) {
            term++;
        }
        end = asked + nanos;
    }

    /** The present term, or the last one. */
    synchronized long term() {
        return term;
    }

    /** Whether nobody can have followed us since we were in this term. */
    synchronized boolean holds(long since) {
        return since == term && System.nanoTime() - end < 0;
    }
}
