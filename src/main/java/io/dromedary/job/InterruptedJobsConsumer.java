package io.dromedary.job;

import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Turns each job that an earlier program left running, and that has ended as error because of it, into an exchange. */
public class InterruptedJobsConsumer extends DefaultConsumer {

    private final JobComponent component;
    private final Set<String> types;

    InterruptedJobsConsumer(JobEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.component = endpoint.getComponent();
        this.types = JobProducer.words(endpoint.getConfiguration().getType());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        component.interruptions().add(this);
    }

    @Override
    protected void doStop() throws Exception {
        component.interruptions().remove(this);
        super.doStop();
    }

    /** Sends the final state on, if the job is of a type that is wanted; a failure goes to the exception handler. */
    void interrupted(JobState last) {
        if (!types.isEmpty() && !types.contains(last.jobType())) {
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(last.toMap());
        exchange.getMessage().setHeader(JobConstants.ID, last.jobId());
        exchange.getMessage().setHeader(JobConstants.TYPE, last.jobType());
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler().handleException("An interrupted job could not be told", exchange, exchange.getException());
        }
        releaseExchange(exchange, false);
    }
}
