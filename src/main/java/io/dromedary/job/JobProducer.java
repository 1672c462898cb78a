package io.dromedary.job;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.dromedary.command.NotReadyException;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultProducer;

/** Runs one operation on jobs for each exchange. */
public class JobProducer extends DefaultProducer {

    /** An operation: takes its options and the message, puts the answer into the body. */
    @FunctionalInterface
    interface Operation {
        void run(JobProducer producer, Exchange exchange) throws Exception;
    }

    private static final Map<String, Operation> OPERATIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("start", (p, e) -> new StartOperations(p, e).start()), Map.entry("create", (p, e) -> new StartOperations(p, e).create()),
            Map.entry("join", (p, e) -> new StartOperations(p, e).join()),
            Map.entry("progress", (p, e) -> new ProgressOperations(p, e).progress()),
            Map.entry("metadata", (p, e) -> new ProgressOperations(p, e).metadata()),
            Map.entry("lock", (p, e) -> new ProgressOperations(p, e).lock()), Map.entry("unlock", (p, e) -> new ProgressOperations(p, e).unlock()),
            Map.entry("subscribe", (p, e) -> new StreamOperations(p, e).subscribe()),
            Map.entry("unsubscribe", (p, e) -> new StreamOperations(p, e).unsubscribe()),
            Map.entry("cancel", (p, e) -> new LookOperations(p, e).cancel()), Map.entry("state", (p, e) -> new LookOperations(p, e).state()),
            Map.entry("list", (p, e) -> new LookOperations(p, e).list()), Map.entry("statistics", (p, e) -> new LookOperations(p, e).statistics()),
            Map.entry("cleanup", (p, e) -> new LookOperations(p, e).cleanup())));

    private final JobEndpoint jobs;
    private final Operation operation;
    private final Map<String, Expression> expressions = new java.util.concurrent.ConcurrentHashMap<>();

    JobProducer(JobEndpoint endpoint) {
        super(endpoint);
        this.jobs = endpoint;
        this.operation = OPERATIONS.get(endpoint.getOperation());
        if (operation == null) {
            throw new IllegalArgumentException("job:" + endpoint.getOperation() + " is no operation; there are " + OPERATIONS.keySet());
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        // while it stops, its jobs still run up to where they are given away
        if (!component().isStarted() && !component().isStopping()) {
            throw new NotReadyException("Job monitor not initialized");
        }
        operation.run(this, exchange);
    }

    JobComponent component() {
        return jobs.getComponent();
    }

    JobConfiguration options() {
        return jobs.getConfiguration();
    }

    /** The value of a text in Camel's simple language for this message; null for null, and when it is empty. */
    String value(Exchange exchange, String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        String value = !text.contains("$") ? text : expressions.computeIfAbsent(text, it -> {
            Expression expression = exchange.getContext().resolveLanguage("simple").createExpression(it);
            expression.init(exchange.getContext());
            return expression;
        }).evaluate(exchange, String.class);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A number of the same kind. @throws IllegalArgumentException when it is none */
    Double number(Exchange exchange, String text, String option) {
        String value = value(exchange, text);
        try {
            return value == null ? null : Double.valueOf(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("job:" + jobs.getOperation() + " needs a number as " + option + ", not " + value);
        }
    }

    /** @throws IllegalArgumentException when the option is not set */
    static String required(String value, String option) {
        if (value == null) {
            throw new IllegalArgumentException("job needs the option " + option);
        }
        return value;
    }

    /** The id that the option names, or that of the job that the exchange works for, or null. */
    String jobId(Exchange exchange) {
        String given = value(exchange, options().getJobId());
        return given != null || options().getJobId() != null ? given : exchange.getVariable(JobConstants.JOB_ID, String.class);
    }

    /** The job that the exchange works for, which this instance runs. @throws JobException when there is none */
    JobRun run(Exchange exchange) {
        String id = jobId(exchange);
        return component().registry().run(id == null ? "" : id).orElseThrow(() -> new JobException("Job " + id + " does not run here"));
    }

    static Set<String> words(String list) {
        Set<String> words = new LinkedHashSet<>();
        if (list != null) {
            Arrays.stream(list.split(",")).map(String::trim).filter(word -> !word.isEmpty()).forEach(words::add);
        }
        return words;
    }
}
