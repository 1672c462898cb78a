package io.dromedary.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.apache.camel.Exchange;

/** Finds jobs, and cancels or forgets what it finds. */
final class LookOperations {

    private static final double SECONDS_PER_HOUR = 3600;

    private final JobProducer producer;
    private final JobConfiguration options;
    private final Exchange exchange;
    private final Jobs jobs;
    private final JobRegistry registry;

    LookOperations(JobProducer producer, Exchange exchange) {
        this.producer = producer;
        this.options = producer.options();
        this.exchange = exchange;
        this.jobs = producer.component().jobs();
        this.registry = producer.component().registry();
    }

    /** Body: a map with cancelled_jobs (ids) and found (how many there were that match, ended ones too). */
    void cancel() {
        List<String> found = new ArrayList<>();
        if (options.getJobId() != null) {
            Optional.ofNullable(producer.jobId(exchange)).flatMap(registry::state).ifPresent(state -> found.add(state.jobId()));
        } else {
            registry.list(matching()).forEach(state -> found.add(state.jobId()));
        }
        List<String> cancelled = new ArrayList<>();
        JobException failure = null;
        for (String id : found) {
            try {
                if (jobs.cancel(id)) {
                    cancelled.add(id);
                }
            } catch (JobException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("cancelled_jobs", cancelled);
        answer.put("found", found.size());
        exchange.getMessage().setBody(answer);
    }

    /** Body: the state, or null. */
    void state() {
        Optional<JobState> state = options.getType() == null && options.getWhere() == null
                ? Optional.ofNullable(producer.jobId(exchange)).flatMap(registry::state)
                : registry.list(matching()).stream().reduce((older, newer) -> newer);
        exchange.getMessage().setBody(state.map(JobState::toMap).orElse(null));
    }

    /** Body: a list of states. */
    void list() {
        exchange.getMessage().setBody(registry.list(matching()).stream().map(JobState::toMap).toList());
    }

    void statistics() {
        List<JobState> all = registry.list(state -> true);
        Map<String, Integer> byStatus = new TreeMap<>();
        Map<String, Integer> byType = new TreeMap<>();
        all.forEach(state -> {
            byStatus.merge(state.status().word(), 1, Integer::sum);
            byType.merge(state.jobType(), 1, Integer::sum);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("total_jobs", all.size());
        answer.put("active_jobs", registry.active().size());
        answer.put("by_status", byStatus);
        answer.put("by_type", byType);
        exchange.getMessage().setBody(answer);
    }

    /** Body: a map with cleaned_jobs (ids). */
    void cleanup() {
        Double hours = producer.number(exchange, options.getMaxAgeHours(), "maxAgeHours");
        exchange.getMessage().setBody(new LinkedHashMap<>(Map.of("cleaned_jobs", registry.cleanup((hours == null ? 24 : hours) * SECONDS_PER_HOUR))));
    }

    private Predicate<JobState> matching() {
        Set<String> types = JobProducer.words(producer.value(exchange, options.getType()));
        String status = producer.value(exchange, options.getStatus());
        String where = producer.value(exchange, options.getWhere());
        return state -> (types.isEmpty() || types.contains(state.jobType())) && (status == null || status.equals(state.status().word()))
                && (where == null || has(state, where));
    }

    private static boolean has(JobState state, String where) {
        int equals = where.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("where is written name=value, not " + where);
        }
        return Objects.toString(state.metadata().get(where.substring(0, equals)), "").equals(where.substring(equals + 1));
    }
}
