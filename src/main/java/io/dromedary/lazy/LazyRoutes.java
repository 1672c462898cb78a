package io.dromedary.lazy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Keeps the routes that begin with {@code direct:} back when their files are read, and has each made by the first who calls it; see
 * {@link LazyDirectComponent}. What they say is read at the start as ever; endpoints, processors, meters and MBeans wait. Routes with a
 * start-up rule of their own are made at once. Safe for use by several threads.
 */
public final class LazyRoutes extends LifecycleStrategySupport implements RouteBuilderLifecycleStrategy {

    private static final String DIRECT = "direct:";

    private final CamelContext context;
    private final Predicate<Resource> lazy;
    private final Map<String, RouteDefinition> waiting = new ConcurrentSkipListMap<>();
    private volatile Predicate<Resource> permission = file -> true;
    private boolean stopping;

    /**
     * Has to be bound in the context's registry before it reads routes.
     *
     * @param lazy the files whose routes are kept back
     */
    public LazyRoutes(CamelContext context, Predicate<Resource> lazy) {
        this.context = context;
        this.lazy = lazy;
        context.addLifecycleStrategy(this);
    }

    /** The lazy routes of a context; none where all are made at the start. */
    public static LazyRoutes of(CamelContext context) {
        LazyRoutes bound = context.getRegistry().findSingleByType(LazyRoutes.class);
        return bound == null ? new LazyRoutes(context) : bound;
    }

    private LazyRoutes(CamelContext context) {
        this.context = context;
        this.lazy = file -> false;
    }

    /** @param permission whether routes of a file may run now; one that may not is not made either */
    public void setPermission(Predicate<Resource> permission) {
        this.permission = permission;
    }

    @Override
    public void afterConfigure(RouteBuilder read) {
        List<RouteDefinition> routes = read.getRouteCollection().getRoutes();
        if (lazy.test(read.getResource())) {
            routes.removeIf(route -> canWait(route) && waiting.putIfAbsent(name(route), route) == null);
        }
        // Camel tells of two with one name or id when both are there.
        for (RouteDefinition route : List.copyOf(routes)) {
            waiting.values().removeIf(kept -> clash(kept, route) && routes.add(kept));
        }
    }

    private boolean clash(RouteDefinition one, RouteDefinition other) {
        return Objects.equals(one.getRouteId(), other.getRouteId()) || other.getInput().getEndpointUri().startsWith(DIRECT) && name(one).equals(name(other));
    }

    private static boolean canWait(RouteDefinition route) {
        return route.getInput().getEndpointUri().startsWith(DIRECT) && !Boolean.TRUE.equals(route.isTemplate())
                && route.getAutoStartup() == null && route.getPrecondition() == null && route.getStartupOrder() == null;
    }

    private String name(RouteDefinition route) {
        return name(context.resolvePropertyPlaceholders(route.getInput().getEndpointUri()));
    }

    /** What is called, as in {@code direct:command/redis/get}. */
    static String name(String uri) {
        int query = uri.indexOf('?');
        return uri.substring(uri.startsWith("direct://") ? DIRECT.length() + 2 : DIRECT.length(), query < 0 ? uri.length() : query);
    }

    /** Names behind {@code direct:} of what is not made yet and may be called, sorted. */
    public List<String> names() {
        return waiting.entrySet().stream().filter(entry -> permission.test(entry.getValue().getResource())).map(Map.Entry::getKey).toList();
    }

    /** The files of all that is not made yet, whether or not it may run. */
    public Collection<Resource> files() {
        return waiting.values().stream().map(RouteDefinition::getResource).toList();
    }

    /**
     * Makes the route that begins with {@code direct:<name>}, if it waits and may run and the context has started; returns when it takes messages.
     *
     * @return whether this call made it
     * @throws RuntimeCamelException if it cannot be made; the next call tries again
     */
    public boolean make(String name) {
        RouteDefinition route = waiting.get(name);
        return route != null && permission.test(route.getResource()) && make(name, route);
    }

    /** Makes all that may run. */
    public void makeAll() {
        names().forEach(this::make);
    }

    private synchronized boolean make(String name, RouteDefinition route) {
        // Before the context has started, Camel would take a route and never start it.
        if (!waiting.containsKey(name) || !stopping && !context.isStarted()) {
            return false;
        }
        try {
            if (stopping) {
                makeApart(route);
            } else {
                add(route);
            }
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        waiting.remove(name);
        return true;
    }

    private void add(RouteDefinition route) throws Exception {
        context.getCamelContextExtension().getContextPlugin(Model.class).addRouteDefinition(route);
        // The supervising controller starts a route that was added later only when it is told to.
        context.getRouteController().startRoute(route.getRouteId());
    }

    /** A context that is being stopped takes no route any more, but what is under way is to come to its end. */
    private void makeApart(RouteDefinition definition) throws Exception {
        Route route = context.getCamelContextExtension().getContextPlugin(Model.class).getModelReifierFactory().createRoute(context, definition);
        RouteService service = new RouteService(route);
        service.setUp();
        service.start();
        route.getConsumer().start();
    }

    /** What is being made becomes ready first: from then on the context's lock is held until all that is under way has ended. */
    @Override
    public synchronized void onContextStopping(CamelContext stopped) {
        stopping = true;
    }
}
