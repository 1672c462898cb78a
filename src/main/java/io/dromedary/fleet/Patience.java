package io.dromedary.fleet;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/** Calls Redis again while it is away, until this instance stops or has no more time for that. */
final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final long RETRY_MILLIS = 200;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final BooleanSupplier outOfTime;

    /** @param outOfTime whether the time for an orderly end is over; asked before each further call */
    Patience(BooleanSupplier outOfTime) {
        this.outOfTime = outOfTime;
    }

    /** Ends every wait. */
    void end() {
        stopping.countDown();
    }

    /** Calls Redis until it answers, or this instance stops. */
    <T> T patiently(Supplier<T> call) throws IOException {
        boolean told = false;
        while (true) {
            try {
                return call.get();
            } catch (JedisException e) {
                if (stopping.getCount() == 0 || outOfTime.getAsBoolean()) {
                    throw new IOException("Redis is away and this instance stops", e);
                }
                if (!told) {
                    LOG.warn("Redis is away; commands wait: {}", e.getMessage());
                    told = true;
                }
                pause();
            }
        }
    }

    private void pause() throws IOException {
        try {
            stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Redis was away", e);
        }
    }
}
