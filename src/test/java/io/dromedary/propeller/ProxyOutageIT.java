package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.CuttableLink;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker is out of reach again and again in the middle of a transfer at QoS 2; its sessions live on. */
@RequiresPeer("mosquitto")
@Timeout(300)
class ProxyOutageIT {

    private static final int CHUNKS = 118;
    /** Longer than the patience of every time limit between the registry and the broker. */
    private static final int LONG_OUTAGE_S = 60;

    @TempDir
    Path folder;

    @Test
    void losesAndRepeatsNoChunkAndHearsTheNextRequest() throws Exception {
        byte[] content = ProxyRouteIT.data(60_000_000);
        try (FakeRegistry registry = FakeRegistry.start(); Mosquitto broker = Mosquitto.start(folder);
             CuttableLink link = new CuttableLink(broker.port())) {
            registry.push("wasm/app", "latest", content);
            registry.push("wasm/next", "latest", new byte[] {1});
            Map<String, String> environment = Map.of("PROXY_MQTT_ADDRESS", "tcp://127.0.0.1:" + link.port(), "PROXY_DOMAIN_ID", "dom",
                    "PROXY_CHANNEL_ID", "chan", "PROXY_CLIENT_ID", "proxy1", "PROXY_CLIENT_KEY", "key1", "PROXY_REGISTRY_URL", registry.host(),
                    "PROXY_REGISTRY_PLAIN_HTTP", registry.host());
            try (RunningProxy proxy = RunningProxy.start(environment); Requester requester = new Requester(broker.port(), proxy.settings())) {
                String name = registry.host() + "/wasm/app";
                requester.ask(name);
                for (int seen : new int[] {5, 30, 60}) {
                    requester.awaitChunks(name, seen);
                    link.cut();
                    if (seen == 30) {
                        TimeUnit.SECONDS.sleep(LONG_OUTAGE_S);
                    }
                    link.mend();
                }
                assertThat(requester.chunks).hasSizeLessThan(CHUNKS);
                Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> requester.chunks.size() >= CHUNKS);
                List<Integer> indexes = new ArrayList<>();
                requester.chunks.forEach(chunk -> indexes.add(chunk.json().path("chunk_idx").asInt()));
                assertThat(indexes).isEqualTo(IntStream.range(0, CHUNKS).boxed().toList());
                assertThat(Requester.join(requester.chunks)).isEqualTo(content);
                Wait.until(() -> proxy.count("dromedary.proxy.outcomes", "outcome", "completed") == 1);
                requester.ask(registry.host() + "/wasm/next");
                requester.awaitChunks(registry.host() + "/wasm/next", 1);
            }
        }
    }
}
