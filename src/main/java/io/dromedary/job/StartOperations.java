package io.dromedary.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.camel.Exchange;

/** Makes jobs and waits for their parts. */
final class StartOperations {

    private static final List<String> TRACE_CONTEXT = List.of("traceparent", "tracestate");

    private final JobProducer producer;
    private final JobConfiguration options;
    private final Exchange exchange;
    private final Jobs jobs;
    private final JobRegistry registry;

    StartOperations(JobProducer producer, Exchange exchange) {
        this.producer = producer;
        this.options = producer.options();
        this.exchange = exchange;
        this.jobs = producer.component().jobs();
        this.registry = producer.component().registry();
    }

    void create() {
        answer(made().state());
    }

    void start() throws Exception {
        String given = producer.value(exchange, options.getJobId());
        Optional<JobRun> waiting = given == null ? Optional.empty() : registry.run(given).filter(run -> !run.started() && !run.ended());
        if (waiting.isEmpty() && given != null && options.getWeight() != null) {
            Optional<JobState> done = registry.state(given).filter(state -> state.status() == JobStatus.COMPLETED);
            if (done.isPresent()) {
                // a part that an earlier owner of the parent completed
                registry.run(parent()).ifPresent(parent -> parent.share(given, weight(), null));
                answer(done.get());
                return;
            }
        }
        JobRun run = waiting.isPresent() ? waiting.get() : made();
        run.trace(trace());
        jobs.start(run);
        if (options.isWait()) {
            await(List.of(run));
        }
        answer(run.state());
    }

    void join() throws Exception {
        JobRun parent = producer.run(exchange);
        await(parent.parts().stream().filter(JobRun::started).toList());
        exchange.getMessage().setBody(parent.parts().stream().map(part -> part.state().toMap()).toList());
    }

    private JobRun made() {
        String id = producer.value(exchange, options.getJobId());
        String key = producer.value(exchange, options.getKey());
        boolean part = options.getWeight() != null;
        JobPlan plan = new JobPlan(id == null ? UUID.randomUUID().toString() : id, JobProducer.required(options.getType(), "type"),
                key == null ? "" : key, JobProducer.required(options.getRoute(), "route"), options.getOnEnd(), options.isResume(),
                part ? parent() : null, part ? weight() : 0, part ? producer.value(exchange, options.getParentMessage()) : null);
        return jobs.create(plan, metadata(), options.getSingleFlight());
    }

    /** The job's route runs in an exchange of its own, which takes up the trace by the headers of the W3C's trace context. */
    private Map<String, Object> trace() {
        Map<String, Object> headers = new LinkedHashMap<>();
        TRACE_CONTEXT.forEach(name -> Optional.ofNullable(exchange.getMessage().getHeader(name)).ifPresent(value -> headers.put(name, value)));
        return headers;
    }

    private double weight() {
        Double weight = producer.number(exchange, options.getWeight(), "weight");
        return weight == null ? 0 : weight;
    }

    private String parent() {
        String given = producer.value(exchange, options.getParent());
        String parent = given != null ? given : exchange.getVariable(JobConstants.JOB_ID, String.class);
        if (parent == null) {
            throw new IllegalArgumentException("job:start with weight makes a part of a job, but this exchange works for none and parent is not set");
        }
        return parent;
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        Object body = exchange.getMessage().getBody();
        if (body instanceof Map<?, ?> map) {
            map.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        } else if (body != null && !"".equals(body)) {
            throw new IllegalArgumentException("The body of job:start is the job's metadata, a map, not " + body.getClass().getSimpleName());
        }
        return metadata;
    }

    private void answer(JobState state) {
        exchange.getMessage().setHeader(JobConstants.ID, state.jobId());
        exchange.getMessage().setHeader(JobConstants.TYPE, state.jobType());
        exchange.getMessage().setBody(state.toMap());
    }

    /** Waits for all; the first that fails stops the others. */
    private void await(List<JobRun> parts) throws Exception {
        parts.forEach(part -> part.end().thenAccept(state -> {
            if (state.status() == JobStatus.ERROR) {
                parts.forEach(other -> other.stop("another part failed"));
            }
        }));
        CompletableFuture<Void> all = CompletableFuture.allOf(parts.stream().map(JobRun::end).toArray(CompletableFuture[]::new));
        try {
            all.get(options.getTimeout(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException e) {
            parts.forEach(part -> part.stop("nobody waits for it any more"));
            // they stop on their own threads; this one goes on when they have cleaned up
            all.get(producer.component().getCancelTimeout(), TimeUnit.MILLISECONDS);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        for (JobRun part : parts) {
            JobState state = part.state();
            if (state.status() == JobStatus.ERROR) {
                throw new JobException((options.getFailurePrefix() == null ? "" : options.getFailurePrefix().replaceFirst("[: ]+$", "") + ": ") + state.errorMessage());
            }
        }
        for (JobRun part : parts) {
            if (part.state().status() != JobStatus.COMPLETED) {
                throw new JobException("Job " + part.id() + " was cancelled");
            }
        }
    }
}
