package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.dromedary.testing.ComponentPage;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the page and the kamelets show works as it stands. */
@Timeout(120)
class MavftpPageTest {

    @TempDir
    Path root;
    @TempDir
    Path local;

    private DefaultCamelContext camel(TestVehicle vehicle) {
        DefaultCamelContext camel = new DefaultCamelContext();
        MavftpConfiguration configuration = camel.getComponent("mavftp", MavftpComponent.class).getConfiguration();
        configuration.setAddress(vehicle.address());
        configuration.setTargetSystem(1);
        configuration.setWorkDirectory(local.toString());
        return camel;
    }

    @Test
    void theExampleOfThePageRuns() throws Exception {
        List<String> examples = new ComponentPage("mavftp").examples();
        assertThat(examples).hasSize(1);
        Path log = Files.createDirectories(root.resolve("fs/microsd/log/2026-01-01"));
        Files.writeString(log.resolve("a.ulg"), "ULog");
        String example = examples.get(0).replace("data/", local.resolve("data") + "/").replace("\"30000\"", "\"0\"");
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4); DefaultCamelContext camel = camel(vehicle)) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("example.camel.yaml", example));
            camel.start();
            camel.createProducerTemplate().sendBody("direct:vehicle-fetch", Map.of("path", "/fs/microsd/log/2026-01-01/a.ulg"));
            assertThat(local.resolve("data/fetched.bin")).hasContent("ULog");
            org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(local.resolve("data/ulog/2026-01-01/a.ulg")).hasContent("ULog"));
        }
    }

    @Test
    void thePageNamesEveryOptionAndHeader() throws Exception {
        assertThat(new ComponentPage("mavftp").missing("META-INF/io/dromedary/mavftp/mavftp.json"))
                .containsExactlyInAnyOrder("bridgeErrorHandler", "exceptionHandler", "exchangePattern", "lazyStartProducer", "operationOrDirectory");
    }

    @Test
    void theKameletsRun() throws Exception {
        Files.createDirectories(root.resolve("log"));
        Files.writeString(root.resolve("log/a.ulg"), "ULog");
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4); DefaultCamelContext camel = camel(vehicle)) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("kamelet:vehicle-new-logs-source?directory=/log&minAge=0&period=200&delete=true").convertBodyTo(String.class).to("mock:logs");
                    from("direct:crc").to("kamelet:vehicle-file-action?operation=crc&path=/log/a.ulg");
                }
            });
            camel.start();
            MockEndpoint logs = camel.getEndpoint("mock:logs", MockEndpoint.class);
            logs.expectedBodiesReceived("ULog");
            logs.assertIsSatisfied(20_000);
            org.awaitility.Awaitility.await().until(() -> !Files.exists(root.resolve("log/a.ulg")));
            Files.writeString(root.resolve("log/a.ulg"), "ULog");
            assertThat(camel.createProducerTemplate().requestBody("direct:crc", null, Long.class)).isPositive();
        }
    }
}
