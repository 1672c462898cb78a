package io.dromedary.mavftp;

/**
 * How many reads to keep in flight. The window follows delivery rate times round trip time, plus a short queue that keeps the link busy
 * when requests get lost. Lost packets alone do not shrink it: radio loss is not congestion. A queue that grows shows in the round
 * trip times and ends the start-up; from then on the measured rate bounds the window, so that it cannot run away.
 */
final class WindowControl {

    private static final int FIRST = 8;
    /** Answers to the first requests that tell the rate; the others may get lost. */
    private static final int TRAIN = 5;
    private static final int AFTER_TRAIN = 128;
    private static final int ROUNDS = 10;
    private static final long SHORTEST_ROUND = 5_000_000L;
    private static final long SHORTEST_QUEUE = 4_000_000L;
    private static final long LONGEST_QUEUE = 50_000_000L;
    /** A window that did not raise the rate by this much has filled the link. */
    private static final double GROWTH = 1.2;
    private static final double CONGESTED = 0.1;
    private static final double DROPPED = 0.4;
    private static final int STARVED_ROUNDS = 5;

    private final int max;
    private final int min;
    private final RttEstimator rtt;
    private double window;
    private boolean starting = true;
    private boolean draining;
    private long delivered;
    private long trainStart;
    private long roundStart;
    private long roundDelivered;
    private final double[] rates = new double[ROUNDS];
    private int round;
    private double best;
    private int flatRounds;
    private double loss;
    private long roundLost;
    private double roundLoss;
    /** Part of the queue allowance in use; cut when losses come with a queue: then a short queue overflows. */
    private double allowance = 1;
    private int starvedRounds;

    WindowControl(int max, RttEstimator rtt) {
        this.max = max;
        this.min = Math.min(4, max);
        this.rtt = rtt;
        this.window = Math.min(FIRST, max);
    }

    int window() {
        return (int) window;
    }

    /** Blocks per second that the link delivered in the best recent round. */
    double rate() {
        double highest = 0;
        for (double r : rates) {
            highest = Math.max(highest, r);
        }
        return highest;
    }

    /** Whether single reads leave the link idle: no queue though the window is at its limit or the vehicle drops much of what is asked. */
    boolean starved() {
        return starvedRounds >= STARVED_ROUNDS;
    }

    /** A read was answered. @param sentAt when it was asked @param elapsed its round trip time */
    void answered(long now, long sentAt, long elapsed) {
        delivered++;
        loss -= loss / 128;
        boolean look = rtt.sample(now, elapsed);
        if (delivered == 1) {
            trainStart = now;
            roundStart = now;
            return;
        }
        if (delivered == TRAIN && starting && now > trainStart) {
            // the answers to the first requests come spaced by the slowest link
            double trainRate = (TRAIN - 1) * 1e9 / (now - trainStart);
            window = Math.max(window, Math.min(Math.min(AFTER_TRAIN, max), trainRate * span() / 1e9));
        }
        if (sentAt >= roundStart && now - roundStart >= SHORTEST_ROUND) {
            endRound(now);
        }
        if (starting) {
            grow(elapsed);
        } else if (look) {
            draining = true;
            window = Math.max(min, rate() * rtt.min() * 0.75 / 1e9);
        }
    }

    /** A read was given up and will be asked again. */
    void lost() {
        loss += (1 - loss) / 128;
        roundLost++;
    }

    /** Nothing came for a whole retry time, or the file was opened again: begin anew, at half of what the link was worth before. */
    void restart() {
        window = Math.min(max, Math.max(FIRST, rate() * rtt.min() / 2e9));
        starting = true;
        starvedRounds = 0;
        flatRounds = 0;
        best = 0;
        roundLost = 0;
    }

    private void grow(long elapsed) {
        if (elapsed > rtt.min() * 1.25 + queue() * 2 && delivered > 2 * FIRST && rate() > 0) {
            starting = false;
            follow();
        } else {
            window = Math.min(max, window + 1);
        }
    }

    private void endRound(long now) {
        long start = roundStart;
        double rate = (delivered - roundDelivered) * 1e9 / (now - start);
        rates[round++ % ROUNDS] = rate;
        roundStart = now;
        roundDelivered = delivered;
        draining = false;
        roundLoss = roundLost / (roundLost + rate * (now - start) / 1e9);
        roundLost = 0;
        allowance = roundLoss > CONGESTED && queueing() ? allowance * 0.7 : Math.min(1, allowance + 0.05);
        if (starting) {
            flatRounds = rate > best * GROWTH ? 0 : flatRounds + 1;
            best = Math.max(best, rate);
            starting = flatRounds < (roundLoss > CONGESTED && queueing() ? 1 : 3);
        }
        starvedRounds = !starting && (window >= max || roundLoss > DROPPED) && !queueing() ? starvedRounds + 1 : 0;
        if (!starting) {
            follow();
        }
    }

    private void follow() {
        if (!draining) {
            window = Math.max(min, Math.min(max, rate() * span() / 1e9 * (1 + 2 * loss) + 1));
        }
    }

    /** The time of the path that the window shall cover. */
    private double span() {
        return rtt.min() * 1.25 + queue() * allowance;
    }

    private boolean queueing() {
        return rtt.smoothed() > rtt.min() * 1.1 + queue() / 4;
    }

    private double queue() {
        return Math.max(SHORTEST_QUEUE, Math.min(LONGEST_QUEUE, (double) rtt.min()));
    }
}
