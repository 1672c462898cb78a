package io.dromedary.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Jobs in Redis. {@code job:<id>} is the reference's; beside it a running job has a lease that ends unless its owner renews it, and a
 * fence: a number that each new owner raises, so that what an earlier owner writes later is refused. Every write compares the fence in
 * the same script that writes.
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

    private static final RedisScript<String> WRITE = script("write");
    private static final RedisScript<String> RENEW = script("renew");
    private static final RedisScript<String> CLAIM = script("claim");
    private static final RedisScript<String> TAKE = script("take");

    private final StringRedisTemplate redis;
    private final String running;
    private final String leaseMillis;
    private final String stateSeconds;

    /**
     * @param group jobs are taken over within a group only: by instances that reach the same vehicle and disk
     */
    JobStore(RedisConnectionFactory connections, String group, long leaseMillis, long stateSeconds) {
        this.redis = new StringRedisTemplate(connections);
        this.running = OURS + "running:" + group;
        this.leaseMillis = Long.toString(leaseMillis);
        this.stateSeconds = Long.toString(stateSeconds);
    }

    private static RedisScript<String> script(String name) {
        DefaultRedisScript<String> script = new DefaultRedisScript<>();
        script.setLocation(new ClassPathResource("io/dromedary/job/" + name + ".lua", JobStore.class.getClassLoader()));
        script.setResultType(String.class);
        return script;
    }

    private static String fence(String id) {
        return OURS + "fence:" + id;
    }

    private static String lease(String id) {
        return OURS + "lease:" + id;
    }

    private static String cancel(String id) {
        return OURS + "cancel:" + id;
    }

    /** Writes a state; the end of a job also ends its lease. @throws DataAccessException when Redis is away */
    Outcome write(JobPlan plan, long fence, JobState state) {
        String id = plan.id();
        return outcome(redis.execute(WRITE, List.of(STATES + id, fence(id), lease(id), running, cancel(id)), Long.toString(fence),
                state.toJson(), stateSeconds, leaseMillis, id, plan.toJson(), state.status().ended() ? "1" : "0"));
    }

    /** Keeps a job for another lease. @throws DataAccessException when Redis is away */
    Outcome renew(String id, long fence) {
        return outcome(redis.execute(RENEW, List.of(STATES + id, fence(id), lease(id), cancel(id)), Long.toString(fence), leaseMillis,
                stateSeconds));
    }

    private static Outcome outcome(String word) {
        return Outcome.valueOf(word);
    }

    /** Makes a job the only one of its family. @return the id of the one that has the place, or empty when it is ours now */
    Optional<String> claim(JobPlan plan) {
        String other = redis.execute(CLAIM, List.of(running + ":" + plan.family(), running), plan.id(), stateSeconds);
        return other == null || other.isEmpty() ? Optional.empty() : Optional.of(other);
    }

    /** Takes a job whose owner is dead, or by force any. @return our fence, or empty when it has an owner */
    OptionalLong take(String id, boolean force) {
        String fence = redis.execute(TAKE, List.of(fence(id), lease(id)), leaseMillis, stateSeconds, force ? "1" : "0");
        return fence == null || fence.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fence));
    }

    boolean owned(String id) {
        return Boolean.TRUE.equals(redis.hasKey(lease(id)));
    }

    /** Whether some Dromedary ran this job; others' states have no fence. */
    boolean known(String id) {
        return Boolean.TRUE.equals(redis.hasKey(fence(id)));
    }

    /** Asks the owner, another instance, to cancel. */
    void requestCancel(String id) {
        redis.opsForValue().set(cancel(id), "1", java.time.Duration.ofSeconds(60));
    }

    /** The jobs of this group that are not over, by id. */
    Map<String, JobPlan> running() {
        Map<String, JobPlan> plans = new LinkedHashMap<>();
        redis.<String, String>opsForHash().entries(running).forEach((id, json) -> {
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
        redis.opsForHash().delete(running, id);
    }

    Optional<JobState> read(String id) {
        return JobState.fromJson(redis.opsForValue().get(STATES + id));
    }

    /** Rewrites the state of a job that nobody runs. */
    void overwrite(JobState state) {
        redis.opsForValue().set(STATES + state.jobId(), state.toJson(), java.time.Duration.ofSeconds(Long.parseLong(stateSeconds)));
    }

    /** Every state in Redis; keys in another shape are skipped. */
    List<JobState> all() {
        List<String> keys = new ArrayList<>();
        try (Cursor<String> cursor = redis.scan(ScanOptions.scanOptions().match(STATES + "*").count(SCAN_PAGE).build())) {
            cursor.forEachRemaining(keys::add);
        }
        Map<String, JobState> states = new LinkedHashMap<>();
        for (int from = 0; from < keys.size(); from += SCAN_PAGE) {
            List<String> page = redis.opsForValue().multiGet(keys.subList(from, Math.min(keys.size(), from + SCAN_PAGE)));
            for (String json : page == null ? List.<String>of() : page) {
                JobState.fromJson(json).ifPresent(state -> states.put(state.jobId(), state));
            }
        }
        return List.copyOf(states.values());
    }

    void delete(String id) {
        redis.delete(List.of(STATES + id, fence(id), lease(id), cancel(id)));
    }
}
