package io.dromedary.routetest;

import java.util.function.Supplier;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Sits before every step: notes that it was reached, and lets a mock answer in its place. */
final class StepProbe extends DelegateAsyncProcessor {

    private final NamedNode step;
    private final Coverage coverage;
    private final Supplier<CaseRun> run;

    StepProbe(NamedNode step, Processor target, Coverage coverage, Supplier<CaseRun> run) {
        super(target);
        this.step = step;
        this.coverage = coverage;
        this.run = run;
        coverage.add(step);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        coverage.reached(step);
        CaseRun current = run.get();
        if (current == null) {
            return super.process(exchange, callback);
        }
        try {
            String uri = Endpoints.called(step, exchange);
            if (current.answer(step, uri, exchange)) {
                callback.done(true);
                return true;
            }
            if (CaseRun.isSend(step) && isInside(uri) && !isServed(exchange.getContext(), uri)) {
                current.unanswered(uri);
            }
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        return super.process(exchange, callback);
    }

    private static boolean isInside(String uri) {
        return uri.startsWith("direct:") || uri.startsWith("seda:");
    }

    private static boolean isServed(CamelContext context, String uri) {
        return context.getRoutes().stream().anyMatch(route -> Endpoints.plain(route.getEndpoint().getEndpointUri()).equals(uri));
    }
}
