package io.dromedary.job;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and begins jobs in this instance, as many as there may be, and ends them. Without Redis jobs run all the same; only what it keeps
 * for others is missing until it is back.
 */
final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int LOCKS = 32;

    private final JobSettings settings;
    private final JobRegistry registry;
    private final JobVault vault;
    private final JobWork work;
    private final JobRunner runner;
    private final JobCancel cancel;
    private final ReentrantLock[] families = new ReentrantLock[LOCKS];

    Jobs(JobSettings settings, JobRegistry registry, JobVault vault, JobWork work, JobRunner runner) {
        this.settings = settings;
        this.registry = registry;
        this.vault = vault;
        this.work = work;
        this.runner = runner;
        this.cancel = new JobCancel(settings.cancelLimit(), registry, vault, work, runner);
        for (int i = 0; i < LOCKS; i++) {
            families[i] = new ReentrantLock();
        }
    }

    // ---- making

    /**
     * Makes a job, pending. A part with the id of an earlier one of the same parent takes its place, unless that has completed.
     *
     * @throws JobException when there are too many jobs, or another one has the only place
     */
    JobRun create(JobPlan plan, Map<String, Object> metadata, SingleFlight rule) {
        ReentrantLock family = families[Math.floorMod(plan.family().hashCode(), LOCKS)];
        family.lock();
        try {
            if (rule != SingleFlight.ALLOW) {
                makeRoom(plan, rule);
            }
            JobRun parent = plan.parent() == null ? null : registry.run(plan.parent()).orElse(null);
            if (parent != null) {
                parent.cancellation().check();
            }
            JobRun run = register(plan, metadata, parent);
            if (parent != null) {
                parent.part(run);
            }
            vault.writeNow(run);
            return run;
        } finally {
            family.unlock();
        }
    }

    private void makeRoom(JobPlan plan, SingleFlight rule) {
        long limit = System.nanoTime() + settings.cancelLimit().toNanos();
        for (Optional<String> other = occupant(plan); other.isPresent(); other = occupant(plan)) {
            if (rule == SingleFlight.REFUSE) {
                throw new JobException("Job " + other.get() + " of type " + plan.type() + " is running");
            }
            cancel(other.get());
            if (System.nanoTime() - limit > 0) {
                throw new JobException("Job " + other.get() + " of type " + plan.type() + " does not stop");
            }
        }
        if (rule == SingleFlight.REPLACE && plan.key().isEmpty()) {
            registry.list(state -> state.jobType().equals(plan.type()) && !state.status().ended()).forEach(stale -> cancel(stale.jobId()));
        }
    }

    private Optional<String> occupant(JobPlan plan) {
        Optional<String> here = registry.active().stream().filter(run -> run.plan().family().equals(plan.family()) && !run.id().equals(plan.id()))
                .map(JobRun::id).findFirst();
        return here.isPresent() ? here : vault.claim(plan);
    }

    private synchronized JobRun register(JobPlan plan, Map<String, Object> metadata, JobRun parent) {
        JobRun known = registry.run(plan.id()).orElse(null);
        if (known != null && (parent == null || !known.ended())) {
            throw new JobException("Job " + plan.id() + " is " + known.state().status().word());
        }
        long active = registry.active().size();
        if (active >= settings.maxJobs()) {
            throw new JobException("There are already " + active + " jobs");
        }
        if (parent == null) {
            registry.removeEnded(plan.type());
        }
        Optional<JobState> earlier = plan.parent() == null ? Optional.empty() : vault.read(plan.id());
        JobState state = JobState.created(plan.id(), plan.type(), metadata);
        JobRun run = earlier.isEmpty() ? new JobRun(plan, 1, state, false, parent)
                : new JobRun(plan, vault.seize(plan.id()), state.metadata(earlier.get().metadata()).metadata(metadata), true, parent);
        admit(run);
        return run;
    }

    private void admit(JobRun run) {
        registry.admit(run);
        work.changed(run);
    }

    // ---- beginning

    /** Begins the work of a pending job, unless it has been cancelled. @throws JobException when it has begun already */
    void start(JobRun run) {
        if (!run.begin()) {
            if (run.cancellation().isCancelled()) {
                return;
            }
            throw new JobException("Job " + run.id() + " is " + run.state().status().word());
        }
        vault.writeNow(run);
        try {
            runner.run(run);
        } catch (RejectedExecutionException e) {
            runner.end(run, new JobException("There are already " + settings.maxJobs() + " jobs"));
            throw new JobException("There are already " + settings.maxJobs() + " jobs", e);
        }
    }

    /** Goes on with a job whose owner died. */
    void takeOver(JobPlan plan, JobState state, long fence) {
        JobRun run = new JobRun(plan, fence, state, true, null);
        admit(run);
        if (plan.resume()) {
            LOG.info("Job {} ({}) lost its owner and goes on here", plan.id(), plan.type());
            start(run);
            return;
        }
        LOG.info("Job {} ({}) lost its owner and ends", plan.id(), plan.type());
        run.begin();
        runner.fail(run, new JobException(JobKeeper.INTERRUPTED));
    }

    // ---- ending

    /** Cancels a job, wherever it runs. @see JobCancel#cancel */
    boolean cancel(String id) {
        return cancel.cancel(id);
    }

    /** Stops every job of this instance without ending it: another instance, or the next start, takes it over. */
    void abandon() {
        registry.active().forEach(JobRun::lose);
    }
}
