package io.dromedary.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The store, as seen by jobs that go on without it. After a failure calls are answered as if nothing was there until a second has
 * passed, so that nobody waits for a Redis that is away; what could not be written stays marked and is written later.
 */
final class JobVault {

    private static final Logger LOG = LoggerFactory.getLogger(JobVault.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final JobStore store;
    private final long leaseNanos;
    private volatile boolean away;
    private volatile long retryAt;

    /** @param store null when there is no Redis at all */
    JobVault(JobStore store, long leaseMillis) {
        this.store = store;
        this.leaseNanos = leaseMillis * 1_000_000;
    }

    /** Whether there is a Redis and it answered last time. */
    boolean answers() {
        return store != null && !away;
    }

    private <T> T ask(Supplier<T> question, T without) {
        if (store == null || away && System.nanoTime() - retryAt < 0) {
            return without;
        }
        try {
            T answer = asked(question);
            if (away) {
                away = false;
                LOG.info("Redis is back; job states are written again");
            }
            return answer;
        } catch (JedisException | IllegalStateException e) {
            retryAt = System.nanoTime() + RETRY_NANOS;
            if (!away) {
                away = true;
                LOG.warn("Redis is away; jobs go on and their states are written later ({})", e.getMessage());
            }
            return without;
        }
    }

    /** Once more when a connection proves dead: those that were idle while Redis restarted all are. */
    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (JedisConnectionException e) {
            if (away) {
                throw e;
            }
            return question.get();
        }
    }

    /** Writes a run's state. One thread at a time, so that no state is overwritten with an earlier one that was longer on its way. */
    void writeNow(JobRun run) {
        synchronized (run.copy().writing()) {
            long upTo = run.copy().changes();
            long now = System.nanoTime();
            JobState state = run.state();
            if (!run.lost()) {
                apply(run, ask(() -> store.write(run.plan(), run.fence(), state), null), now, upTo);
            }
        }
    }

    /** Prolongs a run's lease. */
    void renew(JobRun run) {
        long now = System.nanoTime();
        apply(run, ask(() -> store.renew(run.id(), run.fence()), null), now, 0);
    }

    private void apply(JobRun run, JobStore.Outcome outcome, long now, long upTo) {
        if (outcome == null) {
            return;
        }
        if (outcome == JobStore.Outcome.LOST) {
            LOG.warn("Job {} ({}) was taken over by another instance and stops here", run.id(), run.plan().type());
            run.lose();
            return;
        }
        run.copy().leaseUntil(now + leaseNanos);
        if (outcome == JobStore.Outcome.GONE) {
            run.copy().changed();
            return;
        }
        if (upTo > 0) {
            run.copy().wrote(upTo, now);
        }
        if (outcome == JobStore.Outcome.CANCEL) {
            run.stop("cancelled");
        }
    }

    Optional<String> claim(JobPlan plan) {
        return ask(() -> store.claim(plan), Optional.empty());
    }

    Optional<JobState> read(String id) {
        return ask(() -> store.read(id), Optional.empty());
    }

    List<JobState> all() {
        return ask(() -> store.all(), List.of());
    }

    Map<String, JobPlan> running() {
        return ask(() -> store.running(), Map.of());
    }

    boolean owned(String id) {
        return ask(() -> store.owned(id), true);
    }

    /** Whether some Dromedary ran this job. */
    boolean known(String id) {
        return ask(() -> store.known(id), true);
    }

    OptionalLong take(String id) {
        return ask(() -> store.take(id, false), OptionalLong.empty());
    }

    /** Our fence for a part of a job that we own. */
    long seize(String id) {
        return ask(() -> store.take(id, true), OptionalLong.empty()).orElse(1);
    }

    void requestCancel(String id) {
        ask(() -> {
            store.requestCancel(id);
            return null;
        }, null);
    }

    void notRunning(String id) {
        ask(() -> {
            store.notRunning(id);
            return null;
        }, null);
    }

    /** Ends a job that nobody runs. @return whether that was written */
    boolean endAbandoned(JobState last) {
        return ask(() -> {
            store.take(last.jobId(), true);
            store.overwrite(last);
            store.notRunning(last.jobId());
            return true;
        }, false);
    }

    void delete(String id) {
        ask(() -> {
            store.delete(id);
            return null;
        }, null);
    }
}
