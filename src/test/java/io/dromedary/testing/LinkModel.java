package io.dromedary.testing;

import java.util.Random;

/**
 * One direction of a radio or network link: when does a packet that is sent now arrive, and how often. Seeded: the same calls give the
 * same answers. Not safe for use by several threads at once.
 */
public final class LinkModel {

    private static final long[] LOST = {};

    private final Random random;
    private long delayNanos;
    private double loss;
    private double reorder;
    private long reorderNanos = 4_000_000;
    private double duplicate;
    private double bytesPerSecond;
    private long queueBytes = Long.MAX_VALUE;
    private long busyUntil = Long.MIN_VALUE;
    private long carried;
    private long dropped;

    /** A perfect link. */
    public LinkModel(long seed) {
        random = new Random(seed);
    }

    public LinkModel delayMillis(double millis) {
        delayNanos = (long) (millis * 1e6);
        return this;
    }

    /** Probability that a packet disappears. */
    public LinkModel loss(double probability) {
        loss = probability;
        return this;
    }

    /** Probability that a packet arrives this much later than its neighbours. */
    public LinkModel reorder(double probability, double millis) {
        reorder = probability;
        reorderNanos = (long) (millis * 1e6);
        return this;
    }

    /** Probability that a packet arrives twice. */
    public LinkModel duplicate(double probability) {
        duplicate = probability;
        return this;
    }

    /** Capacity, and how many bytes may wait before packets are dropped. */
    public LinkModel rate(double newBytesPerSecond, long newQueueBytes) {
        bytesPerSecond = newBytesPerSecond;
        queueBytes = newQueueBytes;
        return this;
    }

    /** Arrival times of a packet of that many bytes: none, one or two. */
    public long[] send(long now, int bytes) {
        long departure = now;
        if (bytesPerSecond > 0) {
            long start = Math.max(now, busyUntil);
            if ((start - now) * bytesPerSecond / 1e9 + bytes > queueBytes) {
                dropped++;
                return LOST;
            }
            departure = start + (long) (bytes * 1e9 / bytesPerSecond);
            busyUntil = departure;
        }
        if (random.nextDouble() < loss) {
            dropped++;
            return LOST;
        }
        carried++;
        long arrival = departure + delayNanos + (random.nextDouble() < reorder ? reorderNanos : 0);
        return random.nextDouble() < duplicate ? new long[] {arrival, arrival + 1000} : new long[] {arrival};
    }

    /** Packets that arrived. */
    public long carried() {
        return carried;
    }

    /** Packets that did not. */
    public long dropped() {
        return dropped;
    }
}
