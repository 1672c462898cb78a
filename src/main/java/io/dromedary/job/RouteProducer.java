package io.dromedary.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;

import io.dromedary.lazy.LazyRoutes;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.StringHelper;

/** Sends a job to the route that does its work, and tells those who want to know what becomes of it. */
class RouteProducer implements JobWork {

    private final CamelContext context;
    private final LazyRoutes lazy;
    private final ProducerTemplate template;
    private final JobStreams streams;
    private final JobMonitor monitor;
    private final List<InterruptedJobsConsumer> interruptions;
    private final Executor threads;

    /** @param interruptions who wants to be told of interrupted jobs */
    RouteProducer(CamelContext context, JobStreams streams, JobMonitor monitor, List<InterruptedJobsConsumer> interruptions, Executor threads) {
        this.context = context;
        this.lazy = LazyRoutes.of(context);
        this.template = context.createProducerTemplate();
        this.streams = streams;
        this.monitor = monitor;
        this.interruptions = interruptions;
        this.threads = threads;
    }

    @Override
    public void run(JobRun run) throws Exception {
        Exchange exchange = exchange(run, new LinkedHashMap<>(run.state().metadata()));
        exchange.setProperty(Cancellation.PROPERTY, run.cancellation());
        send(run.plan().route(), exchange);
    }

    @Override
    public void ended(JobRun run, JobState last) throws Exception {
        if (run.plan().onEnd() != null) {
            send(run.plan().onEnd(), exchange(run, last.toMap()));
        }
    }

    private Exchange exchange(JobRun run, Map<String, Object> body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        run.trace().forEach(exchange.getMessage()::setHeader);
        exchange.setVariable(JobConstants.JOB_ID, run.id());
        exchange.setVariable(JobConstants.JOB_TYPE, run.plan().type());
        exchange.setVariable(JobConstants.JOB_RESUMED, run.resumed());
        return exchange;
    }

    private void send(String uri, Exchange exchange) throws Exception {
        Exchange done = template.send(uri, exchange);
        if (done.getException() != null) {
            throw done.getException();
        }
    }

    @Override
    public boolean canRun(JobPlan plan) {
        return reaches(plan.route()) && (plan.onEnd() == null || reaches(plan.onEnd()));
    }

    private boolean reaches(String uri) {
        String wanted = StringHelper.before(uri, "?", uri).replace("://", ":");
        lazy.make(wanted.replaceFirst("^direct:", ""));
        for (Route route : context.getRoutes()) {
            Endpoint from = route.getEndpoint();
            if (Objects.equals(StringHelper.before(from.getEndpointUri(), "?", from.getEndpointUri()).replace("://", ":"), wanted)) {
                return context.getRouteController().getRouteStatus(route.getRouteId()).isStarted();
            }
        }
        return false;
    }

    @Override
    public void changed(JobRun run) {
        if (run.ended()) {
            monitor.ended(run);
        } else {
            monitor.begun(run);
            streams.begun(run);
        }
    }

    @Override
    public boolean ready() {
        return context.isStarted();
    }

    @Override
    public void interrupted(List<JobState> last) {
        threads.execute(() -> last.forEach(state -> interruptions.forEach(consumer -> consumer.interrupted(state))));
    }

    void stop() {
        template.stop();
    }
}
