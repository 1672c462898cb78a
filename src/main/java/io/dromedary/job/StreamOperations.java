package io.dromedary.job;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Opens and ends progress streams. */
final class StreamOperations {

    private static final double DEFAULT_RATE = 2;

    private final JobProducer producer;
    private final JobConfiguration options;
    private final Exchange exchange;
    private final JobRegistry registry;
    private final Set<String> types;

    StreamOperations(JobProducer producer, Exchange exchange) {
        this.producer = producer;
        this.options = producer.options();
        this.exchange = exchange;
        this.registry = producer.component().registry();
        this.types = JobProducer.words(producer.value(exchange, options.getType()));
    }

    /**
     * Opens a stream when the exchange is over, so that its answer is out before the first message. Without a job id the newest running
     * job of the type counts. The body becomes a map with outcome (streaming, stored or none), job_id, data_rate_hz and job_state.
     */
    void subscribe() {
        Optional<JobRun> run = here(false);
        if (run.isEmpty()) {
            Optional<JobState> stored = stored();
            answer(stored.isPresent() ? "stored" : "none", stored.map(JobState::jobId).orElse(null), null, stored.map(JobState::toMap).orElse(null));
            return;
        }
        Double wanted = producer.number(exchange, options.getDataRateHz(), "dataRateHz");
        String streamId = producer.value(exchange, options.getStreamId());
        JobStream stream = producer.component().streams()
                .subscribe(run.get(), streamId == null ? "" : streamId, wanted == null ? DEFAULT_RATE : wanted);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                stream.open();
            }
        });
        answer("streaming", run.get().id(), stream.rate(), null);
    }

    /** Ends a stream. The body becomes a map with outcome (unsubscribed or none) and job_id. */
    void unsubscribe() {
        Optional<JobRun> run = here(true);
        String streamId = producer.value(exchange, options.getStreamId());
        run.ifPresent(job -> producer.component().streams().unsubscribe(job.id(), streamId == null ? "" : streamId));
        answer(run.isPresent() ? "unsubscribed" : "none", run.map(JobRun::id).orElse(null), null, null);
    }

    private void answer(String outcome, String jobId, Double rate, Map<String, Object> state) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("outcome", outcome);
        answer.put("job_id", jobId);
        answer.put("data_rate_hz", rate);
        answer.put("job_state", state);
        exchange.getMessage().setBody(answer);
    }

    /** The job in this instance; with an id also one that has ended. */
    private Optional<JobRun> here(boolean endedToo) {
        if (options.getJobId() != null) {
            String id = producer.jobId(exchange);
            return id == null ? Optional.empty() : registry.run(id).filter(run -> !run.lost());
        }
        return registry.remembered().stream().filter(run -> wanted(run.plan().type())).filter(run -> endedToo ? !run.lost() : !run.ended())
                .max(Comparator.comparing((JobRun run) -> !run.ended()).thenComparing(run -> run.state().createdAt()));
    }

    private Optional<JobState> stored() {
        if (options.getJobId() != null) {
            String id = producer.jobId(exchange);
            return id == null ? Optional.empty() : registry.state(id);
        }
        return registry.list(state -> wanted(state.jobType())).stream().max(Comparator.comparingDouble(JobState::createdAt));
    }

    private boolean wanted(String type) {
        return types.isEmpty() || types.contains(type);
    }
}
