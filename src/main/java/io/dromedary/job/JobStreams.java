package io.dromedary.job;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Progress streams. Each subscriber gets a message at once, then one per period while the job runs, and exactly one last message at once
 * when it has ended. A subscriber whose last message is still under way misses a turn, never the last message. Last messages leave in the
 * order of subscription.
 */
final class JobStreams {

    /** The lowest rate of a stream in Hz. */
    static final double MIN_RATE = 0.1;
    /** The highest rate of a stream in Hz. */
    static final double MAX_RATE = 10;

    /** Turns of all streams begin on multiples of this, so that one waking of timer, client and network serves many subscribers. */
    private static final long BEAT_MICROS = 50_000;

    /** Where messages go. */
    interface Sink {

        /** Whether it takes the messages of a type of job. */
        boolean wants(String type);

        /** The rate at which it wants every job of those types without being asked; 0 for only what is subscribed. */
        double rate();

        /** Takes a message; {@code done} is called when it has gone out. */
        void send(Map<String, Object> message, Runnable done);
    }

    private final ScheduledExecutorService timer;
    private final int maxPerJob;
    private final List<Sink> sinks = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, Subscription>> subscriptions = new HashMap<>();

    JobStreams(ScheduledExecutorService timer, int maxPerJob) {
        this.timer = timer;
        this.maxPerJob = maxPerJob;
    }

    /** Adds a receiver. @param running jobs that have begun already */
    void add(Sink sink, List<JobRun> running) {
        sinks.add(sink);
        running.forEach(run -> feed(sink, run));
    }

    void remove(Sink sink) {
        sinks.remove(sink);
    }

    /**
     * Prepares a stream; nothing goes out before {@link Subscription#open}. A stream of the same id is replaced.
     *
     * @throws JobException when the job has too many subscribers or the rate is out of range
     */
    Subscription subscribe(JobRun run, String streamId, double rate) {
        return subscribe(run, streamId, rate, null);
    }

    private Subscription subscribe(JobRun run, String streamId, double rate, Sink only) {
        if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
            throw new JobException("The rate of a stream must be " + MIN_RATE + " to " + MAX_RATE + " Hz, not " + rate);
        }
        String key = only == null ? streamId : streamId + "@" + System.identityHashCode(only);
        Subscription subscription = new Subscription(run, streamId, key, rate, only);
        Subscription before;
        synchronized (subscriptions) {
            Map<String, Subscription> ofJob = subscriptions.computeIfAbsent(run.id(), id -> new LinkedHashMap<>());
            if (!ofJob.containsKey(key) && ofJob.size() >= maxPerJob) {
                throw new JobException("Job " + run.id() + " has already " + maxPerJob + " subscribers");
            }
            before = ofJob.put(key, subscription);
        }
        if (before != null) {
            before.close();
        }
        return subscription;
    }

    /**
     * Ends a stream without a last message. An unknown id ends the only stream of the job, if there is one only.
     *
     * @return whether a stream was ended
     */
    boolean unsubscribe(String jobId, String streamId) {
        Subscription meant;
        synchronized (subscriptions) {
            Map<String, Subscription> ofJob = subscriptions.getOrDefault(jobId, Map.of());
            List<Subscription> asked = ofJob.values().stream().filter(it -> it.only == null).toList();
            meant = ofJob.containsKey(streamId) ? ofJob.get(streamId) : asked.size() == 1 ? asked.get(0) : null;
            forget(jobId, meant);
        }
        if (meant != null) {
            meant.close();
        }
        return meant != null;
    }

    private void forget(String jobId, Subscription subscription) {
        synchronized (subscriptions) {
            Map<String, Subscription> ofJob = subscriptions.get(jobId);
            if (ofJob != null && subscription != null && ofJob.remove(subscription.key, subscription)) {
                if (ofJob.isEmpty()) {
                    subscriptions.remove(jobId);
                } else if (subscription.run.ended()) {
                    // those behind it may have been waiting for it
                    List<Subscription> behind = List.copyOf(ofJob.values());
                    timer.execute(() -> behind.forEach(Subscription::turn));
                }
            }
        }
    }

    /** Whether an older subscriber with the same receivers has its last message still to get. */
    private boolean afterAnother(Subscription subscription) {
        synchronized (subscriptions) {
            for (Subscription older : subscriptions.getOrDefault(subscription.run.id(), Map.of()).values()) {
                if (older == subscription) {
                    return false;
                }
                if (older.open && older.only == subscription.only) {
                    return true;
                }
            }
            return false;
        }
    }

    int count(String jobId) {
        synchronized (subscriptions) {
            return subscriptions.getOrDefault(jobId, Map.of()).size();
        }
    }

    /** A job has begun: those who want every job of its type are subscribed. */
    void begun(JobRun run) {
        sinks.forEach(sink -> feed(sink, run));
    }

    private void feed(Sink sink, JobRun run) {
        if (sink.rate() > 0 && sink.wants(run.plan().type())) {
            subscribe(run, run.id(), sink.rate(), sink).open();
        }
    }

    /** A job has ended: everybody gets the last message, in the order of subscription. */
    void ended(JobRun run) {
        List<Subscription> all;
        synchronized (subscriptions) {
            all = List.copyOf(subscriptions.getOrDefault(run.id(), Map.of()).values());
        }
        timer.execute(() -> all.forEach(Subscription::turn));
    }

    /** What a subscriber is told. */
    static Map<String, Object> message(JobRun run, String streamId) {
        JobState state = run.state();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("published_stream_id", streamId);
        message.put("job_id", state.jobId());
        message.put("job_type", state.jobType());
        message.put("status", state.status().word());
        message.put("progress", state.percentage());
        message.put("completed", state.status().ended());
        message.put("message", state.status() == JobStatus.ERROR && state.errorMessage() != null ? state.errorMessage() : state.message());
        message.put("current", state.current());
        message.put("total", state.total());
        message.put("rate_kbps", state.rateKbps());
        message.put("error_message", state.errorMessage());
        message.put("metadata", state.metadata());
        return message;
    }

    /** One subscriber of one job. */
    final class Subscription {

        private final JobRun run;
        private final String streamId;
        private final String key;
        private final double rate;
        private final Sink only;
        private ScheduledFuture<?> turns;
        private volatile boolean open;
        private boolean closed;
        private int underWay;

        private Subscription(JobRun run, String streamId, String key, double rate, Sink only) {
            this.run = run;
            this.streamId = streamId;
            this.key = key;
            this.rate = rate;
            this.only = only;
        }

        double rate() {
            return rate;
        }

        /** Lets messages out from now on; the first one at once. */
        synchronized void open() {
            if (!open && !closed) {
                open = true;
                timer.execute(this::turn);
                long period = Math.round(1e6 / rate);
                turns = timer.scheduleAtFixedRate(this::turn, untilBeat(System.nanoTime() / 1000 + period) + period, period, TimeUnit.MICROSECONDS);
            }
        }

        private static long untilBeat(long micros) {
            return BEAT_MICROS - 1 - Math.floorMod(micros - 1, BEAT_MICROS);
        }

        private synchronized void close() {
            closed = true;
            if (turns != null) {
                turns.cancel(false);
            }
        }

        private void turn() {
            List<Sink> receivers;
            Map<String, Object> message;
            boolean last;
            synchronized (this) {
                if (!open || closed || underWay > 0) {
                    return;
                }
                if (run.lost()) {
                    end();
                    return;
                }
                message = message(run, streamId);
                last = Boolean.TRUE.equals(message.get("completed"));
                if (last && afterAnother(this)) {
                    return;
                }
                String type = run.plan().type();
                receivers = only != null ? List.of(only) : sinks.stream().filter(sink -> sink.rate() == 0 && sink.wants(type)).toList();
                underWay = receivers.size();
                if (last) {
                    close();
                }
            }
            try {
                receivers.forEach(sink -> sink.send(message, this::sent));
            } finally {
                if (last) {
                    forget(run.id(), this);
                }
            }
        }

        private void end() {
            close();
            forget(run.id(), this);
        }

        private void sent() {
            boolean last;
            synchronized (this) {
                underWay--;
                last = underWay == 0 && !closed && run.ended();
            }
            if (last) {
                timer.execute(this::turn);
            }
        }
    }
}
