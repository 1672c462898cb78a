package io.dromedary.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The four kamelets with each other, over TCP. */
@Timeout(90)
class TrainerKameletTest {

    @Test
    void eventsAndCommandsGoFromKameletToKamelet() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getShutdownStrategy().setTimeout(5);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:event").to("kamelet:trainer-event-sink?addresses=tcp://127.0.0.1:" + events);
                    from("kamelet:trainer-event-source?addresses=tcp://127.0.0.1:" + events)
                            .process(e -> seen.add(e.getVariable("topic") + " " + e.getMessage().getBody()));
                    from("kamelet:trainer-command-source?addresses=tcp://127.0.0.1:" + commands).setBody(constant(Map.of("app_status", 100)));
                    from("direct:command").to("kamelet:trainer-command-action?host=127.0.0.1&commandsPort=" + commands + "&command=status");
                }
            });
            camel.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                camel.createProducerTemplate().sendBody("direct:event", Map.of("kind", 101));
                return seen.size() > 1;
            });
            assertThat(seen).startsWith("2001 {kind=101}", "4001 {kind=101}");
            assertThat(camel.createProducerTemplate().requestBody("direct:command", null, Map.class))
                    .containsEntry("command", 400).containsEntry("result", 100).containsEntry("data", Map.of("appStatus", 100));
        }
    }
}
