package io.dromedary.job;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Run routes as jobs with state, progress streams, cancellation and a life beyond the process. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "job", title = "Job", syntax = "job:operation",
        category = {Category.WORKFLOW, Category.MONITORING}, headersClass = JobConstants.class)
public class JobEndpoint extends DefaultEndpoint {

    @UriPath(enums = "start,create,join,progress,metadata,cancel,state,list,statistics,subscribe,unsubscribe,cleanup,lock,unlock,interrupted",
            description = "What to do. Two have a consumer: progress gets the messages of progress streams, interrupted the final states of jobs that an earlier "
                    + "program left running and that nobody goes on with.")
    @Metadata(required = true)
    private String operation;
    @UriParam
    private JobConfiguration configuration;

    public JobEndpoint(String uri, JobComponent component, JobConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        return new JobProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = switch (operation) {
            case "progress" -> new JobConsumer(this, processor);
            case "interrupted" -> new InterruptedJobsConsumer(this, processor);
            default -> throw new IllegalArgumentException("job:" + operation + " cannot be consumed from; job:progress and job:interrupted can");
        };
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public JobComponent getComponent() {
        return (JobComponent) super.getComponent();
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    public JobConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(JobConfiguration configuration) {
        this.configuration = configuration;
    }
}
