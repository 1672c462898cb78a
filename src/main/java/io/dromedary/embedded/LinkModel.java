package io.dromedary.embedded;

import java.util.Random;

/**
 * One direction of a radio or network link: when does a packet that is sent now arrive, and how often. Seeded: the same calls give the
 * same answers. Safe for use by several threads.
 */
public final class LinkModel {

    private static final long[] LOST = {};

    private static final int KEYS = 1 << 16;

    private final long seed;
    private final Random random;
    private final int[] sentOfKey = new int[KEYS];
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
        this.seed = seed;
        random = new Random(seed);
    }

    public synchronized LinkModel delayMillis(double millis) {
        delayNanos = (long) (millis * 1e6);
        return this;
    }

    /** Probability that a packet disappears. */
    public synchronized LinkModel loss(double probability) {
        loss = probability;
        return this;
    }

    /** Probability that a packet arrives this much later than its neighbours. */
    public synchronized LinkModel reorder(double probability, double millis) {
        reorder = probability;
        reorderNanos = (long) (millis * 1e6);
        return this;
    }

    /** Probability that a packet arrives twice. */
    public synchronized LinkModel duplicate(double probability) {
        duplicate = probability;
        return this;
    }

    /** Capacity, and how many bytes may wait before packets are dropped. */
    public synchronized LinkModel rate(double newBytesPerSecond, long newQueueBytes) {
        bytesPerSecond = newBytesPerSecond;
        queueBytes = newQueueBytes;
        return this;
    }

    /** Arrival times of a packet of that many bytes: none, one or two. */
    public synchronized long[] send(long now, int bytes) {
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

    /**
     * As {@link #send(long, int)}, but the fate of a packet depends on its content and how often it was sent, not on what else is sent
     * in between: so real programs, whose packets never come in quite the same order, meet the same losses in every run.
     *
     * @param key tells contents apart, such as a hash
     */
    public synchronized long[] send(long now, int bytes, int key) {
        int n = ++sentOfKey[(key ^ key >>> 16) & KEYS - 1];
        random.setSeed(mix(seed * 31 + key + ((long) n << 32)));
        return send(now, bytes);
    }

    /** Spreads similar numbers (the finalizer of MurmurHash3): similar seeds give similar first values otherwise. */
    private static long mix(long value) {
        long z = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }

    /** Packets that arrived. */
    public synchronized long carried() {
        return carried;
    }

    /** Packets that did not. */
    public synchronized long dropped() {
        return dropped;
    }
}
