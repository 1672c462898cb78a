package io.dromedary.mavlink;

import java.util.concurrent.TimeUnit;

/**
 * Watches whether one autopilot falls silent and comes back. Heartbeats of others, such as routers and companions on the same system,
 * do not count: they hide the gap.
 */
final class HeartbeatWatch implements FrameSink, AutoCloseable {

    private static final int HEARTBEAT = 0;

    private final int system;
    private final int component;
    private final long gap;
    private final MavlinkLink.Subscription subscription;
    private long last = System.nanoTime();
    private boolean dropped;
    private boolean returned;

    /** @param gapNanos silence that counts as a reboot */
    HeartbeatWatch(MavlinkLink link, int system, int component, long gapNanos) {
        this.system = system;
        this.component = component;
        this.gap = gapNanos;
        this.subscription = link.subscribe(this);
    }

    @Override
    public synchronized void frame(MavlinkFrame frame) {
        if (frame.messageId() == HEARTBEAT && frame.systemId() == system && frame.componentId() == component) {
            returned |= hasDropped();
            last = System.nanoTime();
            notifyAll();
        }
    }

    /** Whether it was silent for the gap since the watch began. */
    synchronized boolean hasDropped() {
        dropped |= System.nanoTime() - last >= gap;
        return dropped;
    }

    /** Waits until it was silent for the gap. @return false when it was not by then */
    synchronized boolean awaitDrop(long deadline) throws InterruptedException {
        while (!hasDropped() && System.nanoTime() - deadline < 0) {
            sleep(Math.min(deadline, last + gap));
        }
        return hasDropped();
    }

    /** Waits for the first heartbeat after the gap. @return false when none came by then */
    synchronized boolean awaitReturn(long deadline) throws InterruptedException {
        while (!returned && System.nanoTime() - deadline < 0) {
            sleep(deadline);
        }
        return returned;
    }

    private void sleep(long until) throws InterruptedException {
        wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
