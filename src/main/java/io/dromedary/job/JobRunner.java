package io.dromedary.job;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the work of a job done on a thread of its own, and brings the job to its one end: completed, cancelled or failed. */
final class JobRunner {

    static final String COMPLETED = "Completed successfully";
    static final String FAILED = "Job failed: ";
    static final String CANCELLED = "cancelled";

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final Duration patience;
    private final JobVault vault;
    private final JobWork work;
    private final JobStreams streams;
    private final Executor threads;

    /** @param patience how long a job that was told to stop is waited for */
    JobRunner(Duration patience, JobVault vault, JobWork work, JobStreams streams, Executor threads) {
        this.patience = patience;
        this.vault = vault;
        this.work = work;
        this.streams = streams;
        this.threads = threads;
    }

    /** Begins the work. @throws RejectedExecutionException when there is no thread for it */
    void run(JobRun run) {
        threads.execute(() -> {
            Exception failure = null;
            run.interruptible();
            try {
                run.cancellation().check();
                work.run(run);
            } catch (Exception e) {
                failure = e;
            } finally {
                run.uninterruptible();
            }
            end(run, failure);
        });
    }

    /** Ends a job that nobody works at, without waiting for that. */
    void fail(JobRun run, Exception failure) {
        threads.execute(() -> end(run, failure));
    }

    /** Ends a job that nobody works at any more. @param failure null when all went well, or when it was cancelled */
    void end(JobRun run, Exception failure) {
        try {
            run.parts().forEach(part -> stopPart(part, failure));
            if (!run.lost()) {
                conclude(run, failure);
            }
        } finally {
            work.changed(run);
            run.end().complete(run.state());
        }
    }

    /** What a part does after its parent's work is over, nobody waits for. */
    private void stopPart(JobRun part, Exception failure) {
        if (!part.ended()) {
            part.stop(failure == null ? CANCELLED : "the job that it was a part of failed");
            if (!part.started() || !await(part)) {
                conclude(part, null);
                part.end().complete(part.state());
            }
        }
    }

    private void conclude(JobRun run, Exception failure) {
        JobState before = run.state();
        JobState last = verdict(run, failure);
        try {
            work.ended(run, last);
        } catch (Exception e) {
            LOG.warn("Job {} ({}) could not tell how it ended: {}", run.id(), run.plan().type(), e.toString());
            last = last.status() == JobStatus.COMPLETED ? before.status(JobStatus.ERROR, FAILED + text(e)) : last;
        }
        // what the end route has added
        last = last.metadata(run.state().metadata());
        if (run.finish(last)) {
            vault.writeNow(run);
            streams.ended(run);
            LOG.debug("Job {} ({}) ended: {} {}", run.id(), run.plan().type(), last.status().word(), last.errorMessage());
        }
    }

    private static JobState verdict(JobRun run, Exception failure) {
        JobState state = run.state();
        if (run.cancellation().isCancelled()) {
            return state.status(JobStatus.CANCELLED, null);
        }
        if (failure == null) {
            return state.progress(100.0, null, null, COMPLETED, null).status(JobStatus.COMPLETED, null);
        }
        LOG.debug("Job {} ({}) failed", run.id(), run.plan().type(), failure);
        return state.status(JobStatus.ERROR, FAILED + text(failure));
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null || failure.getMessage().isBlank() ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Waits for the end of a job. @return whether it came in time */
    boolean await(JobRun run) {
        try {
            run.end().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
