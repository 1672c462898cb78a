package io.dromedary.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closed for the moment in which routes are exchanged. Who looks for a command that is not there waits for it to open before
 * saying so, so that no sender hears of the exchange. The bean {@code swapGate}.
 */
public final class SwapGate {

    /** Longer than any exchange of routes takes; then the answer is what it is. */
    private static final long LONGEST_SECONDS = 10;

    private volatile CountDownLatch closed = new CountDownLatch(0);

    /** From now on the routes change. */
    public synchronized void close() {
        closed = new CountDownLatch(1);
    }

    /** The routes are what they will be. */
    public synchronized void open() {
        closed.countDown();
    }

    /** Returns at once when it is open; otherwise when it opens, and whether it was closed. */
    boolean waited() {
        CountDownLatch current = closed;
        if (current.getCount() == 0) {
            return false;
        }
        try {
            return current.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
