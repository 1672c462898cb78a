package io.dromedary.job;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** What a job's route says about itself. Each of these is also where a cancelled or lost job stops. */
final class ProgressOperations {

    private final JobProducer producer;
    private final JobConfiguration options;
    private final Exchange exchange;

    ProgressOperations(JobProducer producer, Exchange exchange) {
        this.producer = producer;
        this.options = producer.options();
        this.exchange = exchange;
    }

    void progress() {
        JobRun run = current();
        Long done = whole(options.getCurrent(), "current");
        Long all = whole(options.getTotal(), "total");
        Double percentage = producer.number(exchange, options.getPercentage(), "percentage");
        if (percentage == null && done != null && all != null && all > 0) {
            percentage = options.getProgressFrom() + (options.getProgressTo() - options.getProgressFrom()) * done / all;
            percentage = Math.round(percentage * 10) / 10.0;
        }
        Double rate = done == null || !options.isMeasureRate() ? null : run.meter().update(done, System.nanoTime());
        run.progress(percentage, done, all, producer.value(exchange, options.getMessage()), rate);
    }

    void metadata() {
        JobRun run = current();
        if (!(exchange.getMessage().getBody() instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("The body of job:metadata is a map of what is to be remembered");
        }
        Map<String, Object> more = new LinkedHashMap<>();
        map.forEach((key, value) -> more.put(String.valueOf(key), value));
        run.metadata(more);
    }

    /** The job, if it is still wanted and ours. */
    private JobRun current() {
        JobRun run = producer.run(exchange);
        producer.component().confirm(run);
        if (exchange.getProperty(Cancellation.PROPERTY) != null) {
            run.cancellation().check();
        }
        return run;
    }

    private Long whole(String option, String name) {
        Double value = producer.number(exchange, option, name);
        return value == null ? null : Long.valueOf(value.longValue());
    }

    void lock() throws InterruptedException {
        String resource = JobProducer.required(producer.value(exchange, options.getResource()), "resource");
        JobLocks locks = producer.component().locks();
        Object holder = holder();
        if (!locks.acquire(resource, holder, options.getTimeout())) {
            return;
        }
        String id = producer.jobId(exchange);
        JobRun run = id == null ? null : producer.component().registry().run(id).orElse(null);
        if (run != null) {
            run.end().thenRun(() -> locks.release(resource, holder));
        } else {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    locks.release(resource, holder);
                }
            });
        }
    }

    void unlock() {
        producer.component().locks().release(JobProducer.required(producer.value(exchange, options.getResource()), "resource"), holder());
    }

    /** A job; the exchange when it works for none. */
    private Object holder() {
        String id = producer.jobId(exchange);
        return id != null ? id : "exchange " + exchange.getExchangeId();
    }
}
