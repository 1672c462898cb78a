package io.dromedary.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Cancels jobs: those of this instance, those that another one runs, and those that nobody runs any more. */
final class JobCancel {

    private static final long REMOTE_POLL_MILLIS = 100;

    private final Duration patience;
    private final JobRegistry registry;
    private final JobVault vault;
    private final JobWork work;
    private final JobRunner runner;

    /** @param patience how long a job is waited for to stop and clean up */
    JobCancel(Duration patience, JobRegistry registry, JobVault vault, JobWork work, JobRunner runner) {
        this.patience = patience;
        this.registry = registry;
        this.vault = vault;
        this.work = work;
        this.runner = runner;
    }

    /**
     * Cancels a job and waits until it has stopped and cleaned up.
     *
     * @return false when there is no such job or it had ended
     * @throws JobException when it does not stop in time
     */
    boolean cancel(String id) {
        Optional<JobRun> here = registry.run(id);
        return here.isPresent() ? cancelHere(here.get()) : cancelElsewhere(id);
    }

    private boolean cancelHere(JobRun run) {
        if (run.ended()) {
            return false;
        }
        if (!run.started() && vault.answers() && vault.read(run.id()).isEmpty()) {
            // never begun, and forgotten by Redis
            registry.remove(run.id());
            return false;
        }
        run.stop(JobRunner.CANCELLED);
        if (!run.started() && run.begin()) {
            runner.end(run, null);
        } else if (!runner.await(run)) {
            throw new JobException("Job " + run.id() + " did not stop within " + patience.toSeconds() + " s");
        }
        return run.state().status() == JobStatus.CANCELLED;
    }

    private boolean cancelElsewhere(String id) {
        Optional<JobState> state = vault.read(id);
        if (state.isEmpty() || state.get().status().ended()) {
            return false;
        }
        if (!vault.owned(id)) {
            return cancelAbandoned(state.get());
        }
        vault.requestCancel(id);
        long limit = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - limit < 0) {
            JobState now = vault.read(id).orElse(state.get());
            if (now.status().ended()) {
                return now.status() == JobStatus.CANCELLED;
            }
            if (!vault.owned(id)) {
                return cancelAbandoned(now);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REMOTE_POLL_MILLIS));
        }
        throw new JobException("Job " + id + ", which another instance runs, did not stop within " + patience.toSeconds() + " s");
    }

    /** The job's owner is dead, or was never one of us. */
    private boolean cancelAbandoned(JobState state) {
        JobPlan plan = vault.running().get(state.jobId());
        if (plan == null || !work.canRun(plan)) {
            return vault.endAbandoned(state.status(JobStatus.CANCELLED, null));
        }
        OptionalLong fence = vault.take(state.jobId());
        if (fence.isPresent()) {
            JobRun run = new JobRun(plan, fence.getAsLong(), state, true, null);
            registry.admit(run);
            work.changed(run);
            run.stop(JobRunner.CANCELLED);
            run.begin();
            runner.end(run, null);
        }
        return fence.isPresent();
    }
}
