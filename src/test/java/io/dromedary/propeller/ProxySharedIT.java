package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two members of a fleet share the requests for artifacts, with the settings that a fleet's launcher gives them, and a folder. */
@RequiresPeer("mosquitto")
@Timeout(120)
class ProxySharedIT {

    private static final int ARTIFACTS = 20;
    private static final int AGAIN = 10;

    @TempDir
    Path folder;

    private RunningProxy member(String name, FakeRegistry registry, Mosquitto broker) throws Exception {
        return RunningProxy.start(Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_DOMAIN_ID", "dom", "PROXY_CHANNEL_ID", "chan", "PROXY_CLIENT_ID", name,
                "PROXY_CLIENT_KEY", "key", "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP", registry.host()),
                Map.of("proxy.request-topic", "$share/fleet/m/dom/c/chan/registry/proplet", "proxy.manual-acks", "true",
                        "camel.component.oci.cacheDirectory", folder.resolve("cache").toString()));
    }

    private static double completed(RunningProxy proxy) {
        return proxy.count("dromedary.proxy.outcomes", "outcome", "completed");
    }

    private static long fetches(FakeRegistry registry, String repository) {
        return registry.requests().stream().filter(request -> FakeRegistry.blob().test(request) && request.path().contains(repository + "/")).count();
    }

    @Test
    void eachRequestIsServedByOneMemberAndAnArtifactIsFetchedOnceForAll() throws Exception {
        try (FakeRegistry registry = FakeRegistry.start(); Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
             RunningProxy first = member("a", registry, broker); RunningProxy second = member("b", registry, broker)) {
            List<String> names = IntStream.range(0, ARTIFACTS).mapToObj(number -> registry.host() + "/wasm/app-" + number).toList();
            for (int number = 0; number < ARTIFACTS; number++) {
                registry.push("wasm/app-" + number, "latest", ("content " + number).getBytes(StandardCharsets.UTF_8));
            }
            try (Requester requester = new Requester(broker.port(), second.settings())) {
                for (String name : names) {
                    requester.ask(name);
                }
                for (String name : names) {
                    requester.awaitChunks(name, 1);
                }
                for (int time = 2; time <= AGAIN; time++) {
                    // The same artifact is not begun again while a member is at it.
                    int before = time - 2;
                    Wait.until(() -> completed(first) + completed(second) >= ARTIFACTS + before);
                    requester.ask(names.get(0));
                    requester.awaitChunks(names.get(0), time);
                }
                assertThat(first.count("dromedary.proxy.requests")).isPositive();
                assertThat(second.count("dromedary.proxy.requests")).isPositive();
                assertThat(requester.chunks).hasSize(ARTIFACTS + AGAIN - 1);
                assertThat(requester.failures).isEmpty();
                assertThat(names).allSatisfy(name -> assertThat(fetches(registry, name.substring(name.indexOf("wasm/")))).isEqualTo(1));
            }
        }
    }
}
