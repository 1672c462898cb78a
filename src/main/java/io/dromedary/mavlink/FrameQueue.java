package io.dromedary.mavlink;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Keeps the frames that somebody waits for until he takes them, on a thread of his own. When it is full the oldest is dropped and
 * counted: a slow reader must not stall the link.
 */
public final class FrameQueue implements FrameSink, AutoCloseable {

    private final Predicate<MavlinkFrame> wanted;
    private final BlockingQueue<MavlinkFrame> frames;
    private final AtomicLong dropped = new AtomicLong();
    private Runnable onClose = () -> { };

    FrameQueue(Predicate<MavlinkFrame> wanted, int capacity) {
        this.wanted = wanted;
        this.frames = new LinkedBlockingQueue<>(capacity);
    }

    void onClose(Runnable action) {
        onClose = action;
    }

    @Override
    public void frame(MavlinkFrame frame) {
        if (wanted.test(frame)) {
            MavlinkFrame kept = frame.copy();
            while (!frames.offer(kept)) {
                if (frames.poll() != null) {
                    dropped.incrementAndGet();
                }
            }
        }
    }

    /** The next frame, or null when none came within the time. */
    public MavlinkFrame poll(long timeout, TimeUnit unit) throws InterruptedException {
        return frames.poll(timeout, unit);
    }

    /** Frames that came while the queue was full and pushed older ones out. */
    public long dropped() {
        return dropped.get();
    }

    /** Ends the subscription; what is queued can still be taken. */
    @Override
    public void close() {
        onClose.run();
    }
}
