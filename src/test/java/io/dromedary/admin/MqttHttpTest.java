package io.dromedary.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** Publishing over HTTP, up to where the bus takes over. */
class MqttHttpTest {

    @Test
    void publishesWithTheQualityThatIsAskedFor() throws Exception {
        AtomicReference<Object> qos = new AtomicReference<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:bus-publish").process(exchange -> qos.set(exchange.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS)));
                }
            });
            context.start();
            MqttHttp http = new MqttHttp();
            http.setCamelContext(context);
            http.publish(Map.of("topic", "x", "payload", Map.of()));
            assertThat(qos.get()).isEqualTo(1);
            for (int wanted = 0; wanted <= 2; wanted++) {
                assertThat(http.publish(Map.of("topic", "x", "payload", Map.of(), "qos", wanted))).containsEntry("message", "Message published to x");
                assertThat(qos.get()).isEqualTo(wanted);
            }
            assertThatThrownBy(() -> http.publish(Map.of("topic", "x".repeat(65_536), "payload", Map.of()))).isInstanceOf(HttpProblem.class)
                    .hasMessageContaining("more than 65535 bytes");
            assertThatThrownBy(() -> http.publish(Map.of("topic", "x", "payload", Map.of(), "qos", 3))).isInstanceOf(HttpProblem.class).hasMessageContaining("from 0 to 2");
        }
    }

    @Test
    void countsTheHandlerOfCommandsWhileItRuns() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("command-in").log("x");
                }
            });
            context.getPropertiesComponent().addInitialProperty("petal.command-edge-topic", "command/edge");
            context.start();
            MqttHttp http = new MqttHttp();
            http.setCamelContext(context);
            assertThat(http.callbackStats()).isEqualTo(Map.of("subscriptions", 1, "handlers", 1));
            context.getRouteController().stopRoute("command-in");
            assertThat(http.callbackStats()).isEqualTo(Map.of("subscriptions", 1, "handlers", 0));
        }
    }
}
