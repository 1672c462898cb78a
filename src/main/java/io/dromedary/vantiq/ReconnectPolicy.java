package io.dromedary.vantiq;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides how long to wait before the next attempt.
 *
 * <p>The n-th failure in a row waits n times the step, up to a limit, plus up to a fifth at random; a session that connects ends the row.
 * A clean end is followed by an attempt at once, but only every {@value #CLEAN_EVERY_SECONDS} s: a server that keeps closing cleanly is a failure too.
 */
final class ReconnectPolicy {

    private static final int CLEAN_EVERY_SECONDS = 10;

    private final Duration step;
    private final Duration limit;
    private final DoubleSupplier random;
    private final LongSupplier nanoClock;
    private int failures;
    private Long lastCleanNanos;

    ReconnectPolicy(Duration step, Duration limit, DoubleSupplier random, LongSupplier nanoClock) {
        this.step = step;
        this.limit = limit;
        this.random = random;
        this.nanoClock = nanoClock;
    }

    /** A session connected: earlier failures no longer count. */
    void connected() {
        failures = 0;
    }

    /** The wait in milliseconds after a failure. */
    long afterFailure() {
        failures++;
        return jittered(Math.min(limit.toMillis(), step.toMillis() * failures));
    }

    /** The wait in milliseconds after the server or the application ended a session cleanly. */
    long afterCleanEnd() {
        long now = nanoClock.getAsLong();
        if (lastCleanNanos != null && now - lastCleanNanos < Duration.ofSeconds(CLEAN_EVERY_SECONDS).toNanos()) {
            return afterFailure();
        }
        lastCleanNanos = now;
        return 0;
    }

    /** The wait in milliseconds after a refused login: nothing changes quickly there. */
    long afterRefusedLogin() {
        failures++;
        return jittered(limit.toMillis());
    }

    private long jittered(long millis) {
        return millis + (long) (millis * 0.2 * random.getAsDouble());
    }
}
