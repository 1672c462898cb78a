package io.dromedary.zeromq;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells a stream of messages from single ones. A single one is written at once by whoever sends it, which wakes ZeroMQ's own thread, and
 * its peer. In a stream that would be the greater part of the work; its messages are queued, and the socket's thread writes what has come
 * in a moment together.
 */
final class SendPace {

    /** Closer together than this, again and again, is a stream: 20,000 a second. */
    private static final long CLOSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int AGAIN_AND_AGAIN = 32;
    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int EMPTY_MOMENTS = 3;

    private final boolean off;
    // A number lost between two senders does no harm.
    private volatile long last;
    private volatile int close;
    private volatile boolean stream;
    private int empty;

    /** @param off never a stream: for a socket that also receives, and must not be left alone for a moment */
    SendPace(boolean off) {
        this.off = off;
    }

    /** Another message is sent. @return whether it is one of a stream */
    boolean next() {
        if (off || stream) {
            return stream;
        }
        long now = System.nanoTime();
        close = now - last < CLOSE_NANOS ? close + 1 : 0;
        last = now;
        stream = close >= AGAIN_AND_AGAIN;
        return stream;
    }

    /**
     * Lets a moment pass, for the socket's thread only.
     *
     * @param worked whether there was something to write since the last call
     * @return false when there is no stream, or no longer
     */
    boolean moment(boolean worked) {
        if (!stream) {
            return false;
        }
        empty = worked ? 0 : empty + 1;
        if (empty >= EMPTY_MOMENTS) {
            empty = 0;
            close = 0;
            stream = false;
            return false;
        }
        LockSupport.parkNanos(this, MOMENT_NANOS);
        return true;
    }
}
