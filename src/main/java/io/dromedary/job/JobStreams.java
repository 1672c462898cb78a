package io.dromedary.job;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;

/** Who is subscribed to which job, and who receives what subscribers are told. Last messages leave in the order of subscription. */
final class JobStreams {

    /** The lowest rate of a stream in Hz. */
    static final double MIN_RATE = 0.1;
    /** The highest rate of a stream in Hz. */
    static final double MAX_RATE = 10;

    private final ScheduledExecutorService timer;
    private final int maxPerJob;
    private final List<JobSink> sinks = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, JobStream>> streams = new HashMap<>();

    JobStreams(ScheduledExecutorService timer, int maxPerJob) {
        this.timer = timer;
        this.maxPerJob = maxPerJob;
    }

    // ---- receivers

    /** Adds a receiver. @param running jobs that have begun already */
    void add(JobSink sink, List<JobRun> running) {
        sinks.add(sink);
        running.forEach(run -> feed(sink, run));
    }

    void remove(JobSink sink) {
        sinks.remove(sink);
    }

    /** A job has begun: those who want every job of its type are subscribed. */
    void begun(JobRun run) {
        sinks.forEach(sink -> feed(sink, run));
    }

    private void feed(JobSink sink, JobRun run) {
        if (sink.rate() > 0 && sink.wants(run.plan().type())) {
            subscribe(run, run.id(), sink.rate(), sink).open();
        }
    }

    /** Those who get what is subscribed of a type of job. */
    List<JobSink> receivers(String type) {
        return sinks.stream().filter(sink -> sink.rate() == 0 && sink.wants(type)).toList();
    }

    // ---- subscribers

    /**
     * Prepares a stream; nothing goes out before {@link JobStream#open}. A stream of the same id is replaced.
     *
     * @throws JobException when the job has too many subscribers or the rate is out of range
     */
    JobStream subscribe(JobRun run, String streamId, double rate) {
        return subscribe(run, streamId, rate, null);
    }

    private JobStream subscribe(JobRun run, String streamId, double rate, JobSink only) {
        if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
            throw new JobException("The rate of a stream must be " + MIN_RATE + " to " + MAX_RATE + " Hz, not " + rate);
        }
        JobStream stream = new JobStream(this, timer, run, streamId, rate, only);
        JobStream before;
        synchronized (streams) {
            Map<String, JobStream> ofJob = streams.computeIfAbsent(run.id(), id -> new LinkedHashMap<>());
            if (!ofJob.containsKey(stream.key()) && ofJob.size() >= maxPerJob) {
                throw new JobException("Job " + run.id() + " has already " + maxPerJob + " subscribers");
            }
            before = ofJob.put(stream.key(), stream);
        }
        if (before != null) {
            before.close();
        }
        return stream;
    }

    /**
     * Ends a stream without a last message. An unknown id ends the only stream of the job, if there is one only.
     *
     * @return whether a stream was ended
     */
    boolean unsubscribe(String jobId, String streamId) {
        JobStream meant;
        synchronized (streams) {
            Map<String, JobStream> ofJob = streams.getOrDefault(jobId, Map.of());
            List<JobStream> asked = ofJob.values().stream().filter(it -> it.only() == null).toList();
            meant = ofJob.containsKey(streamId) ? ofJob.get(streamId) : asked.size() == 1 ? asked.get(0) : null;
            if (meant != null) {
                forget(meant);
            }
        }
        if (meant != null) {
            meant.close();
        }
        return meant != null;
    }

    /** A stream is over. */
    void forget(JobStream stream) {
        synchronized (streams) {
            Map<String, JobStream> ofJob = streams.get(stream.run().id());
            if (ofJob != null && ofJob.remove(stream.key(), stream)) {
                if (ofJob.isEmpty()) {
                    streams.remove(stream.run().id());
                } else if (stream.run().ended()) {
                    // those behind it may have been waiting for it
                    List<JobStream> behind = List.copyOf(ofJob.values());
                    timer.execute(() -> behind.forEach(JobStream::turn));
                }
            }
        }
    }

    /** Whether an older subscriber with the same receivers has its last message still to get. */
    boolean afterAnother(JobStream stream) {
        synchronized (streams) {
            for (JobStream older : streams.getOrDefault(stream.run().id(), Map.of()).values()) {
                if (older == stream) {
                    return false;
                }
                if (older.isOpen() && older.only() == stream.only()) {
                    return true;
                }
            }
            return false;
        }
    }

    int count(String jobId) {
        synchronized (streams) {
            return streams.getOrDefault(jobId, Map.of()).size();
        }
    }

    /** A job has ended: everybody gets the last message, in the order of subscription. */
    void ended(JobRun run) {
        List<JobStream> all;
        synchronized (streams) {
            all = List.copyOf(streams.getOrDefault(run.id(), Map.of()).values());
        }
        timer.execute(() -> all.forEach(JobStream::turn));
    }
}
