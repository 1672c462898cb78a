package io.dromedary.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closed for the moment in which routes are exchanged. Who looks for a command that is not there waits for it to open before
 * saying so, so that no sender hears of the exchange. The bean {@code swapGate}.
 */
public final class SwapGate {

    /** Longer than any exchange of routes takes; then the answer is what it is. */
    private static final long LONGEST_SECONDS = 10;

    private volatile CountDownLatch closed = new CountDownLatch(0);
    private final AtomicInteger exchanges = new AtomicInteger();

    /** From now on the routes change. */
    public synchronized void close() {
        // In this order: who sees the new number finds the gate closed.
        closed = new CountDownLatch(1);
        exchanges.incrementAndGet();
    }

    /** The routes are what they will be. */
    public synchronized void open() {
        closed.countDown();
    }

    /**
     * Returns when it is open, at the latest after {@value #LONGEST_SECONDS} seconds.
     *
     * @return how many exchanges have begun so far: who looks next and finds nothing has to look again if there are more by then
     */
    int opened() {
        int begun = exchanges.get();
        try {
            if (closed.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                return begun;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return exchanges.get();
    }

    /** How many exchanges have begun so far. */
    int exchanges() {
        return exchanges.get();
    }
}
