package io.dromedary.mavlink;

/**
 * How many parameter requests may be under way and when one of them counts as lost: learnt from the round trips of requests that were
 * sent once (Karn's rule). Times are in nanoseconds.
 */
final class ParameterPace {

    private static final int FIRST_WINDOW = 32;
    private static final int LARGEST_WINDOW = 64;
    /** ArduPilot queues 20 requests and drops what is beyond. */
    private static final int LARGEST_WINDOW_OF_ARDUPILOT = 16;
    private static final int SMALLEST_WINDOW = 2;
    private static final int LARGEST_BACKOFF = 6;
    private static final long FIRST_TIMEOUT = 250_000_000L;
    private static final long SHORTEST_TIMEOUT = 20_000_000L;
    /** Two busy programs on one processor answer this much later now and then. */
    private static final long SLACK = 15_000_000L;
    private static final long LONGEST_TIMEOUT = 4_000_000_000L;
    private static final long EXTRA_ROUND_TRIP = 30_000_000L;

    private final int largest;
    private final long fixedTimeout;
    private double window;
    private double smoothed;
    private double deviation;
    private long shortest = Long.MAX_VALUE;
    private long nextCut;
    private int backoff;

    ParameterPace(Vehicle vehicle, ParameterOptions options) {
        int usual = vehicle.autopilot() == Vehicle.ARDUPILOT ? LARGEST_WINDOW_OF_ARDUPILOT : LARGEST_WINDOW;
        largest = options.maxInFlight() > 0 ? options.maxInFlight() : usual;
        window = Math.min(FIRST_WINDOW, largest);
        fixedTimeout = options.resend().toNanos();
    }

    /** Requests that may be under way. */
    int window() {
        return (int) window;
    }

    /** Time until a request counts as lost. */
    long timeout() {
        if (fixedTimeout > 0) {
            return fixedTimeout;
        }
        long base = smoothed == 0 ? FIRST_TIMEOUT : Math.max(SHORTEST_TIMEOUT, (long) (smoothed + Math.max(4 * deviation, SLACK)));
        return Math.min(LONGEST_TIMEOUT, base << backoff);
    }

    /** The shortest round trip so far. */
    long shortest() {
        return shortest;
    }

    /** A request was answered: there is room for one more. */
    void answered() {
        window = Math.min(largest, window + 1);
    }

    /** The vehicle was heard. */
    void heard() {
        backoff = 0;
    }

    /** Nothing was heard for as long as a request takes to be lost: asking less often is kinder to a vehicle that boots. */
    void silent() {
        backoff = Math.min(backoff + 1, LARGEST_BACKOFF);
    }

    /** The round trip of a request that was sent once. One that grows means a queue on the way, which fewer requests empty. */
    void sample(long took, long now) {
        if (smoothed == 0) {
            smoothed = took;
            deviation = took / 2.0;
        } else {
            deviation += (Math.abs(took - smoothed) - deviation) / 4;
            smoothed += (took - smoothed) / 8;
        }
        shortest = Math.min(shortest, took);
        if (took > 3 * shortest + EXTRA_ROUND_TRIP && now - nextCut >= 0) {
            window = Math.max(Math.min(SMALLEST_WINDOW, largest), window * 0.7);
            nextCut = now + took;
        }
    }
}
