package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that goes away in the middle of a transfer, keeps its sessions and comes back. */
@RequiresPeer("mosquitto")
@Timeout(180)
class ProxyOutageIT {

    @TempDir
    Path folder;

    @Test
    void losesAndRepeatsNoChunkAndHearsTheNextRequest() throws Exception {
        byte[] content = ProxyRouteIT.data(60_000_000);
        try (FakeRegistry registry = FakeRegistry.start();
             Mosquitto broker = Mosquitto.start(folder, "persistence true", "persistence_location " + Files.createDirectories(folder.resolve("db")) + "/",
                     "max_inflight_messages 20")) {
            registry.push("wasm/app", "latest", content);
            registry.push("wasm/next", "latest", new byte[] {1});
            Map<String, String> environment = Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_DOMAIN_ID", "dom", "PROXY_CHANNEL_ID", "chan",
                    "PROXY_CLIENT_ID", "proxy1", "PROXY_CLIENT_KEY", "key1", "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP",
                    registry.host());
            try (RunningProxy proxy = RunningProxy.start(environment); Requester requester = new Requester(broker.port(), proxy.settings())) {
                String name = registry.host() + "/wasm/app";
                requester.ask(name);
                requester.awaitChunks(name, 5);
                broker.close();
                assertThat(requester.chunks).hasSizeLessThan(118);
                broker.start();
                Awaitility.await().atMost(java.time.Duration.ofSeconds(90)).until(() -> requester.chunks.size() >= 118);
                List<Integer> indexes = new ArrayList<>();
                requester.chunks.forEach(chunk -> indexes.add(chunk.json().path("chunk_idx").asInt()));
                assertThat(indexes).isEqualTo(IntStream.range(0, 118).boxed().toList());
                assertThat(Requester.join(requester.chunks)).isEqualTo(content);
                Wait.until(() -> proxy.count("dromedary.proxy.outcomes", "outcome", "completed") == 1);
                requester.ask(registry.host() + "/wasm/next");
                requester.awaitChunks(registry.host() + "/wasm/next", 1);
            }
        }
    }
}
