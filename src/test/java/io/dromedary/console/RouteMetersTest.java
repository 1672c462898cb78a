package io.dromedary.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RoutePolicyFactory;
import org.junit.jupiter.api.Test;

class RouteMetersTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void countsAsCamelsOwnPolicyDoes() throws Exception {
        try (CamelContext camel = run(new RouteMeters(), meters)) {
            assertThat(figures(meters)).isEqualTo(camelsOwn()).hasSizeGreaterThan(15);
        }
    }

    @Test
    void aRouteThatIsRemovedTakesItsMetersWithIt() throws Exception {
        try (CamelContext camel = run(new RouteMeters(), meters)) {
            camel.getRouteController().stopRoute("fails");
            camel.removeRoute("fails");
            assertThat(meters.getMeters()).isNotEmpty().noneMatch(meter -> "fails".equals(meter.getId().getTag("routeId")));
        }
    }

    @Test
    void aRouteThatIsStartedAgainGoesOnCounting() throws Exception {
        try (CamelContext camel = run(new RouteMeters(), meters)) {
            camel.getRouteController().stopRoute("works");
            camel.getRouteController().startRoute("works");
            camel.createProducerTemplate().sendBody("direct:works", "4");
            assertThat(meters.get("camel.exchanges.total").tag("routeId", "works").functionCounter().count()).isEqualTo(4);
            assertThat(meters.get("camel.route.policy").tag("routeId", "works").timer().count()).isEqualTo(4);
        }
    }

    private static Map<String, Double> camelsOwn() throws Exception {
        MeterRegistry others = new SimpleMeterRegistry();
        MicrometerRoutePolicyFactory own = new MicrometerRoutePolicyFactory();
        own.setMeterRegistry(others);
        own.getPolicyConfiguration().setContextEnabled(false);
        try (CamelContext camel = run(own, others)) {
            return figures(others);
        }
    }

    /** Three messages through a route that works, two through one that fails, one through one that mends it. */
    private static CamelContext run(RoutePolicyFactory factory, MeterRegistry meters) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.disableJMX();
        camel.getRegistry().bind("metricsRegistry", meters);
        camel.addRoutePolicyFactory(factory);
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
