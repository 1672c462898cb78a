package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import io.dromedary.embedded.StartRefused;
import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServersTest {

    @TempDir
    private Path folder;

    /** It was ready, without a management server: the S3 store had the port. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, DROMEDARY_S3_PORT, s3", "0.0.0.0, DROMEDARY_S3_PORT, s3", "127.0.0.1, DROMEDARY_HTTP_PORT, http"})
    void twoServersAtOnePortRefuseTheStart(String host, String setting, String other) {
        String port = Integer.toString(FreePort.next());
        Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_DATA_DIR", folder.toString(), "DROMEDARY_MQTT_PORT", "0", "DROMEDARY_REDIS_PORT", "0",
                "DROMEDARY_HTTP_PORT", "0", "DROMEDARY_S3_PORT", "0", "DROMEDARY_MANAGEMENT_PORT", port, "DROMEDARY_HTTP_HOST", host, "DROMEDARY_FLOWS", "flight-log"));
        environment.put(setting, port);
        try (Application application = new Application(new Settings(environment), false, new Properties())) {
            assertThatThrownBy(application::start).isInstanceOf(StartRefused.class)
                    .hasMessage("Port " + port + " for management is that of " + other + " too; set DROMEDARY_MANAGEMENT_PORT to another one, or to 0 for any.");
        }
    }

    @Test
    void aServerThatDoesNotListenRefusesTheStart() throws Exception {
        try (CamelContext context = new DefaultCamelContext(); ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            context.addService(server(FreePort.next()));
            context.addService(server(other.getLocalPort()));
            context.start();
            assertThatThrownBy(() -> HttpServers.listening(context)).isInstanceOf(StartRefused.class)
                    .hasMessage("Port " + other.getLocalPort() + " was taken by another program during the start; start again, or choose another port.");
        }
    }

    @Test
    void serversThatListenAreRight() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.addService(server(FreePort.next()));
            context.addService(server(FreePort.next()));
            context.start();
            assertThatCode(() -> HttpServers.listening(context)).doesNotThrowAnyException();
        }
    }

    private static VertxPlatformHttpServer server(int port) {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("127.0.0.1");
        configuration.setBindPort(port);
        return new VertxPlatformHttpServer(configuration);
    }
}
