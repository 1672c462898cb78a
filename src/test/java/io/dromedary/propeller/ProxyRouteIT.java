package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.OldMqttGate;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** The original speaks nothing newer, and some gateways in front of its platforms neither. */
    @Test
    void servesAPlatformOfMqtt311() throws Exception {
        try (OldMqttGate gate = new OldMqttGate(broker.port(), OldMqttGate.Refusal.HANG_UP)) {
            startProxy("PROXY_MQTT_ADDRESS", gate.url());
            byte[] content = data(2_000_000);
            registry.push("wasm/app", "latest", content);
            String name = registry.host() + "/wasm/app";
            requester.ask(name);
            assertThat(Requester.join(requester.awaitChunks(name, 4))).isEqualTo(content);
            assertThat(gate.refused()).isPositive();
            proxy.close();
        }
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

    @Test
    void refusesRequestsThatNobodyMeans() throws Exception {
        startProxy();
        requester.send(1, ("{\"app_name\":\"" + "a".repeat(5_000_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(requester.awaitFailure(1).path("message").asText()).contains("bytes; the limit is 65536");
        requester.send(1, ("[".repeat(4_000) + "]".repeat(4_000)).getBytes(StandardCharsets.UTF_8));
        assertThat(requester.awaitFailure(2).path("error_code").asText()).isEqualTo("INVALID_REQUEST");
        requester.send(1, ("{\"app_name\":\"" + registry.host() + "/wasm/app\"} and more").getBytes(StandardCharsets.UTF_8));
        assertThat(requester.awaitFailure(3).path("message").asText()).isEqualTo("the request is not JSON");
        assertThat(requester.failures).hasSize(3);
    }

    @Test
    void ignoresTheFieldsOfOthers() throws Exception {
        startProxy();
        registry.push("wasm/app", "latest", data(10));
        requester.send(1, ("{\"note\":\"" + "x".repeat(30_000) + "\",\"app_name\":\"" + registry.host() + "/wasm/app\"}").getBytes(StandardCharsets.UTF_8));
        requester.awaitChunks(registry.host() + "/wasm/app", 1);
    }

    @Test
    void cancelsWhatIsFetchedWhenItStopsAndSaysSo() throws Exception {
        startProxy("PROXY_TRANSFERS", "1");
        CountDownLatch over = new CountDownLatch(1);
        registry.push("wasm/app", "latest", data(2_000_000));
        registry.fault(Integer.MAX_VALUE, FakeRegistry.blob(), exchange -> {
            exchange.sendResponseHeaders(200, 2_000_000);
            exchange.getResponseBody().write(data(2_000_000), 0, 1_100_000);
            exchange.getResponseBody().flush();
            over.await(60, TimeUnit.SECONDS);
            return true;
        });
        requester.ask(registry.host() + "/wasm/app");
        requester.ask(registry.host() + "/wasm/waiting");
        requester.awaitChunks(registry.host() + "/wasm/app", 2);
        Wait.until(() -> proxy.count("dromedary.proxy.requests") == 2);
        proxy.close();
        proxy = null;
        over.countDown();
        requester.awaitFailure(2);
        assertThat(requester.failures).hasSize(2).allSatisfy(failure -> {
            assertThat(failure.path("error_code").asText()).isEqualTo("CLOSED");
            assertThat(failure.path("message").asText()).isEqualTo("the proxy is stopping; ask again later");
        });
        assertThat(requester.chunks).hasSize(2);
    }

    @Test
    void givesUpOnASilentRegistryAfterTheConfiguredTime() throws Exception {
        startProxy("PROXY_REGISTRY_TIMEOUT", "300ms");
        CountDownLatch over = new CountDownLatch(1);
        registry.push("wasm/app", "latest", data(10));
        registry.fault(1, FakeRegistry.manifest("HEAD"), exchange -> {
            over.await(60, TimeUnit.SECONDS);
            return false;
        });
        requester.ask(registry.host() + "/wasm/app");
        assertThat(requester.awaitFailure(1).path("error_code").asText()).isEqualTo("TIMEOUT");
        assertThat(requester.failures.get(0).path("message").asText()).isEqualTo(registry.host() + " did not answer within 300 ms");
        over.countDown();
        requester.ask(registry.host() + "/wasm/app");
        requester.awaitChunks(registry.host() + "/wasm/app", 1);
    }

    @ParameterizedTest
    @CsvSource({"acl_file, NOT_AUTHORIZED", "max_packet_size, maximum packet size"})
    void tellsWhyTheBrokerRefusesTheChunks(String limit, String reason) throws Exception {
        broker.close();
        String rights = "user proxy1\ntopic readwrite m/dom/c/chan/registry/proplet\ntopic readwrite m/dom/c/chan/registry/error\n"
                + "topic read m/dom/c/chan/registry/server\n";
        Path file = Files.writeString(folder.resolve("rights"), rights);
        broker = Mosquitto.start(folder.resolve("strict"), "allow_anonymous true", limit + " " + (limit.equals("acl_file") ? file : "100000"));
        startProxy();
        registry.push("wasm/app", "latest", data(500_000));
        requester.ask(registry.host() + "/wasm/app");
        assertThat(requester.awaitFailure(1).path("error_code").asText()).isEqualTo("BROKER_REFUSED");
        assertThat(requester.failures.get(0).path("message").asText()).startsWith("the broker refuses the chunks: ").contains(reason);
        assertThat(requester.chunks).isEmpty();
    }

    @Test
    void saysThatItIsBusyInsteadOfKeepingEveryRequest() throws Exception {
        startProxy("PROXY_TRANSFERS", "1", "PROXY_QUEUE", "1");
        CountDownLatch answer = new CountDownLatch(1);
        registry.push("wasm/app", "latest", data(10));
        registry.fault(1, FakeRegistry.blob(), exchange -> {
            answer.await(60, TimeUnit.SECONDS);
            return false;
        });
        for (int i = 0; i < 5; i++) {
            requester.ask(registry.host() + "/wasm/app");
            requester.ask(registry.host() + "/wasm/other" + i);
        }
        assertThat(requester.awaitFailure(1).path("error_code").asText()).isEqualTo("BUSY");
        assertThat(requester.failures.get(0).path("app_name").asText()).startsWith(registry.host() + "/wasm/");
        answer.countDown();
        requester.awaitChunks(registry.host() + "/wasm/app", 1);
        Wait.until(() -> proxy.count("dromedary.proxy.requests") == 10
                && outcomes("failed") + outcomes("completed") + outcomes("duplicate") == 10);
    }

    @Test
    void healthFollowsTheBroker() throws Exception {
        int port = FreePort.next();
        startProxy("PROXY_HTTP_PORT", String.valueOf(port));
        HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> up = client.send(question, HttpResponse.BodyHandlers.ofString());
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(up.body()).isEqualTo("{\"status\":\"ok\",\"service\":\"proxy\"}");
        assertThat(up.headers().firstValue("content-type")).hasValue("application/json");
        broker.kill();
        Wait.until(() -> client.send(question, HttpResponse.BodyHandlers.ofString()).statusCode() == 503);
        broker.start();
        Wait.until(() -> client.send(question, HttpResponse.BodyHandlers.ofString()).statusCode() == 200);
        Wait.until(requester::isConnected);
    }
}
