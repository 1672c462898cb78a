package io.dromedary.job;

import java.util.Map;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Turns each message of a progress stream into an exchange. */
public class JobConsumer extends DefaultConsumer implements JobSink {

    private final JobEndpoint jobs;
    private final Set<String> types;
    private final double rate;

    JobConsumer(JobEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.jobs = endpoint;
        JobConfiguration options = endpoint.getConfiguration();
        this.types = JobProducer.words(options.getType());
        this.rate = options.getDataRateHz() == null ? 0 : Double.parseDouble(options.getDataRateHz());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        jobs.getComponent().streams().add(this, jobs.getComponent().registry().active());
    }

    @Override
    protected void doStop() throws Exception {
        JobStreams streams = jobs.getComponent().streams();
        // Null in a context that was never started.
        if (streams != null) {
            streams.remove(this);
        }
        super.doStop();
    }

    @Override
    public boolean wants(String type) {
        return types.isEmpty() || types.contains(type);
    }

    @Override
    public double rate() {
        return rate;
    }

    @Override
    public void send(Map<String, Object> message, Runnable done) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(message);
        exchange.getMessage().setHeader(JobConstants.ID, message.get("job_id"));
        exchange.getMessage().setHeader(JobConstants.TYPE, message.get("job_type"));
        exchange.getMessage().setHeader(JobConstants.STREAM_ID, message.get("published_stream_id"));
        exchange.getMessage().setHeader(JobConstants.COMPLETED, message.get("completed"));
        getAsyncProcessor().process(exchange, synchronously -> {
            try {
                if (exchange.getException() != null) {
                    getExceptionHandler().handleException("A progress message could not be sent", exchange, exchange.getException());
                }
            } finally {
                releaseExchange(exchange, false);
                done.run();
            }
        });
    }
}
