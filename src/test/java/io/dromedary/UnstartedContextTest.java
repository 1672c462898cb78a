package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes are made while the embedded servers start; if one of these refuses, Camel is stopped without ever having been started. */
class UnstartedContextTest {

    @ParameterizedTest
    @ValueSource(strings = {"job:progress", "job:interrupted?type=Sync", "mavlink:events?address=udpin:127.0.0.1:0", "zeromq:rep:tcp://127.0.0.1:0",
        "mavftp:/log", "vantiq:Source", "paho-mqtt5:topic?brokerUrl=tcp://localhost:1"})
    void stopsInOrder(String from) throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.ServiceStopFailureEvent failure) {
                        failures.add(failure.getCause());
                    }
                }
            });
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(from).to("log:seen");
                }
            });
            context.init();
        }
        assertThat(failures).isEmpty();
    }
}
