package io.dromedary.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import io.dromedary.redis.RedisProxy;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.component.file.cluster.FileLockClusterService;
import org.apache.camel.impl.cluster.ClusteredRoutePolicy;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.TimeUtils;

/**
 * Lets edges that there may be only one of, such as a vehicle's link, run in one instance of a fleet at a time: every route that begins
 * with one of the components {@code dromedary.fleet-single}, or is of the route group {@value #SINGLE}, waits until its instance leads for
 * that component or route, and stops when it no longer does. Who leads is agreed within {@code dromedary.fleet-group} by
 * {@code dromedary.fleet-lock}: {@code redis}, {@code file:<shared folder>}, or {@code kubernetes} (leases; the pod is named
 * {@code dromedary.fleet-member}) with camel-kubernetes on the class path; an instance without a sign of life leads for {@code dromedary.fleet-lease}.
 */
public final class SingleEdges implements RoutePolicyFactory {

    /** Group of the routes that one instance runs. */
    static final String SINGLE = "single";

    private static final String KUBERNETES = "org.apache.camel.component.kubernetes.cluster.KubernetesClusterService";

    private CamelClusterService service;

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        if (!(route instanceof RouteDefinition definition) || definition.getInput() == null) {
            return null;
        }
        String component = definition.getInput().getEndpointUri().replaceFirst("[:?/].*", "");
        boolean byComponent = Arrays.asList(setting(context, "single").split(",")).contains(component);
        if (!byComponent && !SINGLE.equals(definition.getGroup())) {
            return null;
        }
        String lock = setting(context, "lock");
        try {
            return ClusteredRoutePolicy.forNamespace(service(context, lock), setting(context, "group") + "-" + (byComponent ? component : routeId));
        } catch (Exception e) {
            throw new IllegalArgumentException("Route " + routeId + " cannot be given to one instance (" + lock + "): " + e.getMessage(), e);
        }
    }

    private static String setting(CamelContext context, String name) {
        return context.resolvePropertyPlaceholders("{{dromedary.fleet-" + name + "}}");
    }

    private synchronized CamelClusterService service(CamelContext context, String lock) throws Exception {
        if (service == null) {
            CamelClusterService created = create(context, lock);
            context.addService(created);
            service = created;
        }
        return service;
    }

    private CamelClusterService create(CamelContext context, String lock) throws Exception {
        Duration lease = Duration.ofMillis(TimeUtils.toMilliSeconds(setting(context, "lease")));
        if (lock.startsWith("file:")) {
            FileLockClusterService files = new FileLockClusterService();
            files.setRoot(lock.substring("file:".length()));
            return files;
        }
        if (lock.equals("kubernetes")) {
            return kubernetes(context, lease);
        }
        return new RedisClusterService(() -> {
            RedisProxy proxy = context.getRegistry().findSingleByType(RedisProxy.class);
            return proxy == null ? null : proxy.sharedClient();
        }, "dromedary:fleet:lock:", lease);
    }

    /** By its name, since it brings 50 MB that only those pay who want it. */
    private CamelClusterService kubernetes(CamelContext context, Duration lease) throws ClassNotFoundException {
        Class<?> type = context.getClassResolver().resolveClass(KUBERNETES);
        if (type == null) {
            throw new ClassNotFoundException("camel-kubernetes is not on the class path");
        }
        Object kubernetes = context.getInjector().newInstance(type);
        configure(context, kubernetes, lease);
        return (CamelClusterService) kubernetes;
    }

    static void configure(CamelContext context, Object kubernetes, Duration lease) {
        // Binding takes out of the map what it has set.
        Map<String, Object> settings = new HashMap<>(Map.of("podName", setting(context, "member"), "leaseDurationMillis", lease.toMillis(),
                "renewDeadlineMillis", lease.toMillis() * 2 / 3, "retryPeriodMillis", lease.toMillis() / 5));
        PropertyBindingSupport.build().withCamelContext(context).withTarget(kubernetes).bind(context, kubernetes, settings);
    }
}
