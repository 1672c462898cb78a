package io.dromedary.admin;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

import io.dromedary.lazy.LazyRoutes;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the routes of flows. A flow that is switched off, or lacks a proxy it requires, has its routes from the beginning
 * but does not start them; it starts without a restart when it is switched on or the proxy is there.
 */
final class FlowKeeper extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(FlowKeeper.class);

    private final CamelContext context;
    private final List<FlowInfo> flows;
    private final Function<FlowInfo, String> obstacle;
    private final LazyRoutes lazy;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Set<String> stopped = new HashSet<>();
    private final Map<String, String> held = new ConcurrentHashMap<>();

    /** @param obstacle why a flow must not run now, or null */
    FlowKeeper(CamelContext context, List<FlowInfo> flows, Function<FlowInfo, String> obstacle) {
        this.context = context;
        this.flows = flows;
        this.obstacle = obstacle;
        this.lazy = LazyRoutes.of(context);
        lazy.setPermission(this::mayRun);
    }

    /** The supervisor starts all routes that there are; those of flows that are held back are stopped again before anybody is told that all is ready. */
    @Override
    public void onContextStarted(CamelContext started) {
        try {
            settle();
        } catch (Exception e) {
            LOG.warn("Flows could not be brought to the state they should have; it is tried again: {}", e.toString());
        }
    }

    /** Whether a flow has been let run and not been held back since. */
    boolean isRunning(FlowInfo flow) {
        return running.contains(flow.name());
    }

    private String obstacle(FlowInfo flow) {
        String reason = obstacle.apply(flow);
        if (reason == null) {
            held.remove(flow.name());
            running.add(flow.name());
            return null;
        }
        running.remove(flow.name());
        if (!reason.equals(held.put(flow.name(), reason))) {
            LOG.info("Flow {} does not run: {}", flow.name(), reason);
        }
        return reason;
    }

    private List<FlowInfo> owners(Resource file) {
        String location = file == null ? "" : file.getLocation();
        return flows.stream().filter(flow -> flow.has(location)).toList();
    }

    /** Why a flow is held back, by its name. */
    Map<String, String> held() {
        return new LinkedHashMap<>(held);
    }

    /** Whether there are routes of a flow at all: a flow that the configuration leaves out has none. */
    boolean isLoaded(FlowInfo flow) {
        return Stream.concat(context.getRoutes().stream().map(Route::getSourceResource), lazy.files().stream())
                .anyMatch(file -> file != null && flow.has(file.getLocation()));
    }

    /** Whether one of the flows that have a file runs; a file may belong to none. */
    private boolean mayRun(Resource file) {
        List<FlowInfo> owners = owners(file);
        return owners.isEmpty() || owners.stream().anyMatch(this::isRunning);
    }

    /** Brings every flow to the state it should have now. */
    synchronized void settle() throws Exception {
        Map<FlowInfo, Boolean> runs = new LinkedHashMap<>();
        flows.forEach(flow -> runs.put(flow, obstacle(flow) == null));
        for (Route route : new ArrayList<>(context.getRoutes())) {
            List<FlowInfo> owners = owners(route.getSourceResource());
            if (owners.isEmpty()) {
                continue;
            }
            boolean wanted = owners.stream().anyMatch(runs::get);
            if (wanted && stopped.remove(route.getRouteId())) {
                route.setAutoStartup(true);
                context.getRouteController().startRoute(route.getRouteId());
            } else if (!wanted && (stopped.add(route.getRouteId()) || context.getRouteController().getRouteStatus(route.getRouteId()).isStarted())) {
                // The supervisor may come later and start what was stopped before.
                route.setAutoStartup(false);
                context.getRouteController().stopRoute(route.getRouteId());
            }
        }
    }
}
