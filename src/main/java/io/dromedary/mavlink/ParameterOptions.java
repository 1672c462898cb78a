package io.dromedary.mavlink;

import java.time.Duration;

/**
 * How long and how hard parameters are asked for.
 *
 * @param timeout     for the whole call; what is known then is returned
 * @param maxRetries  most times a name is sent, the first included; 0 sends until the time is over
 * @param maxInFlight most requests without an answer; 0 adapts to vehicle and link
 * @param resend      time without an answer until a request is sent again; zero adapts to the round trip time
 * @param verify      whether a set is only confirmed by the value that was wanted
 * @param progress    told after each confirmed parameter
 */
public record ParameterOptions(Duration timeout, int maxRetries, int maxInFlight, Duration resend, boolean verify, Progress progress) {

    /** Takes the progress of a call, on its thread. */
    @FunctionalInterface
    public interface Progress {
        /** @param total 0 while it is not known */
        void at(int done, int total);
    }

    /** 6 s, everything else adaptive. */
    public static final ParameterOptions DEFAULT = new ParameterOptions(Duration.ofSeconds(6), 0, 0, Duration.ZERO, true, (done, total) -> { });

    public ParameterOptions {
        if (timeout.isNegative() || timeout.isZero() || maxRetries < 0 || maxInFlight < 0 || resend.isNegative()) {
            throw new IllegalArgumentException("timeout must be positive, maxRetries, maxInFlight and resend not negative");
        }
    }

    public ParameterOptions withTimeout(Duration newTimeout) {
        return new ParameterOptions(newTimeout, maxRetries, maxInFlight, resend, verify, progress);
    }

    /** With limits of the caller; 0 for none. */
    public ParameterOptions withLimits(int newMaxRetries, int newMaxInFlight, Duration newResend) {
        return new ParameterOptions(timeout, newMaxRetries, newMaxInFlight, newResend, verify, progress);
    }

    public ParameterOptions withVerify(boolean newVerify) {
        return new ParameterOptions(timeout, maxRetries, maxInFlight, resend, newVerify, progress);
    }

    public ParameterOptions withProgress(Progress newProgress) {
        return new ParameterOptions(timeout, maxRetries, maxInFlight, resend, verify, newProgress);
    }
}
