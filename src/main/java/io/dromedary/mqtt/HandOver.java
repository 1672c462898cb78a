package io.dromedary.mqtt;

import java.util.List;
import java.util.concurrent.BlockingQueue;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.WaitForTaskToComplete;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/** Routes that do nothing but put each message into a queue of {@code seda:}, and never wait for what becomes of it. While there is room in it, any thread may run them. */
final class HandOver {

    private HandOver() {
    }

    /** The queue of such a route, or null. A queue of one's own ({@code queue}) may wait for more than room. */
    static BlockingQueue<Exchange> queue(Route route) {
        Model model = route.getCamelContext().getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition definition = model == null ? null : model.getRouteDefinition(route.getRouteId());
        if (definition == null) {
            return null;
        }
        List<ProcessorDefinition<?>> steps = definition.getOutputs().stream().<ProcessorDefinition<?>>filter(step -> !(step instanceof OnExceptionDefinition)).toList();
        if (steps.size() != 1 || !(steps.get(0) instanceof ToDefinition to) || to.getUri() == null || !to.getUri().startsWith("seda:") || to.getUri().contains("queue=")) {
            return null;
        }
        Endpoint target = route.getCamelContext().getEndpoint(to.getUri());
        return target instanceof SedaEndpoint seda && seda.getWaitForTaskToComplete() == WaitForTaskToComplete.Never ? seda.getQueue() : null;
    }
}
