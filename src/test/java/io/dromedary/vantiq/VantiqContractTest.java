package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.FreePort;

/**
 * Replays the recorded exchanges of the Python connector SDK 1.2.8 against our connector: the server sends what it sent then, the connector has to
 * send the same values in the same order. The scenarios with a test of their own are those in which we repair a weakness of the SDK
 * (docs/decisions/0081).
 */
class VantiqContractTest {

    private final FakeVantiq server = FakeVantiq.start().script((link, frame) -> true).keepsInbox(true);
    @TempDir
    Path directory;
    private TestConnector connector;

    @AfterEach
    void stop() {
        if (connector != null) {
            connector.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_config_missing", "connect_empty_config", "connect_status_acks", "config_env_token",
        "config_file_token_wins", "http_503_then_ok", "ignored_frames", "publish", "publish_handler_fails", "publish_order", "publish_without_object",
        "query_complete", "query_empty", "query_error", "query_partial", "query_rows", "reconnect_required", "server_closes_1000",
        "server_closes_1011", "auth_token_null", "auth_failure", "tcp_drop_repeated", "server_down_then_up"})
    void reproducesTheRecordedExchange(String scenario) throws Exception {
        JsonNode golden = golden(scenario);
        int refusals = 0;
        for (JsonNode connection : golden.get("connections")) {
            refusals += connection.get("events").get(0).path("kind").asText().equals("http") ? 1 : 0;
        }
        server.httpFailures(refusals);
        connector = TestConnector.startFromFile(directory, golden.get("server_config").asText().replace("PORT", "" + server.port()),
                component -> component.setFallbackToken(scenario.startsWith("config_") ? "from-environment" : null));
        replay(golden, refusals);
        await().atMost(TestConnector.limit()).untilAsserted(() -> assertThat(connector.handled()).containsSubsequence(handlers(golden)));
    }

    private void replay(JsonNode golden, int first) throws Exception {
        Set<JsonNode> earlier = new HashSet<>();
        for (int i = first; i < golden.get("connections").size(); i++) {
            JsonNode connection = golden.get("connections").get(i);
            FakeVantiq.Link link = server.awaitLink(i - first);
            assertThat(link.path()).isEqualTo("/api/v1/wsock/websocket");
            Set<JsonNode> seen = new HashSet<>();
            for (JsonNode event : connection.get("events")) {
                replay(link, event, earlier, seen);
            }
            earlier = seen;
        }
    }

    private void replay(FakeVantiq.Link link, JsonNode event, Set<JsonNode> earlier, Set<JsonNode> seen) throws Exception {
        switch (event.get("dir").asText() + " " + event.get("kind").asText()) {
            case "c>s text" -> {
                JsonNode frame = link.next(TestConnector.limit());
                while (earlier.contains(frame) && frame.path("op").asText().equals("notification") && !frame.equals(event.get("json"))) {
                    // In flight when the last connection broke: sent again (decision 0082).
                    frame = link.next(TestConnector.limit());
                }
                assertThat(frame).isEqualTo(event.get("json"));
                seen.add(frame);
            }
            case "c>s close" -> await().atMost(TestConnector.limit()).untilAsserted(
                    () -> assertThat(link.closeCode()).isEqualTo(event.get("code").asInt()));
            case "s>c text" -> link.send(event.get("raw").asText());
            case "s>c close" -> link.closeWith(event.get("code").asInt(), event.get("reason").asText());
            case "s>c tcp_abort" -> link.abort();
            case "peer tcp_closed" -> {
            }
            default -> throw new IllegalStateException("not understood: " + event);
        }
    }

    private static List<String> handlers(JsonNode golden) {
        List<String> calls = new ArrayList<>();
        // A long recording keeps all calls of handlers, but only the first events of the wire: what we cannot replay cannot be handled.
        long publishes = golden.findValuesAsText("raw").stream().filter(raw -> raw.contains("\"op\": \"publish\"")).count();
        for (JsonNode call : golden.get("handlers")) {
            String name = call.get("handler").asText();
            if (name.equals("publish") && publishes-- <= 0) {
                continue;
            }
            if (name.equals("query")) {
                calls.add("query " + call.get("ctx").get("response_address").asText());
            } else if (!name.equals("exit")) {
                calls.add(name + " " + call.get("ctx").get("source_name").asText());
            }
        }
        return calls;
    }

    static JsonNode golden(String name) throws IOException {
        try (InputStream file = VantiqContractTest.class.getResourceAsStream("/golden/vantiq/" + name + ".json")) {
            return VantiqFrames.JSON.readTree(file);
        }
    }

    @Test
    void upgradeCarriesNeitherTokenNorOrigin() throws Exception {
        connector = TestConnector.start(server);
        Map<String, String> headers = server.awaitLink(0).headers();
        assertThat(headers).doesNotContainKeys("authorization", "origin", "sec-websocket-protocol").containsEntry("sec-websocket-version", "13");
        assertThat(headers.values()).noneMatch(value -> value.contains("good-token"));
    }

    @Test
    void readsTheFileInTheWorkingDirectory() throws Exception {
        JsonNode golden = golden("config_in_working_directory");
        Files.writeString(directory.resolve("server.config"), golden.get("server_config").asText().replace("PORT", "" + server.port()));
        connector = TestConnector.startInDirectory(directory, component -> {
        });
        replay(golden, 0);
    }

    @Test
    void gapsAfterRefusedUpgradesGrowByHalfASecond() throws Exception {
        server.script((link, frame) -> false).httpFailures(2);
        long start = System.nanoTime();
        connector = TestConnector.start(server);
        server.awaitConfigured(0);
        // 0.5 s and 1.0 s, each up to a fifth longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
        assertThat(server.upgrades()).isEqualTo(3);
    }

    @Test
    void refusedTokenIsReportedAndNotTriedAgainSoon() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server, component -> component.setAuthToken("wrong"));
        await().atMost(TestConnector.limit()).until(() -> connector.session().state() == VantiqSession.State.LOGIN_REFUSED);
        assertThat(connector.session().lastEnd()).isEqualTo(golden("auth_failure").get("handlers").get(0).get("text").asText());
        assertThat(server.awaitLink(0).closeCode()).isEqualTo(1011);
        await().during(Duration.ofSeconds(2)).atMost(TestConnector.limit()).until(() -> server.upgrades() == 1);
    }

    @Test
    void silentServerIsGivenUpAfterTheLoginLimit() throws Exception {
        connector = TestConnector.start(server, component -> component.getConfiguration().setLoginTimeout(300));
        await().atMost(TestConnector.limit()).until(() -> server.links().size() == 2);
        assertThat(server.awaitLink(0).closeCode()).isEqualTo(1011);
    }

    @Test
    void refusedSourceIsTriedAgainWithGrowingWaits() throws Exception {
        JsonNode refused = golden("source_rejected_then_accepted").get("connections").get(0);
        String refusal = refused.get("events").get(3).get("raw").asText();
        server.script((link, frame) -> {
            boolean refuse = frame.path("op").asText().equals("connectExtension") && server.links().size() < 3;
            if (refuse) {
                link.send(refusal);
            }
            return refuse;
        });
        connector = TestConnector.start(server);
        server.awaitConfigured(2).awaitNotification(n -> n.path("connects").asInt() == 1);
        assertThat(server.links().get(0).closeCode()).isEqualTo(1000);
        assertThat(server.links().get(1).openedNanos() - server.links().get(0).openedNanos()).isGreaterThan(490_000_000L);
        assertThat(server.links().get(2).openedNanos() - server.links().get(1).openedNanos()).isGreaterThan(990_000_000L);
    }

    @Test
    void malformedFrameDoesNotCostTheSession() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.send("{\"op\": \"publish\", \"object\": ");
        link.send("[1,2]");
        link.publish(Map.of("tag", "alive"));
        link.awaitNotification(n -> n.path("echo").path("tag").asText().equals("alive"));
        assertThat(connector.counters().malformed.sum()).isEqualTo(2);
        assertThat(server.upgrades()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {900_000, 2_000_000, 20_000_000})
    void largeMessageIsTaken(int length) throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.publish(Map.of("cmd", "len", "data", "x".repeat(length)));
        assertThat(link.awaitNotification(n -> n.has("len")).get("len").asInt()).isEqualTo(length);
    }

    @Test
    void failedQueryRouteAnswersWithAnError() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.query("thr", Map.of("mode", "throw"));
        JsonNode answer = link.awaitResponses("thr", 1).get(0);
        assertThat(answer.get("status").asInt()).isEqualTo(400);
        assertThat(answer.get("body").get("messageCode").asText()).isEqualTo("io.dromedary.vantiq.queryFailed");
        assertThat(answer.get("body").get("parameters").get(1).asText()).isEqualTo("asked to");
    }

    @Test
    void slowQueryDoesNotDelayPublishes() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.query("slow", Map.of("mode", "slow", "ms", 1500));
        link.publish(Map.of("after", "slow"));
        link.awaitNotification(n -> n.path("echo").path("after").asText().equals("slow"));
        assertThat(link.responses("slow")).isEmpty();
        assertThat(link.awaitResponses("slow", 1).get(0).get("body").get("slow").asInt()).isEqualTo(1500);
    }

    @Test
    void noNotificationIsLostAcrossADrop() throws Exception {
        server.script((link, frame) -> {
            if (frame.path("object").path("tick").asInt(-1) == 29 && server.links().size() == 1) {
                link.abort();
            }
            return false;
        });
        connector = TestConnector.start(server);
        server.awaitConfigured(0).publish(Map.of("cmd", "ticker", "every_ms", 20, "count", 100));
        server.awaitConfigured(1).awaitNotification(n -> n.path("tick").asInt() == 99);
        assertThat(server.links().get(1).notifications().get(0).path("connects").asInt()).isEqualTo(2);
        List<Integer> ticks = ticks("tick");
        assertThat(ticks.stream().distinct().toList()).isEqualTo(IntStream.range(0, 100).boxed().toList());
        // What was in flight at the drop may come twice: one or two, more only where logins are slow.
        assertThat(ticks.size() - 100).isLessThanOrEqualTo((int) connector.counters().resent.sum());
    }

    @Test
    void burstSurvivesADrop() throws Exception {
        server.script((link, frame) -> {
            if (frame.path("object").path("n").asInt(-1) == 1000 && server.links().size() == 1) {
                link.abort();
            }
            return false;
        });
        connector = TestConnector.start(server);
        server.awaitConfigured(0).publish(Map.of("cmd", "burst", "count", 5000, "size", 20));
        server.awaitConfigured(1).awaitNotification(n -> n.path("n").asInt() == 4999);
        assertThat(ticks("n").stream().distinct().toList()).isEqualTo(IntStream.range(0, 5000).boxed().toList());
        assertThat(connector.counters().dropped.sum()).isZero();
    }

    private List<Integer> ticks(String key) {
        return server.links().stream().flatMap(link -> link.notifications().stream()).filter(n -> n.has(key)).map(n -> n.get(key).asInt()).toList();
    }

    @Test
    void pingsAreSentAndAnswered() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server, component -> {
            component.getConfiguration().setSendPings(true);
            component.getConfiguration().setPingInterval(100);
            component.getConfiguration().setPongTimeout(2000);
        });
        FakeVantiq.Link link = server.awaitConfigured(0);
        await().atMost(TestConnector.limit()).until(() -> link.pings() >= 3);
        link.publish(Map.of("tag", "alive"));
        link.awaitNotification(n -> n.has("echo"));
        assertThat(server.upgrades()).isOne();
        VantiqConfiguration defaults = new VantiqConfiguration();
        assertThat(List.of(defaults.getPingInterval(), defaults.getPongTimeout())).containsOnly(20_000L);
    }

    @Test
    void missingPongEndsTheSession() throws Exception {
        server.script((link, frame) -> false).answersPings(false);
        connector = TestConnector.start(server, component -> {
            component.getConfiguration().setSendPings(true);
            component.getConfiguration().setPingInterval(100);
            component.getConfiguration().setPongTimeout(200);
        });
        FakeVantiq.Link link = server.awaitConfigured(0);
        await().atMost(TestConnector.limit()).until(() -> link.closeCode() != null);
        assertThat(link.closeCode()).isEqualTo(1011);
        assertThat(link.closeReason()).isEqualTo("keepalive ping timeout");
        server.awaitConfigured(1);
    }

    @Test
    void sendPingsFalseSendsNone() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.startFromFile(directory, golden("pings_false").get("server_config").asText().replace("PORT", "" + server.port()),
                component -> component.getConfiguration().setPingInterval(50));
        FakeVantiq.Link link = server.awaitConfigured(0);
        await().during(Duration.ofMillis(500)).atMost(TestConnector.limit()).until(() -> link.pings() == 0);
    }

    @Test
    void sourcesOfOneFileHaveASocketEach() throws Exception {
        server.script((link, frame) -> {
            if (frame.path("op").asText().equals("connectExtension")) {
                String source = frame.get("resourceId").asText();
                link.send("{\"status\": 200}");
                link.configure(source, Map.of("for", source));
                return true;
            }
            return false;
        });
        connector = TestConnector.startFromFile(directory, golden("multi_source").get("server_config").asText().replace("PORT", "" + server.port()),
                component -> {
                });
        Map<String, FakeVantiq.Link> links = new java.util.HashMap<>();
        for (int i = 0; i < 3; i++) {
            FakeVantiq.Link link = server.awaitConfigured(i);
            String source = link.frames().get(1).get("resourceId").asText();
            links.put(source, link);
            assertThat(link.awaitNotification(n -> n.path("event").asText().equals("connect")).get("config").get("for").asText()).isEqualTo(source);
            link.publish(Map.of("tag", "hello " + source));
            link.awaitNotification(n -> n.path("echo").path("tag").asText().equals("hello " + source));
        }
        assertThat(links.keySet()).containsExactlyInAnyOrder("SrcA", "SrcB", "SrcC");
        links.get("SrcB").abort();
        server.awaitConfigured(3).awaitNotification(n -> n.path("connects").asInt() == 2);
        links.get("SrcA").publish(Map.of("tag", "still"));
        links.get("SrcA").awaitNotification(n -> n.path("echo").path("tag").asText().equals("still"));
        assertThat(links.get("SrcC").isGone()).isFalse();
    }

    @Test
    void stoppedRoutesCloseNormallyAndDoNotReconnectUntilStarted() throws Exception {
        server.script((link, frame) -> false);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        await().until(() -> connector.session().state() == VantiqSession.State.CONNECTED);
        connector.context().getRouteController().stopAllRoutes();
        await().atMost(TestConnector.limit()).until(() -> Integer.valueOf(1000).equals(link.closeCode()));
        assertThat(server.upgrades()).isOne();
        connector.context().getRouteController().startAllRoutes();
        server.awaitConfigured(1);
    }

    @Test
    void probeOpensAndClosesAsDeclared() throws Exception {
        int port = FreePort.next();
        server.script((link, frame) -> false);
        connector = TestConnector.startFromFile(directory, golden("health_probe").get("server_config").asText()
                .replace("PROBEPORT", "" + port).replace("PORT", "" + server.port()), component -> {
                });
        FakeVantiq.Link link = server.awaitConfigured(0);
        assertThat(connector.component().probe().isHealthy()).isNull();
        link.publish(Map.of("cmd", "healthy"));
        await().atMost(TestConnector.limit()).until(() -> opens(port));
        assertThat(connector.component().probe().isHealthy()).isTrue();
        link.publish(Map.of("cmd", "unhealthy"));
        await().atMost(TestConnector.limit()).until(() -> !opens(port));
        assertThat(connector.component().probe().isHealthy()).isFalse();
        link.publish(Map.of("cmd", "healthy"));
        await().atMost(TestConnector.limit()).until(() -> opens(port));
    }

    private static boolean opens(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
