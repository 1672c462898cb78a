package io.dromedary.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Jobs in Redis. {@code job:<id>} is the reference's; beside it a running job has a lease that ends unless its owner renews it, and a
 * fence: a number that each new owner raises, so that what an earlier owner writes later is refused. Every write compares the fence in
 * the same script that writes. The braces in keys keep what one script uses in one slot of a cluster. Every method throws a
 * {@link redis.clients.jedis.exceptions.JedisException} when Redis is away.
 */
final class JobStore {

    /** What came of a write or a renewal. */
    enum Outcome {
        /** It is done. */
        OK,
        /** Another instance has the job, or somebody has ended it. */
        LOST,
        /** The owner is asked to cancel the job. */
        CANCEL,
        /** Redis has forgotten the state; it has to be written again. */
        GONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(JobStore.class);
    private static final String STATES = "job:";
    private static final String OURS = "dromedary:job:";
    private static final int SCAN_PAGE = 1000;

    private static final long CANCEL_SECONDS = 60;

    private static final String WRITE = script("write");
    private static final String RENEW = script("renew");
    private static final String CLAIM = script("claim");
    private static final String TAKE = script("take");

    private final UnifiedJedis redis;
    private final String running;
    private final String leaseMillis;
    private final String stateSeconds;

    /**
     * @param group jobs are taken over within a group only: by instances that reach the same vehicle and disk
     */
    JobStore(UnifiedJedis redis, String group, long leaseMillis, long stateSeconds) {
        this.redis = redis;
        this.running = OURS + "running:{" + group + "}";
        this.leaseMillis = Long.toString(leaseMillis);
        this.stateSeconds = Long.toString(stateSeconds);
    }

    private static String script(String name) {
        try (InputStream in = JobStore.class.getResourceAsStream(name + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(String script, List<String> keys, String... arguments) {
        Object answer = redis.eval(script, keys, List.of(arguments));
        return answer == null ? "" : answer.toString();
    }

    private static String state(String id) {
        return STATES + id;
    }

    private static String fence(String id) {
        return OURS + "fence:{" + state(id) + "}";
    }

    private static String lease(String id) {
        return OURS + "lease:{" + state(id) + "}";
    }

    private static String cancel(String id) {
        return OURS + "cancel:{" + state(id) + "}";
    }

    /** Writes a state; the end of a job also ends its lease. */
    Outcome write(JobPlan plan, long fence, JobState state) {
        String id = plan.id();
        boolean ended = state.status().ended();
        if (!ended) {
            redis.hset(running, id, plan.toJson());
        }
        Outcome outcome = outcome(run(WRITE, List.of(state(id), fence(id), lease(id), cancel(id)), Long.toString(fence), state.toJson(),
                stateSeconds, leaseMillis, ended ? "1" : "0"));
        if (ended && outcome == Outcome.OK) {
            notRunning(id);
        }
        return outcome;
    }

    /** Keeps a job for another lease. */
    Outcome renew(String id, long fence) {
        return outcome(run(RENEW, List.of(state(id), fence(id), lease(id), cancel(id)), Long.toString(fence), leaseMillis, stateSeconds));
    }

    private static Outcome outcome(String word) {
        return Outcome.valueOf(word);
    }

    /** Makes a job the only one of its family. @return the id of the one that has the place, or empty when it is ours now */
    Optional<String> claim(JobPlan plan) {
        String other = run(CLAIM, List.of(running + ":" + plan.family(), running), plan.id(), stateSeconds);
        return other.isEmpty() ? Optional.empty() : Optional.of(other);
    }

    /** Takes a job whose owner is dead, or by force any. @return our fence, or empty when it has an owner */
    OptionalLong take(String id, boolean force) {
        String fence = run(TAKE, List.of(fence(id), lease(id)), leaseMillis, stateSeconds, force ? "1" : "0");
        return fence.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fence));
    }

    boolean owned(String id) {
        return redis.exists(lease(id));
    }

    /** Whether some Dromedary ran this job; others' states have no fence. */
    boolean known(String id) {
        return redis.exists(fence(id));
    }

    /** Asks the owner, another instance, to cancel. */
    void requestCancel(String id) {
        redis.set(cancel(id), "1", SetParams.setParams().ex(CANCEL_SECONDS));
    }

    /** The jobs of this group that are not over, by id. */
    Map<String, JobPlan> running() {
        Map<String, JobPlan> plans = new LinkedHashMap<>();
        redis.hgetAll(running).forEach((id, json) -> {
            try {
                plans.put(id, JobPlan.fromJson(json));
            } catch (IOException e) {
                LOG.warn("Job {} in Redis cannot be read and is left alone: {}", id, e.getMessage());
            }
        });
        return plans;
    }

    /** Forgets that a job runs. */
    void notRunning(String id) {
        redis.hdel(running, id);
    }

    Optional<JobState> read(String id) {
        return JobState.fromJson(redis.get(state(id)));
    }

    /** Rewrites the state of a job that nobody runs. */
    void overwrite(JobState state) {
        redis.set(state(state.jobId()), state.toJson(), SetParams.setParams().ex(Long.parseLong(stateSeconds)));
    }

    /** Every state in Redis; keys in another shape are skipped. */
    List<JobState> all() {
        Map<String, JobState> states = new LinkedHashMap<>();
        ScanIteration keys = redis.scanIteration(SCAN_PAGE, STATES + "*", "string");
        while (!keys.isIterationCompleted()) {
            List<Response<String>> page = new ArrayList<>();
            try (AbstractPipeline pipeline = redis.pipelined()) {
                keys.nextBatch().getResult().forEach(key -> page.add(pipeline.get(key)));
            }
            page.forEach(json -> JobState.fromJson(json.get()).ifPresent(state -> states.put(state.jobId(), state)));
        }
        return List.copyOf(states.values());
    }

    void delete(String id) {
        redis.del(state(id), fence(id), lease(id), cancel(id));
    }
}
