package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Peers;
import io.dromedary.testing.Product;
import io.dromedary.testing.RequiresPeer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recordings {@code mqtt-wrong-password} and {@code sigterm-in-flight}: how the proxy's process bears itself. */
@RequiresPeer({"mosquitto", "mosquitto_passwd"})
@Timeout(240)
class ProxyProcessIT {

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_FLOWS", "propeller", "PROXY_HTTP_PORT", "0", "PROXY_DOMAIN_ID", "dom",
            "PROXY_CHANNEL_ID", "chan", "PROXY_CLIENT_ID", "proxy1", "PROXY_CLIENT_KEY", "key1",
            "PROXY_REGISTRY_URL", "localhost:5000"));

    /** The original ends; we have other work to do, say what is wrong and are there as soon as the broker knows us. */
    @Test
    void aWrongPasswordIsSaidAndTriedAgainAtLeisure() throws Exception {
        Path users = folder.resolve("users");
        user(users, "another");
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"), "allow_anonymous false", "password_file " + users)) {
            environment.put("PROXY_MQTT_ADDRESS", broker.url());
            FutureTask<Product> start = new FutureTask<>(() -> Product.start(folder, environment));
            new Thread(start, "start").start();
            Path said = folder.resolve("product.err");
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(said) && Files.readString(said).contains("NOT_AUTHORIZED"));
            assertThat(Files.readString(said)).doesNotContain("key1").doesNotContain("\tat ");
            user(users, "key1");
            broker.reload();
            try (Product product = start.get(120, TimeUnit.SECONDS)) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(Files.readString(broker.log())).contains(" as proxy1 ("));
            }
        }
    }

    /** With a DISCONNECT, so that nobody is told that it is offline by its will, and with exit code 0. */
    @Test
    void sigtermInTheMiddleOfAFetchEndsInOrder() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (FakeRegistry registry = FakeRegistry.start(); Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
            registry.push("wasm/app", "latest", ProxyRouteIT.data(5_000_000));
            registry.fault(100, FakeRegistry.blob(), exchange -> {
                asked.countDown();
                over.await(60, TimeUnit.SECONDS);
                return false;
            });
            environment.putAll(Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP", registry.host()));
            Product product = Product.start(folder, environment);
            try (Requester requester = new Requester(broker.port(), ProxySettings.read(environment::get, Path.of("none.toml")))) {
                requester.ask(registry.host() + "/wasm/app");
                assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(product.stop()).isZero();
                assertThat(requester.chunks).isEmpty();
            } finally {
                over.countDown();
                product.close();
            }
            // Without a DISCONNECT mosquitto says that the socket was closed, and publishes the will.
            assertThat(Files.readString(broker.log())).containsPattern("Client proxy1 disconnected\\.").doesNotContain("Client proxy1 closed its connection");
        }
    }

    private static void user(Path file, String password) throws Exception {
        List<String> command = new ArrayList<>(List.of(Peers.find("mosquitto_passwd").orElseThrow().toString(), "-b"));
        if (Files.notExists(file)) {
            command.add("-c");
        }
        command.addAll(List.of(file.toString(), "proxy1", password));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
