package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes from request to last chunk, over a real broker. */
@RequiresPeer("mosquitto")
@Timeout(120)
class ProxyRouteIT {

    @TempDir
    Path folder;
    private Mosquitto broker;
    private FakeRegistry registry;
    private RunningProxy proxy;
    private Requester requester;

    @BeforeEach
    void startPeers() throws Exception {
        broker = Mosquitto.start(folder);
        registry = FakeRegistry.start();
    }

    private void startProxy(String... more) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_DOMAIN_ID", "dom", "PROXY_CHANNEL_ID", "chan",
                "PROXY_CLIENT_ID", "proxy1", "PROXY_CLIENT_KEY", "key1", "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP", registry.host()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        proxy = RunningProxy.start(environment);
        requester = new Requester(broker.port(), proxy.settings());
    }

    @AfterEach
    void stopAll() throws Exception {
        if (requester != null) {
            requester.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        registry.close();
        broker.close();
    }

    static byte[] data(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    private double outcomes(String outcome) {
        return proxy.count("dromedary.proxy.outcomes", "outcome", outcome);
    }

    @Test
    void deliversAnArtifactInOrderAndReportsIt() throws Exception {
        startProxy();
        byte[] content = data(5_000_000);
        registry.push("wasm/app", "latest", content);
        String name = registry.host() + "/wasm/app";
        requester.ask(name);
        assertThat(Requester.join(requester.awaitChunks(name, 10))).isEqualTo(content);
        Wait.until(() -> requester.progress.stream().anyMatch(p -> p.path("state").asText().equals("completed")));
        assertThat(requester.chunks).hasSize(10);
        assertThat(requester.failures).isEmpty();
        assertThat(requester.progress.get(requester.progress.size() - 1).path("bytes_sent").asLong()).isEqualTo(content.length);
        Wait.until(() -> outcomes("completed") == 1);
        assertThat(proxy.count("dromedary.proxy.requests")).isEqualTo(1);
    }

    @Test
    void tellsTheRequesterWhyThereIsNoArtifact() throws Exception {
        startProxy();
        requester.ask(registry.host() + "/wasm/nope");
        assertThat(requester.awaitFailure(1).path("error_code").asText()).isEqualTo("NOT_FOUND");
        requester.ask("noslash");
        assertThat(requester.awaitFailure(2).path("error_code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(requester.failures.get(1).path("app_name").asText()).isEqualTo("noslash");
        registry.push("wasm/app", "latest", data(10));
        requester.ask(registry.host() + "/wasm/app");
        requester.awaitChunks(registry.host() + "/wasm/app", 1);
        Wait.until(() -> outcomes("failed") == 2 && outcomes("completed") == 1);
    }
}
