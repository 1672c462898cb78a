package io.dromedary.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

import io.dromedary.command.Meters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerRouteEventNotifierNamingStrategy;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyNamingStrategy;
import org.apache.camel.spi.CamelInternalProcessorAdvice;
import org.apache.camel.spi.InternalProcessor;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Counts and times the exchanges of each route, under the names and tags of Camel's own route metrics ({@code camel_exchanges_total},
 * {@code camel_route_policy_seconds}, {@code routeId}). Camel's policy formats six texts for each exchange and route, which with the
 * seven routes that a command passes was a fifth of its processor time; and a policy of our own that kept each start as a property of the
 * exchange was still a tenth. Also counts the routes ({@code camel_routes_added}, {@code camel_routes_running}), for which Camel would tell
 * each step to a notifier that drops it.
 */
public final class RouteMeters extends LifecycleStrategySupport {

    private static final MicrometerRoutePolicyNamingStrategy NAMES = MicrometerRoutePolicyNamingStrategy.DEFAULT;
    private static final MicrometerRouteEventNotifierNamingStrategy ROUTES = MicrometerRouteEventNotifierNamingStrategy.DEFAULT;

    @Override
    public void onContextStarted(CamelContext context) {
        count(context, ROUTES.getRouteAddedName(), route -> true);
        count(context, ROUTES.getRouteRunningName(), route -> context.getRouteController().getRouteStatus(route.getRouteId()) == ServiceStatus.Started);
    }

    private static void count(CamelContext context, String name, Predicate<Route> counted) {
        Gauge.builder(name, context, all -> all.getRoutes().stream().filter(route -> !route.isCreatedByKamelet()).filter(counted).count())
                .baseUnit("routes").tags(ROUTES.getTags(context)).register(Meters.of(context));
    }

    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            // As for MBeans: what a kamelet or a template made counts in the routes that use it. And a route that starts again has its counts.
            if (!route.isCreatedByKamelet() && route.getProcessor() instanceof InternalProcessor steps && steps.getAdvice(Counts.class) == null) {
                Counts counts = new Counts(route);
                counts.register();
                steps.addAdvice(counts);
            }
        }
    }

    @Override
    public void onRoutesRemove(Collection<Route> routes) {
        for (Route route : routes) {
            Counts counts = route.getProcessor() instanceof InternalProcessor steps ? steps.getAdvice(Counts.class) : null;
            if (counts != null) {
                counts.unregister();
            }
        }
    }

    private static final class Counts implements CamelInternalProcessorAdvice<Long> {

        private final Route route;
        private final LongAdder total = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder handled = new LongAdder();
        private final LongAdder redelivered = new LongAdder();
        private final List<Meter> registered = new ArrayList<>();
        private volatile Timer timer;

        Counts(Route route) {
            this.route = route;
        }

        synchronized void register() {
            MeterRegistry meters = Meters.of(route.getCamelContext());
            Tags tags = NAMES.getExchangeStatusTags(route);
            count(meters, NAMES.getExchangesTotalName(route), "Total number of processed exchanges", tags, all -> all.total.sum());
            count(meters, NAMES.getExchangesSucceededName(route), "Number of successfully completed exchanges", tags, all -> all.total.sum() - all.failed.sum());
            count(meters, NAMES.getExchangesFailedName(route), "Number of failed exchanges", tags, all -> all.failed.sum());
            count(meters, NAMES.getFailuresHandledName(route), "Number of failures handled", tags, all -> all.handled.sum());
            count(meters, NAMES.getExternalRedeliveriesName(route), "Number of redeliveries by the sender", tags, all -> all.redelivered.sum());
        }

        private void count(MeterRegistry meters, String name, String description, Tags tags, ToDoubleFunction<Counts> value) {
            registered.add(FunctionCounter.builder(name, this, value).tags(tags).description(description).register(meters));
        }

        synchronized void unregister() {
            MeterRegistry meters = Meters.of(route.getCamelContext());
            registered.forEach(meters::remove);
            registered.clear();
            timer = null;
        }

        @Override
        public Long before(Exchange exchange) {
            return System.nanoTime();
        }

        @Override
        public void after(Exchange exchange, Long start) {
            total.increment();
            if (exchange.isFailed()) {
                failed.increment();
            } else if (ExchangeHelper.isFailureHandled(exchange)) {
                handled.increment();
            }
            if (exchange.isExternalRedelivered()) {
                redelivered.increment();
            }
            timer().record(Duration.ofNanos(System.nanoTime() - start));
        }

        private Timer timer() {
            Timer known = timer;
            return known != null ? known : registerTimer();
        }

        /** A timer costs memory, and most routes are never called. */
        private synchronized Timer registerTimer() {
            if (timer == null) {
                timer = Timer.builder(NAMES.getName(route)).tags(NAMES.getTags(route)).description("Route performance metrics")
                        .register(Meters.of(route.getCamelContext()));
                registered.add(timer);
            }
            return timer;
        }
    }
}
