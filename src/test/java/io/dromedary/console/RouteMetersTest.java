package io.dromedary.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerRouteEventNotifier;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RouteMetersTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void countsAsCamelsOwnPolicyDoes() throws Exception {
        try (CamelContext camel = run(counted -> counted.addLifecycleStrategy(new RouteMeters()), meters)) {
            assertThat(figures(meters)).isEqualTo(camelsOwn()).hasSizeGreaterThan(15);
        }
    }

    @Test
    void aRouteThatIsRemovedTakesItsMetersWithIt() throws Exception {
        try (CamelContext camel = run(counted -> counted.addLifecycleStrategy(new RouteMeters()), meters)) {
            camel.getRouteController().stopRoute("fails");
            camel.removeRoute("fails");
            assertThat(meters.getMeters()).isNotEmpty().noneMatch(meter -> "fails".equals(meter.getId().getTag("routeId")));
        }
    }

    @Test
    void aRouteThatIsStartedAgainGoesOnCounting() throws Exception {
        try (CamelContext camel = run(counted -> counted.addLifecycleStrategy(new RouteMeters()), meters)) {
            camel.getRouteController().stopRoute("works");
            camel.getRouteController().startRoute("works");
            camel.createProducerTemplate().sendBody("direct:works", "4");
            assertThat(meters.get("camel.exchanges.total").tag("routeId", "works").functionCounter().count()).isEqualTo(4);
            assertThat(meters.get("camel.route.policy").tag("routeId", "works").timer().count()).isEqualTo(4);
        }
    }

    @Test
    void countsRoutesAsCamelsOwnNotifierDoes() throws Exception {
        MeterRegistry others = new SimpleMeterRegistry();
        MicrometerRouteEventNotifier own = new MicrometerRouteEventNotifier();
        own.setMeterRegistry(others);
        try (CamelContext camel = run(counting -> counting.addLifecycleStrategy(new RouteMeters()), meters);
                CamelContext theirs = run(counting -> counting.getManagementStrategy().addEventNotifier(own), others)) {
            assertThat(routes(meters)).isEqualTo(routes(others)).containsEntry("camel.routes.added", 3.0).containsEntry("camel.routes.running", 3.0);
            camel.getRouteController().stopRoute("fails");
            theirs.getRouteController().stopRoute("fails");
            assertThat(routes(meters)).isEqualTo(routes(others)).containsEntry("camel.routes.added", 3.0).containsEntry("camel.routes.running", 2.0);
        }
    }

    /** How many routes there are and run; none is ever reloaded as Camel means it. */
    private static Map<String, Double> routes(MeterRegistry meters) {
        Map<String, Double> routes = new TreeMap<>();
        meters.getMeters().stream().map(Meter::getId).map(Meter.Id::getName)
                .filter(name -> name.startsWith("camel.routes.") && !name.endsWith("reloaded"))
                .forEach(name -> routes.put(name, meters.get(name).tag("eventType", "RouteEvent").gauge().value()));
        return routes;
    }

    private static Map<String, Double> camelsOwn() throws Exception {
        MeterRegistry others = new SimpleMeterRegistry();
        MicrometerRoutePolicyFactory own = new MicrometerRoutePolicyFactory();
        own.setMeterRegistry(others);
        own.getPolicyConfiguration().setContextEnabled(false);
        try (CamelContext camel = run(counted -> counted.addRoutePolicyFactory(own), others)) {
            return figures(others);
        }
    }

    /** Three messages through a route that works, two through one that fails, one through one that mends it. */
    private static CamelContext run(Consumer<CamelContext> counting, MeterRegistry meters) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.disableJMX();
        camel.getRegistry().bind("metricsRegistry", meters);
        counting.accept(camel);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:works").routeId("works").setBody(constant("x"));
                from("direct:fails").routeId("fails").errorHandler(noErrorHandler()).throwException(new IllegalStateException("no"));
                from("direct:mends").routeId("mends").onException(Exception.class).handled(true).end().throwException(new IllegalStateException("no"));
            }
        });
        camel.start();
        ProducerTemplate sender = camel.createProducerTemplate();
        List.of("1", "2", "3").forEach(body -> sender.sendBody("direct:works", body));
        List.of("1", "2").forEach(body -> sender.request("direct:fails", exchange -> exchange.getMessage().setBody(body)));
        sender.sendBody("direct:mends", "1");
        return camel;
    }

    /** Every count under its name and tags; not the times. */
    private static Map<String, Double> figures(MeterRegistry meters) {
        Map<String, Double> figures = new TreeMap<>();
        for (Meter meter : meters.getMeters()) {
            String name = meter.getId().getName() + new java.util.TreeSet<>(meter.getId().getTags().stream()
                    .filter(tag -> !tag.getKey().equals("camelContext")).map(Object::toString).toList());
            meter.measure().forEach(measured -> {
                if (measured.getStatistic() == Statistic.COUNT) {
                    figures.put(name, measured.getValue());
                }
            });
        }
        return figures;
    }
}
