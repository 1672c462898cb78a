package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fppt.jedismock.RedisServer;
import io.dromedary.cli.HttpEngine;
import io.dromedary.testing.FreePort;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.UnifiedJedis;

/** The shipped routes about jobs against what the reference was recorded to answer. */
class JobRoutesContractTest {

    private static final String PREFIX = "/petals/petal-flight-log";

    private final Main main = new Main();
    private final List<Map<String, Object>> broadcasts = new CopyOnWriteArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final HttpClient http = HttpClient.newHttpClient();
    private RedisServer imitation;
    private UnifiedJedis redis;
    private ProducerTemplate template;
    private int port;

    @BeforeEach
    void start() throws Exception {
        imitation = RedisServer.newRedisServer().start();
        redis = JobFixture.connect("127.0.0.1:" + imitation.getBindPort());
        port = FreePort.next();
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "true", "camel.server.port", Integer.toString(port), "camel.management.enabled", "false",
                "camel.main.stream-caching-spool-enabled", "false", "petal.machine-id", "drone-001",
                "camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/jobs/*.camel.yaml"));
        main.setOverrideProperties(properties);
        main.bind("platform-http-engine", new HttpEngine());
        main.bind("redis", redis);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:command-broadcast").process(exchange -> broadcasts.add(exchange.getMessage().getBody(Map.class)));
                from("direct:endless").process(exchange -> never.await());
            }
        });
        // what an earlier program left is looked through once; the recordings put theirs there later
        redis.set("job:left-behind", JobState.created("left-behind", "Endless", Map.of()).toJson());
        main.start();
        template = main.getCamelContext().createProducerTemplate();
        JobFixture.await().until(() -> redis.get("job:left-behind").contains("interrupted by restart"));
        redis.flushAll();
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        redis.close();
        imitation.stop();
    }

    private static JsonNode golden(String scenario) throws IOException {
        return JobFixture.JSON.readTree(JobRoutesContractTest.class.getResource("/golden/petal-flight-log/" + scenario + ".json"));
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + PREFIX + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http-job-list", "http-job-status", "http-check-sync"})
    void answersHttpAsRecorded(String scenario) throws Exception {
        JsonNode golden = golden(scenario);
        golden.at("/setup/redis").fields().forEachRemaining(entry -> redis.set(entry.getKey(), entry.getValue().toString()));
        int index = 0;
        List<JsonNode> requests = new java.util.ArrayList<>();
        golden.path("earlier_requests").forEach(requests::add);
        requests.add(golden.path("request"));
        for (JsonNode request : requests) {
            HttpResponse<String> answer = call(request.path("http").asText(), request.path("path").asText());
            JsonNode expected = golden.at("/http_replies/" + index++);
            if (expected.path("status").asInt() == 500) {
                // the ruling: sub-job states instead of the recorded failure
                assertThat(JobFixture.JSON.readTree(answer.body()).at("/sub_jobs/ulog_download")).isEqualTo(JobFixture.JSON.readTree(
                        "{\"job_id\":\"d-1\",\"status\":\"in_progress\",\"progress\":44.0,\"message\":\"\"}"));
                continue;
            }
            assertThat(answer.statusCode()).isEqualTo(expected.path("status").asInt());
            assertThat(answer.headers().firstValue("content-type")).hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
            assertThat(comparable(JobFixture.JSON.readTree(answer.body()))).isEqualTo(comparable(expected.path("body")));
        }
        golden.path("published").forEach(expected -> assertThat(broadcasts).anySatisfy(sent -> {
            ObjectNode message = JobFixture.JSON.valueToTree(sent);
            message.put("deviceId", "Instance-drone-001").put("messageId", "<uuid#1>");
            assertThat(comparable(message)).isEqualTo(comparable(expected));
        }));
    }

    /** Times and the order of jobs aside. */
    private static JsonNode comparable(JsonNode body) {
        JsonNode copy = body.deepCopy();
        hideTimes(copy);
        return copy;
    }

    private static void hideTimes(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List.of("created_at", "updated_at", "timestamp").stream().filter(object::hasNonNull).forEach(field -> {
                assertThat(object.get(field).asText()).matches("<iso8601>|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
                object.put(field, "time");
            });
        }
        node.forEach(JobRoutesContractTest::hideTimes);
    }

    @Test
    void httpCancelsAndForgetsJobs() throws Exception {
        String id = template.request("job:start?type=Endless&route=direct:endless", exchange -> exchange.getMessage().setBody(Map.of()))
                .getMessage().getHeader(JobConstants.ID, String.class);
        assertThat(call("POST", "/jobs/" + id + "/cancel").body()).contains("\"success\":true");
        assertThat(call("POST", "/jobs/" + id + "/cancel").body()).contains("\"success\":false");
        assertThat(call("POST", "/jobs/none/cancel").statusCode()).isEqualTo(404);
        assertThat(call("POST", "/jobs/cleanup?max_age_hours=x").statusCode()).isEqualTo(400);
        assertThat(call("POST", "/jobs/cleanup?max_age_hours=0").body()).contains("\"cleaned_jobs\":1");
    }

    @Test
    void webSocketsGetTheProgressOfTransfers() throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        WebSocket socket = http.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port + PREFIX + "/ws/download-progress"),
                new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        received.add(data.toString());
                        from.request(1);
                        return null;
                    }
                }).get(30, TimeUnit.SECONDS);
        String id = template.request("job:start?type=S3UploadJob&route=direct:endless", exchange -> exchange.getMessage().setBody(Map.of()))
                .getMessage().getHeader(JobConstants.ID, String.class);
        JobFixture.await().until(() -> received.stream().anyMatch(text -> text.contains(id) && text.contains("\"completed\":false")));
        template.requestBody("job:cancel?jobId=" + id, (Object) null);
        JobFixture.await().until(() -> received.stream().filter(text -> text.contains("\"completed\":true")).count() == 1);
        socket.abort();
        io.dromedary.http.WebSocketTopic topic = main.getCamelContext().getRegistry().lookupByNameAndType("downloadProgress", io.dromedary.http.WebSocketTopic.class);
        JobFixture.await().until(() -> topic.listeners() == 0);
    }
}
