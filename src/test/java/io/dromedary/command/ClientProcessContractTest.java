package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.dromedary.testing.FreePort;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bus behind the HTTP client process, against a scripted one that notes every call. */
class ClientProcessContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "org/org-1234/device/Instance-11111111-2222-3333-4444-555555555555/";

    /** One call that we made. */
    record Call(String path, JsonNode body) {
    }

    @TempDir
    private Path folder;
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile String answer = "{\"success\":true}";
    private volatile int health = 200;
    private HttpServer process;
    private Main main;
    private int port;

    @BeforeEach
    void start() throws Exception {
        process = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        process.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (!path.equals("/health")) {
                calls.add(new Call(path, JSON.readTree(body)));
            }
            byte[] reply = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(path.equals("/health") ? health : 200, reply.length);
            exchange.getResponseBody().write(reply);
            exchange.close();
        });
        process.start();
        port = FreePort.next();
        main = new Main();
        Properties properties = new Properties();
        properties.setProperty("camel.server.port", "" + port);
        properties.setProperty("camel.management.enabled", "false");
        properties.setProperty("camel.main.stream-caching-spool-enabled", "false");
        properties.setProperty("dromedary.data-dir", folder.toString());
        properties.setProperty("dromedary.device-topic", PREFIX);
        properties.setProperty("dromedary.device-id", "Instance-11111111-2222-3333-4444-555555555555");
        properties.setProperty("petal.ts-client-host", "127.0.0.1");
        properties.setProperty("petal.ts-client-port", "" + process.getAddress().getPort());
        properties.setProperty("petal.callback-url", "http://localhost:9000/mqtt-callback/callback");
        properties.setProperty("petal.mqtt-health-check-interval", "0.1");
        properties.setProperty("petal.publish-retry-delay", "200");
        properties.setProperty("camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/bus/bus.camel.yaml,"
                + "classpath:routes/bus/client-process.camel.yaml,classpath:routes/petal-example/petal-example.camel.yaml");
        main.setOverrideProperties(properties);
        main.start();
        await().atMost(Duration.ofSeconds(10)).until(() -> calls.size() >= 3);
    }

    @AfterEach
    void stop() {
        main.stop();
        process.stop(0);
    }

    private HttpResponse<String> post(Object body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mqtt-callback/callback"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body instanceof String text ? text
                        : JSON.writeValueAsString(body))).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private List<Call> published() {
        return calls.stream().filter(call -> call.path.equals("/publish")).toList();
    }

    @Test
    void subscribesInTheRecordedOrder() throws Exception {
        List<Call> expected = new ArrayList<>();
        try (InputStream in = getClass().getResourceAsStream("/golden/petal-proxies/mqtt_start_and_health.json")) {
            JSON.readTree(in).get("steps").get(0).get("outgoing_http").forEach(call -> expected.add(new Call(call.get("path").asText(), call.get("body"))));
        }
        assertThat(calls.subList(0, 3)).isEqualTo(expected);
    }

    @Test
    void publishesEveryRecordedAnswer() throws Exception {
        JsonNode recording;
        try (InputStream in = getClass().getResourceAsStream("/golden/petal-proxies/mqtt_dispatch.json")) {
            recording = JSON.readTree(in);
        }
        int replayed = 0;
        for (JsonNode step : recording.get("steps")) {
            if (!step.has("incoming")) {
                continue;
            }
            int before = published().size();
            HttpResponse<String> response = post(JSON.createObjectNode().<com.fasterxml.jackson.databind.node.ObjectNode>set("topic",
                    step.get("incoming").get("topic")).set("payload", step.get("incoming").get("payload")));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("{\"status\":\"success\"}"));
            EdgeAccounts accounts = main.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
            await().atMost(Duration.ofSeconds(5)).until(() -> published().size() - before >= step.get("outgoing_http").size()
                    && accounts.unaccounted("bus") == 0);
            List<Call> ours = published().subList(before, published().size());
            assertThat(ours).as(step.get("call").asText()).hasSize(step.get("outgoing_http").size());
            for (int i = 0; i < ours.size(); i++) {
                JsonNode theirs = step.get("outgoing_http").get(i).get("body");
                for (String field : List.of("topic", "qos", "callbackUrl")) {
                    assertThat(ours.get(i).body.get(field)).isEqualTo(theirs.get(field));
                }
                for (String field : List.of("messageId", "phase", "deviceId")) {
                    assertThat(ours.get(i).body.get("payload").get(field)).isEqualTo(theirs.get("payload").get(field));
                }
                assertThat(ours.get(i).body.get("payload").path("message")).isEqualTo(theirs.get("payload").path("message"));
            }
            replayed++;
        }
        assertThat(replayed).isEqualTo(17);
    }

    @Test
    void refusesAPostWithoutAnObjectAsPayload() throws Exception {
        assertThat(post("{\"topic\":\"x\"}").statusCode()).isEqualTo(422);
        assertThat(post("{\"topic\":\"x\",\"payload\":[1]}").statusCode()).isEqualTo(422);
        assertThat(post("not json").statusCode()).isEqualTo(422);
        assertThat(post("{\"topic\":\"x\",\"payload\":{}}").statusCode()).isEqualTo(200);
    }

    @Test
    void subscribesAgainWhenTheProcessComesBack() {
        health = 503;
        ClientProcess session = main.getCamelContext().getRegistry().lookupByNameAndType("clientProcess", ClientProcess.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> !session.isConnected());
        calls.clear();
        health = 200;
        await().atMost(Duration.ofSeconds(5)).until(session::isConnected);
        assertThat(calls).extracting(Call::path).containsExactly("/subscribe", "/subscribe", "/subscribe");
    }

    @Test
    void keepsAnAnswerUntilTheProcessTakesIt() throws Exception {
        answer = "{\"status\":\"success\"}";
        post(JSON.createObjectNode().put("topic", PREFIX + "command/edge").set("payload",
                JSON.valueToTree(BusFixture.envelope("late", "petal-example/do_something", null))));
        await().atMost(Duration.ofSeconds(5)).until(() -> published().size() >= 2);
        answer = "{\"success\":true}";
        EdgeAccounts accounts = main.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> accounts.received("bus") == 1 && accounts.unaccounted("bus") == 0);
    }

    @Test
    void unsubscribesAtTheEnd() throws IOException {
        calls.clear();
        main.stop();
        assertThat(calls).filteredOn(call -> call.path.equals("/unsubscribe")).hasSize(3);
    }
}
