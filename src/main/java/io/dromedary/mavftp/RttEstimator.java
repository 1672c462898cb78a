package io.dromedary.mavftp;

/**
 * Round trip times of one vehicle and the retry timer made of them: smoothed + 4 deviations (RFC 6298), doubled after each expiry up to
 * 4 s. Only unambiguous samples may be given (Karn's rule). The minimum is that of the last 5 to 10 s, so that a path that became
 * longer is noticed.
 */
final class RttEstimator {

    private static final long INITIAL_RTO = 400_000_000L;
    private static final long MAX_RTO = 4_000_000_000L;
    private static final long MIN_FILTER = 5_000_000_000L;

    private final long floor;
    private double smoothed;
    private double deviation;
    private long minimum = Long.MAX_VALUE;
    private long nextMinimum = Long.MAX_VALUE;
    private long filterEnds;
    private int backoff;

    RttEstimator(long floorNanos) {
        floor = floorNanos;
    }

    /** @return whether the minimum filter moved on: time for a look at the path without a queue of our own */
    boolean sample(long now, long rtt) {
        if (smoothed == 0) {
            smoothed = rtt;
            deviation = rtt / 2.0;
            filterEnds = now + MIN_FILTER;
        } else {
            deviation += (Math.abs(rtt - smoothed) - deviation) / 4;
            smoothed += (rtt - smoothed) / 8;
        }
        backoff = 0;
        minimum = Math.min(minimum, rtt);
        nextMinimum = Math.min(nextMinimum, rtt);
        if (now < filterEnds) {
            return false;
        }
        minimum = nextMinimum;
        nextMinimum = Long.MAX_VALUE;
        filterEnds = now + MIN_FILTER;
        return true;
    }

    /** An answer came, though it does not tell the round trip time. */
    void answered() {
        backoff = 0;
    }

    /** The retry timer ran out. */
    void expired() {
        backoff = Math.min(backoff + 1, 10);
    }

    /** Time to wait for an answer. */
    long rto() {
        long base = smoothed == 0 ? Math.max(floor, INITIAL_RTO) : Math.max(floor, (long) (smoothed + 4 * deviation));
        return Math.min(MAX_RTO, base << backoff);
    }

    boolean known() {
        return smoothed > 0;
    }

    long min() {
        return minimum == Long.MAX_VALUE ? 0 : minimum;
    }

    long smoothed() {
        return (long) smoothed;
    }
}
