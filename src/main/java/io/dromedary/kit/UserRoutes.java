package io.dromedary.kit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the routes of a file out of a running context and puts others in. A route that is taken out takes no message any more
 * and finishes those it has; until then a new route of the same name is called {@code <id>~<number>}.
 */
final class UserRoutes extends ModelLifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(UserRoutes.class);
    static final String KAMELET = "kamelet:";
    private static final long ENTERING_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final CamelContext context;
    private final Pattern file;
    /** Routes that a file's routes have made from kamelets, by the id of the file's route. */
    private final Map<String, List<String>> inner = new ConcurrentHashMap<>();
    private final Map<String, Draining> draining = new ConcurrentHashMap<>();
    private long made;

    /** @param since nanoseconds */
    private record Draining(long since, List<Route> routes) {
    }

    /**
     * Watches over the routes below a folder.
     *
     * @param versions folder of {@link Versions}
     */
    UserRoutes(CamelContext context, String versions) {
        this.context = context;
        this.file = Pattern.compile(Pattern.quote(versions + "/") + "\\d+/(.*)");
        model().addModelLifecycleStrategy(this);
    }

    private Model model() {
        return (ModelCamelContext) context;
    }

    /** Gives each use of a kamelet a route of its own, which goes with the route that uses it. */
    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (!isOurs(route.getResource()) || Boolean.TRUE.equals(route.isTemplate())) {
            return;
        }
        List<String> ids = new ArrayList<>();
        route.getInput().setUri(unique(route.getInput().getUri(), ids));
        for (ToDefinition step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
            step.setUri(unique(step.getUri(), ids));
        }
        // A route comes by more than once; only the first time there is something to rename.
        inner.merge(route.getRouteId(), ids, (before, now) -> now.isEmpty() ? before : now);
    }

    boolean isOurs(Resource resource) {
        return !file(resource).isEmpty();
    }

    /** The engineer's name of a file, whichever version it came with; empty when it is not the engineer's. */
    private String file(Resource resource) {
        Matcher path = resource == null ? null : file.matcher(resource.getLocation());
        return path != null && path.find() ? path.group(1) : "";
    }

    private String unique(String uri, List<String> ids) {
        String plain = uri == null ? "" : uri.replaceFirst("\\?.*", "");
        if (!plain.startsWith(KAMELET) || plain.contains("/") || plain.equals("kamelet:source") || plain.equals("kamelet:sink")) {
            return uri;
        }
        String id = plain.substring(KAMELET.length()) + "-" + ++made;
        ids.add(id);
        return plain + "/" + id + uri.substring(plain.length());
    }

    /** Ids of the routes of one file. */
    private List<String> routesOf(String file) {
        return context.getRoutes().stream().filter(route -> file(route.getSourceResource()).equals(file) && !draining.containsKey(route.getRouteId()))
                .map(Route::getRouteId).distinct().toList();
    }

    /** Takes the routes and configurations of some files out, which the engineer's names tell. */
    void takeOut(Collection<String> files) throws Exception {
        for (String file : files) {
            for (RouteConfigurationDefinition configuration : List.copyOf(model().getRouteConfigurationDefinitions())) {
                if (file(configuration.getResource()).equals(file)) {
                    model().removeRouteConfiguration(configuration);
                }
            }
            for (String id : routesOf(file)) {
                sources(id).forEach(route -> ServiceHelper.stopService(route.getConsumer()));
                draining.put(id, new Draining(System.nanoTime(), all(id)));
            }
        }
        // Who has just been let in is counted within this time; Camel would wait a whole second for it.
        LockSupport.parkNanos(ENTERING_NANOS);
        removeDrained(Long.MAX_VALUE);
        // Out of the context's sight, or it would refuse a new route that takes messages from the same place.
        draining.values().forEach(old -> old.routes.forEach(context.getCamelContextExtension()::removeRoute));
    }

    /** Ids of a route and of those that it has made, which may have made others. */
    private List<String> ids(String id) {
        return Stream.concat(Stream.of(id), inner.getOrDefault(id, List.of()).stream().flatMap(made -> ids(made).stream())).toList();
    }

    /** The routes of these ids. One that was made while another one started is there twice, and either may be the one that takes messages. */
    private List<Route> all(String id) {
        List<String> ids = ids(id);
        return context.getRoutes().stream().filter(route -> ids.contains(route.getRouteId())).toList();
    }

    /** Of those, who let messages in: within a source's kamelet not what reads the kamelet's end, for what is under way has to get there. */
    private List<Route> sources(String id) {
        return all(id).stream().filter(route -> !route.getEndpoint().getEndpointUri().startsWith(KAMELET)).toList();
    }

    /** Forgets kamelets, so that the next use reads them from the new place. */
    void forget(Collection<String> kamelets, String location) throws Exception {
        for (String kamelet : kamelets) {
            if (model().getRouteTemplateDefinition(kamelet) != null) {
                model().removeRouteTemplateDefinition(model().getRouteTemplateDefinition(kamelet));
            }
        }
        KameletComponent component = context.getComponent("kamelet", KameletComponent.class);
        component.setLocation(location);
    }

    /**
     * Puts the routes of some files in and starts them.
     *
     * @param version where the files are
     * @throws Exception if one does not start; what was put in until then is there
     */
    void putIn(Path version, Collection<String> files) throws Exception {
        List<String> added = new ArrayList<>();
        for (String file : files) {
            load(PluginHelper.getResourceLoader(context).resolveResource("file:" + version.resolve(file)));
            added.addAll(routesOf(file));
        }
        for (String id : added) {
            start(id);
        }
    }

    /** As Camel's loader does it, but with new names before Camel looks for routes that have these already: it would wait for them to end. */
    private void load(Resource resource) throws Exception {
        Collection<RoutesBuilder> builders = PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource);
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                context.addRoutesConfigurations(configurations);
            }
        }
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder routes) {
                routes.addLifecycleInterceptor(new RouteBuilderLifecycleStrategy() {
                    @Override
                    public void afterConfigure(RouteBuilder configured) {
                        configured.getRouteCollection().getRoutes().forEach(UserRoutes.this::rename);
                    }
                });
            }
            context.addRoutes(builder);
        }
    }

    private void rename(RouteDefinition route) {
        if (draining.containsKey(route.getRouteId())) {
            route.setId(route.getRouteId() + "~" + ++made);
        }
    }

    /** The supervising controller starts a route that was added later only when it is told to. */
    private void start(String id) {
        try {
            // The route itself says false, since the controller wants to be the one who starts it.
            String wanted = model().getRouteDefinition(id).getAutoStartup();
            if (wanted == null || !context.resolvePropertyPlaceholders(wanted).equals("false")) {
                context.getRouteController().startRoute(id);
            }
        } catch (Exception e) {
            // A peer that is away is no mistake of the route: the controller goes on trying, as after a start.
            LOG.warn("Route {} is not up yet: {}", id, e.getMessage());
        }
    }

    /**
     * Removes routes that have nothing left to do.
     *
     * @param longest nanoseconds after which a route is removed whatever it does
     */
    void removeDrained(long longest) throws Exception {
        for (Map.Entry<String, Draining> entry : draining.entrySet()) {
            boolean over = System.nanoTime() - entry.getValue().since > longest;
            boolean idle = ids(entry.getKey()).stream().allMatch(id -> context.getInflightRepository().size(id) == 0);
            if (idle || over) {
                remove(entry.getKey(), entry.getValue().routes);
                draining.remove(entry.getKey());
            }
        }
    }

    private void remove(String id, List<Route> routes) throws Exception {
        for (String one : ids(id)) {
            inner.remove(one);
            context.getRouteController().stopRoute(one, 1, TimeUnit.SECONDS, false);
            context.removeRoute(one);
        }
        // Camel stops one of those that are there twice, and forgets the other while it runs.
        routes.forEach(route -> {
            ServiceHelper.stopAndShutdownServices(route.getConsumer(), route);
            context.getCamelContextExtension().removeRoute(route);
        });
    }

    /** Routes that are out and still finish something. */
    int draining() {
        return draining.size();
    }
}
