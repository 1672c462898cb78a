package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.testing.ComponentPage;

/** What the page and the kamelets show works as it stands. */
@Timeout(60)
class MavlinkPageTest {

    private static int freePort() {
        try (UdpPeer free = new UdpPeer(1, 1, 1)) {
            return free.port();
        }
    }

    private static DefaultCamelContext camel(int port) {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getComponent("mavlink", MavlinkComponent.class).getConfiguration().setAddress("udpin:127.0.0.1:" + port);
        return camel;
    }

    @Test
    void theExampleOfThePageRuns() throws Exception {
        List<String> examples = new ComponentPage("mavlink").examples();
        assertThat(examples).hasSize(2);
        int port = freePort();
        try (DefaultCamelContext camel = camel(port)) {
            Resource resource = ResourceHelper.fromString("example.camel.yaml", examples.get(0));
            PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
            camel.start();
            assertThat(camel.getRoutes()).hasSize(3);
            try (FakeAutopilot vehicle = new FakeAutopilot(1, 1, port, (message, v) -> {
                if (message.name().startsWith("COMMAND")) {
                    v.ack(message, 0);
                    v.send(v.message("AUTOPILOT_VERSION"));
                }
            })) {
                assertThat(camel.createProducerTemplate().requestBody("direct:vehicle-arm", null, Map.class)).containsEntry("accepted", true);
                await().until(() -> vehicle.received.stream().anyMatch(m -> m.name().equals("COMMAND_LONG") && m.getInt("command") == 512
                        && m.getInt("param1") == 148));
            }
        }
    }

    @Test
    void thePageNamesEveryOptionAndHeader() throws Exception {
        assertThat(new ComponentPage("mavlink").missing("META-INF/io/dromedary/mavlink/mavlink.json"))
                .containsExactlyInAnyOrder("bridgeErrorHandler", "exceptionHandler", "exchangePattern", "lazyStartProducer", "operation");
    }

    @Test
    void theKameletsRun() throws Exception {
        int port = freePort();
        try (DefaultCamelContext camel = camel(port)) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("kamelet:vehicle-telemetry-source?messages=STATUSTEXT").to("mock:telemetry");
                    from("direct:arm").to("kamelet:vehicle-command-action?command=MAV_CMD_COMPONENT_ARM_DISARM&params=1");
                    from("direct:reboot").to("kamelet:vehicle-reboot-action");
                }
            });
            camel.start();
            MockEndpoint telemetry = camel.getEndpoint("mock:telemetry", MockEndpoint.class);
            telemetry.expectedBodiesReceived("{\"severity\":6,\"text\":\"hello\",\"id\":0,\"chunk_seq\":0}");
            try (FakeAutopilot vehicle = new FakeAutopilot(1, 1, port, (message, v) -> v.ack(message, 0))) {
                assertThat(camel.createProducerTemplate().requestBody("direct:arm", null, Map.class)).containsEntry("accepted", true);
                assertThat(camel.createProducerTemplate().requestBody("direct:reboot", null, Map.class)).containsEntry("success", true);
                assertThat(vehicle.received).anyMatch(m -> m.name().equals("COMMAND_LONG") && m.getInt("command") == 246);
                vehicle.send(vehicle.message("STATUSTEXT").set("severity", 6).set("text", "hello"));
                telemetry.assertIsSatisfied();
            }
        }
    }
}
