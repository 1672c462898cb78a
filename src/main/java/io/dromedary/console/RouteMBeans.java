package io.dromedary.console;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.management.DefaultManagementObjectStrategy;
import org.apache.camel.spi.ManagementInterceptStrategy;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Camel's MBeans without those of endpoints, consumers, producers and services: a tool for JMX sees the context, routes, components
 * and thread pools. Camel's level {@code RoutesOnly} leaves out the steps alone. The rest of 300 routes took an eighth of the start,
 * and only the console shows it.
 */
public final class RouteMBeans extends DefaultManagementObjectStrategy {

    private RouteMBeans() {
    }

    /** Lets a context that has no routes yet have no others, nor around each step of a route what would count for an MBean of that step. */
    public static void only(CamelContext context) {
        context.getManagementStrategy().setManagementObjectStrategy(new RouteMBeans());
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onRouteContextCreate(Route route) {
                ManagementInterceptStrategy counters = route.getManagementInterceptStrategy();
                if (counters != null) {
                    route.setManagementInterceptStrategy(new RouteCounter(counters));
                }
            }
        });
    }

    /** Counts for the MBean of the route. */
    private record RouteCounter(ManagementInterceptStrategy counters) implements ManagementInterceptStrategy {

        @Override
        public InstrumentationProcessor<?> createProcessor(NamedNode step, Processor target) {
            return null;
        }

        @Override
        public InstrumentationProcessor<?> createProcessor(String type) {
            return counters.createProcessor(type);
        }
    }

    @Override
    public Object getManagedObjectForEndpoint(CamelContext context, Endpoint endpoint) {
        return null;
    }

    @Override
    public Object getManagedObjectForConsumer(CamelContext context, Consumer consumer) {
        return null;
    }

    @Override
    public Object getManagedObjectForProducer(CamelContext context, Producer producer) {
        return null;
    }

    @Override
    public Object getManagedObjectForService(CamelContext context, Service service) {
        return null;
    }
}
