package io.dromedary.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of this instance, and through Redis those of others. Without Redis jobs run all the same; only what it keeps for others is
 * missing until it is back.
 */
final class Jobs {

    static final String COMPLETED = "Completed successfully";
    static final String FAILED = "Job failed: ";
    private static final String CANCELLED = "cancelled";
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int LOCKS = 32;
    private static final long REMOTE_POLL_MILLIS = 100;

    private final JobSettings settings;
    private final JobVault vault;
    private final JobWork work;
    private final JobStreams streams;
    private final Executor threads;
    private final Map<String, JobRun> runs = new ConcurrentHashMap<>();
    private final ReentrantLock[] families = new ReentrantLock[LOCKS];

    Jobs(JobSettings settings, JobVault vault, JobWork work, JobStreams streams, Executor threads) {
        this.settings = settings;
        this.vault = vault;
        this.work = work;
        this.streams = streams;
        this.threads = threads;
        for (int i = 0; i < LOCKS; i++) {
            families[i] = new ReentrantLock();
        }
    }

    // ---- beginning

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
            JobRun parent = plan.parent() == null ? null : runs.get(plan.parent());
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

    private synchronized JobRun register(JobPlan plan, Map<String, Object> metadata, JobRun parent) {
        JobRun known = runs.get(plan.id());
        if (known != null && (parent == null || !known.ended())) {
            throw new JobException("Job " + plan.id() + " is " + known.state().status().word());
        }
        long active = active().size();
        if (active >= settings.maxJobs()) {
            throw new JobException("There are already " + active + " jobs");
        }
        if (parent == null) {
            runs.values().removeIf(run -> run.ended() && run.plan().type().equals(plan.type()));
        }
        Optional<JobState> earlier = plan.parent() == null ? Optional.empty() : vault.read(plan.id());
        boolean again = earlier.isPresent();
        JobState state = JobState.created(plan.id(), plan.type(), metadata);
        JobRun run = new JobRun(plan, again ? vault.seize(plan.id()) : 1, again ? state.metadata(earlier.get().metadata()).metadata(metadata) : state,
                again, parent);
        admit(run);
        return run;
    }

    private void admit(JobRun run) {
        runs.put(run.id(), run);
        List<JobRun> ended = runs.values().stream().filter(JobRun::ended)
                .sorted(Comparator.comparingDouble(it -> it.state().updatedAt())).toList();
        ended.subList(0, Math.max(0, ended.size() - settings.keepEnded())).forEach(old -> runs.remove(old.id(), old));
        work.changed(run);
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
            list(state -> state.jobType().equals(plan.type()) && !state.status().ended()).forEach(stale -> cancel(stale.jobId()));
        }
    }

    private Optional<String> occupant(JobPlan plan) {
        Optional<String> here = active().stream().filter(run -> run.plan().family().equals(plan.family()) && !run.id().equals(plan.id()))
                .map(JobRun::id).findFirst();
        return here.isPresent() ? here : vault.claim(plan);
    }

    /** Begins the work of a pending job. @throws JobException when it cannot begin any more */
    void start(JobRun run) {
        if (!run.begin()) {
            throw new JobException("Job " + run.id() + " is " + run.state().status().word());
        }
        vault.writeNow(run);
        try {
            threads.execute(() -> perform(run));
        } catch (RejectedExecutionException e) {
            end(run, new JobException("There are already " + settings.maxJobs() + " jobs"));
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
        threads.execute(() -> end(run, new JobException(JobKeeper.INTERRUPTED)));
    }

    // ---- working and ending

    private void perform(JobRun run) {
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
    }

    private void end(JobRun run, Exception failure) {
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

    // ---- waiting and cancelling

    private boolean await(JobRun run) {
        try {
            run.end().get(settings.cancelLimit().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /**
     * Cancels a job and waits until it has stopped and cleaned up.
     *
     * @return false when there is no such job or it had ended
     * @throws JobException when it does not stop in time
     */
    boolean cancel(String id) {
        JobRun run = runs.get(id);
        if (run == null) {
            return cancelElsewhere(id);
        }
        if (run.ended()) {
            return false;
        }
        if (!run.started() && vault.answers() && vault.read(id).isEmpty()) {
            // never begun, and forgotten by Redis
            runs.remove(id);
            return false;
        }
        run.stop(CANCELLED);
        if (!run.started() && run.begin()) {
            end(run, null);
        } else if (!await(run)) {
            throw new JobException("Job " + id + " did not stop within " + settings.cancelLimit().toSeconds() + " s");
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
        long limit = System.nanoTime() + settings.cancelLimit().toNanos();
        while (System.nanoTime() - limit < 0) {
            JobState now = vault.read(id).orElse(state.get());
            if (now.status().ended()) {
                return now.status() == JobStatus.CANCELLED;
            }
            if (!vault.owned(id)) {
                return cancelAbandoned(now);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REMOTE_POLL_MILLIS));
        }
        throw new JobException("Job " + id + ", which another instance runs, did not stop within " + settings.cancelLimit().toSeconds() + " s");
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
            admit(run);
            run.stop(CANCELLED);
            run.begin();
            end(run, null);
        }
        return fence.isPresent();
    }

    // ---- looking

    Optional<JobRun> run(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** Jobs of this instance that are not over. */
    List<JobRun> active() {
        return runs.values().stream().filter(run -> !run.ended()).toList();
    }

    /** Jobs of this instance, the ended ones that are remembered too. */
    List<JobRun> remembered() {
        return List.copyOf(runs.values());
    }

    /** The state of a job, here or in Redis. */
    Optional<JobState> state(String id) {
        JobRun run = runs.get(id);
        return run != null && !run.lost() ? Optional.of(run.state()) : vault.read(id);
    }

    /** States here and in Redis, oldest first. */
    List<JobState> list(Predicate<JobState> wanted) {
        Map<String, JobState> states = new LinkedHashMap<>();
        vault.all().forEach(state -> states.put(state.jobId(), state));
        // an ended job that Redis has forgotten is forgotten
        boolean answered = vault.answers();
        runs.values().stream().filter(run -> !run.lost() && (!run.ended() || run.dirty() || !answered || states.containsKey(run.id())))
                .forEach(run -> states.put(run.id(), run.state()));
        List<JobState> found = new ArrayList<>(states.values().stream().filter(wanted).toList());
        found.sort(Comparator.comparingDouble(JobState::createdAt).thenComparing(JobState::jobId));
        return found;
    }

    /** Forgets ended jobs that have not changed for some seconds. @return their ids */
    List<String> cleanup(double olderThanSeconds) {
        double before = JobState.now() - olderThanSeconds;
        List<String> old = list(state -> state.status().ended() && state.updatedAt() <= before).stream().map(JobState::jobId).toList();
        old.forEach(id -> {
            runs.remove(id);
            vault.delete(id);
        });
        return old;
    }

    /** Stops every job of this instance without ending it: another instance, or the next start, takes it over. */
    void abandon() {
        active().forEach(JobRun::lose);
    }
}
