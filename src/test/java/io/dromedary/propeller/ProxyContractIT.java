package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.oci.FakeRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recorded exchange of the original, played again: the same settings, the same artifacts byte for byte, the same faults, the same
 * requests. The chunk messages must be the recorded ones; where we do better on purpose the case says what is expected instead
 * (docs/decisions/0020).
 */
@RequiresPeer("mosquitto")
@Timeout(180)
class ProxyContractIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("src/test/resources/golden/propeller-proxy");
    /** The registry of the recordings. */
    private static final String RECORDED = "localhost:25443";
    /** Recordings of a process that never comes to serve; {@link ProxySettingsTest} and {@link ProxyOutageIT} show what ours does. */
    private static final List<String> NOT_SERVING = List.of("missing-settings", "chunk-size-0", "mqtt-wrong-password", "sigterm-in-flight");

    @TempDir
    Path folder;

    static Stream<String> recordings() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json"))
                    .filter(name -> NOT_SERVING.stream().noneMatch(name::contains)).sorted().toList().stream();
        }
    }

    /** A chunk as it was recorded: what stands before the data, and the data. */
    private record Expected(String before, String sha256, int bytes, int qos, boolean retained) {
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void sendsWhatTheOriginalSent(String file) throws Exception {
        JsonNode golden = JSON.readTree(GOLDEN.resolve(file).toFile());
        String name = golden.path("case").asText();
        try (Mosquitto broker = Mosquitto.start(folder); FakeRegistry registry = FakeRegistry.start()) {
            CountDownLatch stalled = prepare(name, golden, registry);
            Map<String, String> environment = environment(golden, broker, registry);
            try (RunningProxy proxy = RunningProxy.start(environment); Requester requester = new Requester(broker.port(), proxy.settings())) {
                requests(golden, name, registry, requester, proxy);
                stalled.countDown();
                check(name, golden, registry, requester, proxy);
            }
        }
    }

    private static Map<String, String> environment(JsonNode golden, Mosquitto broker, FakeRegistry registry) {
        Map<String, String> environment = new HashMap<>();
        golden.path("env").fields().forEachRemaining(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
        environment.put("PROXY_MQTT_ADDRESS", broker.url());
        environment.put("PROXY_REGISTRY_URL", registry.host());
        environment.put("PROXY_REGISTRY_PLAIN_HTTP", registry.host());
        // What the original always does; ours honours tags unless told otherwise.
        environment.put("PROXY_ALWAYS_LATEST", "true");
        if (golden.path("reference").asText().equals("v0.2.0")) {
            environment.put("PROXY_TOPIC_LAYOUT", "channels");
        }
        return environment;
    }

    private static CountDownLatch prepare(String name, JsonNode golden, FakeRegistry registry) {
        List<JsonNode> artifacts = new ArrayList<>();
        JsonNode recorded = golden.path("artifact");
        if (recorded.isArray()) {
            recorded.forEach(artifacts::add);
        } else if (recorded.isObject()) {
            artifacts.add(recorded);
        }
        for (JsonNode artifact : artifacts) {
            if (artifact.has("app")) {
                registry.push(artifact.path("app").asText(), "latest", content(8_000_000, artifact.path("sha256").asText()));
                continue;
            }
            FakeRegistry.Layer[] layers = new FakeRegistry.Layer[artifact.path("layers").size()];
            for (int i = 0; i < layers.length; i++) {
                JsonNode layer = artifact.path("layers").get(i);
                layers[i] = new FakeRegistry.Layer(layer.path("mediaType").asText(), content(layer.path("size").asInt(), layer.path("sha256").asText()));
            }
            registry.push(artifact.path("repository").asText(), artifact.path("tag").asText(), layers);
        }
        if (name.equals("tag-in-app-name")) {
            registry.push("wasm/tagged", "latest", content(1001, "d67e5aa314cc9886d29f01e95c51fdb8e921d394033917aaa35aaf7bd67e777c"));
        }
        if (List.of("bad-requests", "registry-503-always", "registry-503-then-ok", "request-at-qos-0-and-1").contains(name)) {
            registry.push("wasm/s1", "latest", content(1, "aaa8e61e7faf37dd77cc5f907b38146741994b27d5b1978679af68b43f55e7c5"));
        }
        return faults(name, registry);
    }

    private static CountDownLatch faults(String name, FakeRegistry registry) {
        CountDownLatch stalled = new CountDownLatch(1);
        FakeRegistry.Fault stall = exchange -> !stalled.await(30, TimeUnit.SECONDS);
        switch (name) {
            case "registry-503-always" -> registry.fault(Integer.MAX_VALUE, request -> true, FakeRegistry.status(503, ""));
            case "registry-503-then-ok" -> registry.fault(2, FakeRegistry.manifest("HEAD"), FakeRegistry.status(503, ""));
            case "blob-corrupted" -> registry.fault(1, FakeRegistry.blob(), registry.corrupted());
            case "blob-cut-midway" -> registry.fault(1, FakeRegistry.blob(), registry.cutAfter(1_200_000));
            case "same-request-while-in-flight" -> registry.fault(1, FakeRegistry.blob(), stall);
            case "auth-basic-ok" -> registry.requireBasic("reg", "regpass");
            case "auth-wrong-password", "auth-off-but-required" -> registry.requireBasic("reg", "another password");
            case "burst-of-60-slow" -> {
                for (int i = 0; i < 60; i++) {
                    registry.push("wasm/b" + i, "latest", new PythonRandom(i).bytes(100));
                }
                registry.fault(Integer.MAX_VALUE, FakeRegistry.blob(), stall);
            }
            default -> { }
        }
        return stalled;
    }

    /** The bytes that were recorded: the seed is among the first few. */
    private static byte[] content(int size, String sha256) {
        for (int seed = 0; seed < 5; seed++) {
            byte[] bytes = new PythonRandom(size * 1000003L + seed).bytes(size);
            if (FakeRegistry.digest(bytes).equals("sha256:" + sha256)) {
                return bytes;
            }
        }
        throw new IllegalStateException("no seed gives " + size + " bytes with " + sha256);
    }

    private static void requests(JsonNode golden, String name, FakeRegistry registry, Requester requester, RunningProxy proxy) throws Exception {
        if (name.equals("burst-of-60-slow")) {
            for (int i = 0; i < 60; i++) {
                requester.ask(registry.host() + "/wasm/b" + i);
            }
            Wait.until(() -> registry.lines().stream().filter(line -> line.contains("/blobs/")).count() == 50);
            return;
        }
        boolean oneByOne = List.of("same-request-twice-in-sequence", "request-at-qos-0-and-1", "mqtt-connection-cut").contains(name);
        int number = 0;
        for (JsonNode request : golden.path("requests")) {
            assertThat(request.path("topic").asText()).isEqualTo(proxy.settings().requestTopic());
            String payload = request.path("payload").asText().replace(RECORDED, registry.host()).replace("localhost:25999", closedPort());
            if (oneByOne && number++ > 0) {
                Wait.until(() -> proxy.count("dromedary.proxy.outcomes", "outcome", "completed") == 1);
            }
            requester.send(request.path("qos").asInt(), payload.getBytes(StandardCharsets.UTF_8));
        }
        if (name.equals("same-request-while-in-flight")) {
            Wait.until(() -> proxy.count("dromedary.proxy.outcomes", "outcome", "duplicate") == 2);
        }
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "localhost:" + socket.getLocalPort();
        }
    }

    private static void check(String name, JsonNode golden, FakeRegistry registry, Requester requester, RunningProxy proxy) throws Exception {
        List<Expected> expected = expected(golden, registry.host());
        switch (name) {
            case "burst-of-60-slow" -> {
                Wait.until(() -> requester.chunks.size() == 60);
                assertThat(requester.chunks.stream().map(Requester.Received::appName).distinct()).hasSize(60);
            }
            case "blob-corrupted" -> {
                assertThat(requester.awaitFailure(1).path("error_code").asText()).isEqualTo("DIGEST_MISMATCH");
                // The failure may overtake the good chunk before it.
                Wait.until(() -> requester.chunks.size() == 1);
            }
            case "blob-cut-midway" -> {
                Wait.until(() -> requester.chunks.size() == 10);
                assertThat(FakeRegistry.digest(Requester.join(requester.chunks))).endsWith(golden.path("summary").path("expected_sha256").asText());
                assertThat(registry.lines().stream().filter(line -> line.contains("/blobs/"))).hasSize(2);
            }
            case "three-apps-at-once" -> {
                Wait.until(() -> requester.chunks.size() == expected.size());
                for (JsonNode artifact : golden.path("artifact")) {
                    byte[] joined = Requester.join(requester.chunksOf(registry.host() + "/" + artifact.path("app").asText()));
                    assertThat(FakeRegistry.digest(joined)).endsWith(artifact.path("sha256").asText());
                }
            }
            // The wire after a cut connection is the subject of ProxyOutageIT; here the contents must be the recorded ones, once each.
            case "broker-cut-mid-transfer" -> {
                Wait.until(() -> requester.chunks.size() == 118);
                assertThat(FakeRegistry.digest(Requester.join(requester.chunks))).endsWith(golden.path("summary").path("expected_sha256").asText());
            }
            // The original did not hear the second request; the cut itself is in ProxyOutageIT.
            case "mqtt-connection-cut" -> assertSame(requester, Collections.nCopies(2, expected.get(0)));
            case "same-request-while-in-flight" -> assertSame(requester, expected.subList(0, 10));
            default -> assertSame(requester, expected);
        }
        if (expected.isEmpty() && !List.of("burst-of-60-slow", "blob-cut-midway").contains(name)) {
            assertThat(requester.awaitFailure(1).path("error_code").asText()).isNotEmpty();
        }
        assertRegistrySaw(name, golden, registry);
        int asked = golden.path("requests").size() == 1 && name.startsWith("burst") ? 60 : golden.path("requests").size();
        Wait.until(() -> proxy.count("dromedary.proxy.requests") == asked
                && Stream.of("completed", "failed", "duplicate").mapToDouble(outcome -> proxy.count("dromedary.proxy.outcomes", "outcome", outcome)).sum() == asked);
    }

    private static List<Expected> expected(JsonNode golden, String host) {
        List<Expected> expected = new ArrayList<>();
        for (JsonNode packet : golden.path("mqtt_between_proxy_and_broker")) {
            JsonNode payload = packet.path("payload");
            if (packet.path("packet").asText().equals("PUBLISH") && packet.path("dir").asText().equals("client>broker") && payload.has("data_bytes")) {
                expected.add(new Expected(payload.path("json_before_data").asText().replace(RECORDED, host), payload.path("data_sha256").asText(),
                        payload.path("data_bytes").asInt(), packet.path("qos").asInt(), packet.path("retain").asBoolean()));
            }
        }
        return expected;
    }

    private static void assertSame(Requester requester, List<Expected> expected) throws Exception {
        Wait.until(() -> requester.chunks.size() >= expected.size());
        List<Expected> got = new ArrayList<>();
        for (Requester.Received chunk : requester.chunks) {
            String before = chunk.text().substring(0, chunk.text().indexOf("\"data\":\"") + "\"data\":\"".length());
            assertThat(chunk.text()).endsWith("\"}").hasSize(before.length() + (chunk.data().length + 2) / 3 * 4 + 2);
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(chunk.data());
            got.add(new Expected(before, HexFormat.of().formatHex(sha), chunk.data().length, chunk.qos(), chunk.retained()));
        }
        assertThat(got).isEqualTo(expected);
    }

    /** Method, path and Accept of what was asked of the registry, where no fault made the two differ. */
    private static void assertRegistrySaw(String name, JsonNode golden, FakeRegistry registry) {
        if (!name.startsWith("size-") || name.equals("size-0")) {
            return;
        }
        List<String> recorded = new ArrayList<>();
        golden.path("registry_http").forEach(request -> recorded.add(request.path("method").asText() + " "
                + request.path("path").asText().replaceFirst("manifests/sha256:.*", "manifests/<digest>")));
        assertThat(registry.lines().stream().map(line -> line.replaceFirst("manifests/sha256:.*", "manifests/<digest>"))).isEqualTo(recorded);
        assertThat(registry.requests().get(0).accept()).isEqualTo(golden.path("registry_http").get(0).path("accept").asText());
    }
}
