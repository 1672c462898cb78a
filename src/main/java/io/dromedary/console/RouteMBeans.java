package io.dromedary.console;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Producer;
import org.apache.camel.Service;
import org.apache.camel.management.DefaultManagementObjectStrategy;

/**
 * Camel's MBeans without those of endpoints, consumers, producers and services: a tool for JMX sees the context, routes, components
 * and thread pools. Camel's level {@code RoutesOnly} leaves out the steps alone. The rest of 300 routes took an eighth of the start,
 * and only the console shows it.
 */
public final class RouteMBeans extends DefaultManagementObjectStrategy {

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
