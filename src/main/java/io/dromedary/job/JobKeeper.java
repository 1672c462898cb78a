package io.dromedary.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this instance owns, and watches the rest: renews leases, writes what changed, and takes over jobs whose owner is dead. One
 * thread, four times a second.
 */
final class JobKeeper implements Runnable {

    static final String INTERRUPTED = "interrupted by restart";

    private static final Logger LOG = LoggerFactory.getLogger(JobKeeper.class);
    private static final long TICK_MILLIS = 250;
    private static final int RENEW_TICKS = 2;
    private static final int WATCH_TICKS = 4;

    private final Jobs jobs;
    private final JobRegistry registry;
    private final JobVault vault;
    private final JobWork work;
    private final JobSettings settings;
    private final Map<String, Long> ownerless = new HashMap<>();
    private int tick;
    private boolean repaired;

    JobKeeper(Jobs jobs, JobRegistry registry, JobVault vault, JobWork work, JobSettings settings) {
        this.jobs = jobs;
        this.registry = registry;
        this.vault = vault;
        this.work = work;
        this.settings = settings;
    }

    void start(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(this, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        try {
            tick++;
            if (tick % RENEW_TICKS == 0) {
                registry.active().forEach(this::keep);
            }
            long now = System.nanoTime();
            registry.remembered().stream().filter(JobRun::dirty)
                    .filter(run -> run.ended() || now - run.copy().lastWrite() >= settings.writeInterval().toNanos()).forEach(vault::writeNow);
            if (tick % WATCH_TICKS == 0) {
                watch(now);
            }
        } catch (RuntimeException e) {
            // the next tick must come whatever happened in this one
            LOG.error("Jobs could not be looked after", e);
        }
    }

    private void keep(JobRun run) {
        vault.renew(run);
        if (settings.strictLease() && run.copy().leaseOver(System.nanoTime())) {
            LOG.warn("Job {} ({}) stops: its lease could not be renewed", run.id(), run.plan().type());
            run.lose();
        }
    }

    private void watch(long now) {
        Map<String, JobPlan> running = vault.running();
        ownerless.keySet().retainAll(running.keySet());
        running.forEach((id, plan) -> {
            if (plan.parent() != null || registry.run(id).filter(run -> !run.ended()).isPresent() || vault.owned(id) || !work.canRun(plan)) {
                ownerless.remove(id);
            } else if (now - ownerless.computeIfAbsent(id, first -> now) >= settings.grace().toNanos()) {
                ownerless.remove(id);
                takeOver(plan);
            }
        });
        if (!repaired && work.ready() && vault.answers()) {
            repaired = true;
            repair();
        }
        endLostParts(running);
    }

    private void takeOver(JobPlan plan) {
        OptionalLong fence = vault.take(plan.id());
        if (fence.isEmpty()) {
            return;
        }
        vault.read(plan.id()).filter(state -> !state.status().ended()).ifPresentOrElse(
                state -> jobs.takeOver(plan, state, fence.getAsLong()), () -> vault.notRunning(plan.id()));
    }

    /** Parts end with their parent when nobody goes on with them. */
    private void endLostParts(Map<String, JobPlan> running) {
        running.forEach((id, plan) -> {
            if (plan.parent() != null && !running.containsKey(plan.parent()) && !vault.owned(id) && registry.run(id).filter(run -> !run.ended()).isEmpty()) {
                vault.read(id).filter(state -> !state.status().ended()).ifPresentOrElse(
                        state -> vault.endAbandoned(state.status(JobStatus.ERROR, JobRunner.FAILED + INTERRUPTED)), () -> vault.notRunning(id));
            }
        });
    }

    /** What an earlier program left as running in Redis, which nobody here knows, ends. */
    private void repair() {
        List<JobState> interrupted = new ArrayList<>();
        for (JobState state : vault.all()) {
            if (!state.status().ended() && !vault.known(state.jobId())) {
                LOG.info("Job {} ({}) of an earlier program ends: {}", state.jobId(), state.jobType(), INTERRUPTED);
                JobState last = state.status(JobStatus.ERROR, JobRunner.FAILED + INTERRUPTED);
                if (vault.endAbandoned(last)) {
                    interrupted.add(last);
                }
            }
        }
        if (!interrupted.isEmpty()) {
            work.interrupted(interrupted);
        }
    }
}
