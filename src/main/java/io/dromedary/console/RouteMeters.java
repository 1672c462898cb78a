package io.dromedary.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import io.dromedary.command.Meters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyNamingStrategy;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Counts and times the exchanges of each route, under the names and tags of Camel's own route metrics ({@code camel_exchanges_total},
 * {@code camel_route_policy_seconds}, {@code routeId}). Camel's policy formats six texts for each exchange and route, which with the
 * seven routes that a command passes was a fifth of its processor time.
 */
public final class RouteMeters implements RoutePolicyFactory {

    private static final MicrometerRoutePolicyNamingStrategy NAMES = MicrometerRoutePolicyNamingStrategy.DEFAULT;

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return new Counts(routeId);
    }

    private static final class Counts extends RoutePolicySupport {

        private final String started;
        private final LongAdder total = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder handled = new LongAdder();
        private final LongAdder redelivered = new LongAdder();
        private final List<Meter> registered = new ArrayList<>();
        private volatile Timer timer;

        Counts(String routeId) {
            this.started = "DromedaryRouteStarted-" + routeId;
        }

        @Override
        public synchronized void onStart(Route route) {
            // As for MBeans: what a kamelet or a template made counts in the routes that use it.
            if (!registered.isEmpty() || route.isCreatedByKamelet()) {
                return;
            }
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

        @Override
        public synchronized void onRemove(Route route) {
            MeterRegistry meters = Meters.of(route.getCamelContext());
            registered.forEach(meters::remove);
            registered.clear();
            timer = null;
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            exchange.setProperty(started, System.nanoTime());
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            total.increment();
            if (exchange.isFailed()) {
                failed.increment();
            } else if (ExchangeHelper.isFailureHandled(exchange)) {
                handled.increment();
            }
            if (exchange.isExternalRedelivered()) {
                redelivered.increment();
            }
            // A route that calls itself has one start: the innermost.
            if (exchange.removeProperty(started) instanceof Long start) {
                timer(route).record(Duration.ofNanos(System.nanoTime() - start));
            }
        }

        private Timer timer(Route route) {
            Timer known = timer;
            return known != null ? known : register(route);
        }

        private synchronized Timer register(Route route) {
            if (timer == null) {
                timer = Timer.builder(NAMES.getName(route)).tags(NAMES.getTags(route)).description("Route performance metrics")
                        .register(Meters.of(route.getCamelContext()));
                registered.add(timer);
            }
            return timer;
        }
    }
}
