package io.dromedary.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
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
    private final Map<String, String> held = new ConcurrentHashMap<>();

    /** @param obstacle why a flow must not run now, or null */
    FlowKeeper(CamelContext context, List<FlowInfo> flows, Function<FlowInfo, String> obstacle) {
        this.context = context;
        this.flows = flows;
        this.obstacle = obstacle;
    }

    /** Called before routes start: those of a flow that is held back stay stopped. */
    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            List<FlowInfo> owners = owners(route);
            if (!owners.isEmpty() && owners.stream().allMatch(flow -> obstacle(flow) != null)) {
                route.setAutoStartup(false);
            }
        }
    }

    private String obstacle(FlowInfo flow) {
        String reason = obstacle.apply(flow);
        if (reason == null) {
            held.remove(flow.name());
        } else if (!reason.equals(held.put(flow.name(), reason))) {
            LOG.info("Flow {} does not run: {}", flow.name(), reason);
        }
        return reason;
    }

    private List<FlowInfo> owners(Route route) {
        String location = route.getSourceResource() == null ? "" : route.getSourceResource().getLocation();
        return flows.stream().filter(flow -> flow.has(location)).toList();
    }

    /** Why a flow is held back, by its name. */
    Map<String, String> held() {
        return new LinkedHashMap<>(held);
    }

    /** Whether there are routes of a flow at all: a flow that the configuration leaves out has none. */
    boolean isLoaded(FlowInfo flow) {
        return context.getRoutes().stream().anyMatch(route -> owners(route).contains(flow));
    }

    /** Brings every flow to the state it should have now. */
    synchronized void settle() throws Exception {
        if (!context.getStatus().isStarted()) {
            return;
        }
        Map<FlowInfo, Boolean> runs = new LinkedHashMap<>();
        flows.forEach(flow -> runs.put(flow, obstacle(flow) == null));
        for (Route route : new ArrayList<>(context.getRoutes())) {
            List<FlowInfo> owners = owners(route);
            if (owners.isEmpty()) {
                continue;
            }
            boolean wanted = owners.stream().anyMatch(runs::get);
            if (wanted && !route.isAutoStartup()) {
                route.setAutoStartup(true);
                context.getRouteController().startRoute(route.getRouteId());
            } else if (!wanted && route.isAutoStartup()) {
                route.setAutoStartup(false);
                context.getRouteController().stopRoute(route.getRouteId());
            }
        }
    }
}
