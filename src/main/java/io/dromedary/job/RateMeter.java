package io.dromedary.job;

/**
 * A smoothed transfer rate in KiB/s with one decimal, as petal-flight-log shows it: the average since the start first, then at most
 * twice a second 0.7 of the new value and 0.3 of the old one.
 */
final class RateMeter {

    private static final long INTERVAL = 500_000_000L;
    private static final double NEW_SHARE = 0.7;

    private long lastNanos;
    private long lastBytes;
    private boolean begun;
    private Double rate;

    /** Takes the bytes so far. @return the rate, or null as long as it is unknown */
    synchronized Double update(long bytes, long nanoTime) {
        if (!begun || bytes < lastBytes) {
            begun = true;
            lastNanos = nanoTime;
            lastBytes = bytes;
            return rate;
        }
        long passed = nanoTime - lastNanos;
        if (passed >= INTERVAL && bytes > lastBytes) {
            double now = (bytes - lastBytes) / 1024.0 / (passed / 1e9);
            rate = Math.round((rate == null ? now : NEW_SHARE * now + (1 - NEW_SHARE) * rate) * 10) / 10.0;
            lastNanos = nanoTime;
            lastBytes = bytes;
        }
        return rate;
    }
}
