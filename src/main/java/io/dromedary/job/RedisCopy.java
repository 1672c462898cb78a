package io.dromedary.job;

/**
 * How far Redis knows a job of this process: which changes it has not got yet, and until when it keeps the job for us. Safe for use by
 * many threads.
 */
final class RedisCopy {

    private final Object writing = new Object();
    private long changes = 1;
    private long written;
    private long lastWrite;
    private long leaseEnd;
    private boolean leased;

    /** Held by who writes the state. */
    Object writing() {
        return writing;
    }

    /** The state has changed, or Redis has forgotten it. */
    synchronized void changed() {
        changes++;
    }

    /** The number of changes so far. To be asked before the state that is going to be written. */
    synchronized long changes() {
        return changes;
    }

    /** Whether there is a change that is not in Redis yet. */
    synchronized boolean isBehind() {
        return written < changes;
    }

    /** The first changes are in Redis now. @param now by {@link System#nanoTime} */
    synchronized void wrote(long upTo, long now) {
        written = Math.max(written, upTo);
        lastWrite = now;
    }

    /** When something was written last, by {@link System#nanoTime}. */
    synchronized long lastWrite() {
        return lastWrite;
    }

    /** The job is ours until then, by {@link System#nanoTime}. */
    synchronized void leaseUntil(long end) {
        leaseEnd = end;
        leased = true;
    }

    /** Whether the lease, if there ever was one, has not been renewed in time. */
    synchronized boolean leaseOver(long now) {
        return leased && now - leaseEnd > 0;
    }
}
