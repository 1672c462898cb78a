package io.dromedary.fleet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

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

/**
 * Lets edges that there may be only one of, such as a vehicle's link, run in one instance of a fleet at a time: every route that begins
 * with one of the given components waits until its instance leads for that component, and stops when it no longer does.
 */
public final class SingleEdges implements RoutePolicyFactory {

    private static final String KUBERNETES = "org.apache.camel.component.kubernetes.cluster.KubernetesClusterService";

    private final Set<String> components;
    private final String group;
    private final String lock;
    private final Duration lease;
    private CamelClusterService service;

    /**
     * Makes a factory.
     *
     * @param components names of components, such as {@code vantiq}
     * @param group      instances with the same group have one leader per component
     * @param lock       {@code redis}, {@code file:<shared folder>}, or {@code kubernetes} with camel-kubernetes on the class path
     * @param lease      how long an instance without a sign of life leads, for {@code redis} and {@code kubernetes}
     */
    public SingleEdges(Set<String> components, String group, String lock, Duration lease) {
        this.components = Set.copyOf(components);
        this.group = group;
        this.lock = lock;
        this.lease = lease;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        String uri = route instanceof RouteDefinition definition && definition.getInput() != null ? definition.getInput().getEndpointUri() : "";
        String component = uri.replaceFirst("[:?/].*", "");
        if (!components.contains(component)) {
            return null;
        }
        try {
            return ClusteredRoutePolicy.forNamespace(service(context), group + "-" + component);
        } catch (Exception e) {
            throw new IllegalArgumentException("Route " + routeId + " cannot be given to one instance (" + lock + "): " + e.getMessage(), e);
        }
    }

    private synchronized CamelClusterService service(CamelContext context) throws Exception {
        if (service == null) {
            CamelClusterService created = create(context);
            context.addService(created);
            service = created;
        }
        return service;
    }

    private CamelClusterService create(CamelContext context) throws Exception {
        if (lock.startsWith("file:")) {
            FileLockClusterService files = new FileLockClusterService();
            files.setRoot(lock.substring("file:".length()));
            return files;
        }
        if (lock.equals("kubernetes")) {
            return kubernetes(context);
        }
        return new RedisClusterService(() -> {
            RedisProxy proxy = context.getRegistry().findSingleByType(RedisProxy.class);
            return proxy == null ? null : proxy.sharedClient();
        }, "dromedary:fleet:lock:", lease);
    }

    /** By its name, since it brings 50 MB that only those pay who want it. */
    private CamelClusterService kubernetes(CamelContext context) throws ClassNotFoundException, UnknownHostException {
        Class<?> type = context.getClassResolver().resolveClass(KUBERNETES);
        if (type == null) {
            throw new ClassNotFoundException("camel-kubernetes is not on the class path");
        }
        Object kubernetes = context.getInjector().newInstance(type);
        PropertyBindingSupport.build().withCamelContext(context).withTarget(kubernetes).bind(context, kubernetes, Map.of(
                "podName", InetAddress.getLocalHost().getHostName(), "leaseDurationMillis", lease.toMillis(),
                "renewDeadlineMillis", lease.toMillis() * 2 / 3, "retryPeriodMillis", lease.toMillis() / 5));
        return (CamelClusterService) kubernetes;
    }
}
