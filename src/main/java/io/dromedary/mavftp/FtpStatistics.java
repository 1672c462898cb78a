package io.dromedary.mavftp;

/**
 * What one operation cost.
 *
 * @param bytes bytes of content that were transferred in this operation, without what a resumed file already had
 * @param seconds duration
 * @param requests requests sent, retries included
 * @param answers answers received, duplicates not included
 * @param retries requests that were sent again because the answer did not come
 * @param duplicates answers that came for bytes we already had, or twice
 * @param reopens how often the file had to be opened again (vehicle reboot, lost session)
 * @param minRttSeconds shortest round trip, 0 when none was measured
 * @param rttSeconds smoothed round trip, 0 when none was measured
 */
public record FtpStatistics(long bytes, double seconds, long requests, long answers, long retries, long duplicates, int reopens,
        double minRttSeconds, double rttSeconds) {

    /** Bytes of content per second. */
    public double goodput() {
        return seconds > 0 ? bytes / seconds : 0;
    }

    /** Share of requests without an answer, 0..1: lost on the way there or back. */
    public double loss() {
        return requests > 0 ? Math.max(0, Math.min(1, (double) (requests - answers) / requests)) : 0;
    }

    /** Counts while an operation runs. */
    static final class Counters {
        long start;
        long bytes;
        long requests;
        long answers;
        long retries;
        long duplicates;
        int reopens;

        FtpStatistics snapshot(long now, RttEstimator rtt) {
            return new FtpStatistics(bytes, (now - start) / 1e9, requests, answers, retries, duplicates, reopens,
                    rtt.min() / 1e9, rtt.smoothed() / 1e9);
        }
    }
}
