package io.dromedary.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One job in this process: its state, and the strings by which it is held. Safe for use by many threads. */
final class JobRun {

    private final JobPlan plan;
    private final long fence;
    private final boolean resumed;
    private final JobRun parent;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<JobState> end = new CompletableFuture<>();
    private final RateMeter meter = new RateMeter();
    private final RedisCopy copy = new RedisCopy();
    private final List<JobRun> parts = new ArrayList<>();
    private final Shares shares;
    private JobState state;
    private Thread thread;
    private volatile Map<String, Object> trace = Map.of();
    private boolean started;
    private boolean lost;

    /** @param resumed whether another process began this job */
    JobRun(JobPlan plan, long fence, JobState state, boolean resumed, JobRun parent) {
        this.plan = plan;
        this.fence = fence;
        this.state = state;
        this.resumed = resumed;
        this.parent = parent;
        this.shares = new Shares(state.percentage());
    }

    JobPlan plan() {
        return plan;
    }

    String id() {
        return plan.id();
    }

    long fence() {
        return fence;
    }

    boolean resumed() {
        return resumed;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** The headers that say of which trace the start of the job was a part; empty where nobody traces. */
    Map<String, Object> trace() {
        return trace;
    }

    void trace(Map<String, Object> headers) {
        trace = Map.copyOf(headers);
    }

    synchronized JobState state() {
        return state;
    }

    /** How far Redis knows the job. */
    RedisCopy copy() {
        return copy;
    }

    /** Whether Redis has not got the state yet, and is to get it. */
    synchronized boolean dirty() {
        return !lost && copy.isBehind();
    }

    /** Completes with the final state when everything about the job is over; also when the job was lost to another owner. */
    CompletableFuture<JobState> end() {
        return end;
    }

    synchronized boolean ended() {
        return lost || state.status().ended();
    }

    synchronized boolean lost() {
        return lost;
    }

    synchronized void part(JobRun child) {
        parts.removeIf(part -> part.id().equals(child.id()));
        parts.add(child);
    }

    synchronized List<JobRun> parts() {
        return List.copyOf(parts);
    }

    // ---- the thread that does the work

    /** Claims the run for a thread. @return false when it was claimed or cancelled before */
    synchronized boolean begin() {
        if (started || ended()) {
            return false;
        }
        started = true;
        state = state.status(JobStatus.IN_PROGRESS, null);
        copy.changed();
        return true;
    }

    synchronized boolean started() {
        return started;
    }

    /** From here on a cancellation interrupts the calling thread. */
    synchronized void interruptible() {
        thread = Thread.currentThread();
        Cancellation.current(cancellation);
        TransferProgress.current((done, total) -> progress(Math.round(1000.0 * done / Math.max(1, total)) / 10.0, done, total, null, null));
        if (cancellation.isCancelled()) {
            thread.interrupt();
        }
    }

    /** The work is over; cleaning up is not interrupted. */
    synchronized void uninterruptible() {
        thread = null;
        Cancellation.current(null);
        TransferProgress.current(null);
        Thread.interrupted();
    }

    /** Gives the signal to stop; the parts stop first. */
    void stop(String reason) {
        // known before a part stops: a job whose part is cancelled, and which is not itself, has failed
        boolean first = cancellation.request(reason);
        parts().forEach(part -> part.stop(reason));
        if (first) {
            cancellation.call();
            synchronized (this) {
                if (thread != null) {
                    thread.interrupt();
                }
            }
        }
    }

    /** Another instance has the job: nothing is written any more. */
    void lose() {
        synchronized (this) {
            lost = true;
        }
        stop("Another instance runs this job");
        if (!started()) {
            end.complete(state());
        }
    }

    // ---- the state

    /** Takes progress; percentage and the rest may be null. {@code bytes} are counted for the rate. */
    void progress(Double percentage, Long current, Long total, String message, Double rate) {
        synchronized (this) {
            if (ended()) {
                return;
            }
            if (percentage != null) {
                shares.own(percentage);
            }
            state = state.progress(shares.sum(), current, total, message, rate);
            copy.changed();
        }
        tellParent();
    }

    RateMeter meter() {
        return meter;
    }

    private void tellParent() {
        if (parent != null && plan.weight() > 0) {
            JobState now = state();
            parent.share(id(), plan.weight() * now.percentage() / 100, parentText(now));
        }
    }

    private String parentText(JobState now) {
        if (plan.parentMessage() == null || now.status() != JobStatus.IN_PROGRESS) {
            return null;
        }
        return now.rateKbps() != null && now.rateKbps() > 0 ? plan.parentMessage() + " (" + now.rateKbps() + " KB/s)" : plan.parentMessage();
    }

    void share(String part, double share, String text) {
        synchronized (this) {
            if (ended()) {
                return;
            }
            shares.part(part, share);
            state = state.progress(shares.sum(), null, null, text, null);
            copy.changed();
        }
        tellParent();
    }

    synchronized void metadata(Map<String, Object> more) {
        if (!ended()) {
            state = state.metadata(more);
            copy.changed();
        }
    }

    /** Ends the job unless it has ended. @return whether it did */
    boolean finish(JobState last) {
        synchronized (this) {
            if (ended()) {
                return false;
            }
            state = last;
            copy.changed();
        }
        if (last.status() == JobStatus.COMPLETED) {
            tellParent();
        }
        return true;
    }
}
