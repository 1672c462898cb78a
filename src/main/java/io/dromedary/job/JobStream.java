package io.dromedary.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What one subscriber gets of one job: a message at once, then one per period while the job runs, and exactly one last message at once when
 * it has ended. While a message is under way turns are missed, never the last message.
 */
final class JobStream {

    /** Turns of all streams begin on multiples of this, so that one waking of timer, client and network serves many subscribers. */
    private static final long BEAT_MICROS = 50_000;

    private final JobStreams streams;
    private final ScheduledExecutorService timer;
    private final JobRun run;
    private final String streamId;
    private final double rate;
    private final JobSink only;
    private ScheduledFuture<?> turns;
    private volatile boolean open;
    private boolean closed;
    private int underWay;

    /** @param only the one that gets the messages, or null for all who want the type of job */
    JobStream(JobStreams streams, ScheduledExecutorService timer, JobRun run, String streamId, double rate, JobSink only) {
        this.streams = streams;
        this.timer = timer;
        this.run = run;
        this.streamId = streamId;
        this.rate = rate;
        this.only = only;
    }

    JobRun run() {
        return run;
    }

    double rate() {
        return rate;
    }

    /** The one that gets the messages, or null for all who want the type of job. */
    JobSink only() {
        return only;
    }

    /** What no other stream of the job has. */
    String key() {
        return only == null ? streamId : streamId + "@" + System.identityHashCode(only);
    }

    boolean isOpen() {
        return open;
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

    /** Nothing goes out any more. */
    synchronized void close() {
        closed = true;
        if (turns != null) {
            turns.cancel(false);
        }
    }

    /** Sends what there is to tell now, unless the last message is still under way. */
    void turn() {
        List<JobSink> receivers;
        Map<String, Object> message;
        boolean last;
        synchronized (this) {
            if (!open || closed || underWay > 0) {
                return;
            }
            if (run.lost()) {
                close();
                streams.forget(this);
                return;
            }
            message = message(run, streamId);
            last = Boolean.TRUE.equals(message.get("completed"));
            if (last && streams.afterAnother(this)) {
                return;
            }
            receivers = only != null ? List.of(only) : streams.receivers(run.plan().type());
            underWay = receivers.size();
            if (last) {
                close();
            }
        }
        try {
            receivers.forEach(sink -> sink.send(message, this::sent));
        } finally {
            if (last) {
                streams.forget(this);
            }
        }
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

    private static Map<String, Object> message(JobRun run, String streamId) {
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
}
