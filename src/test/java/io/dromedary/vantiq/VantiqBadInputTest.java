package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that misbehave: the session survives or returns, and never knocks more than about twice a second. */
class VantiqBadInputTest {

    private final FakeVantiq server = FakeVantiq.start();
    private TestConnector connector;

    @AfterEach
    void stop() {
        if (connector != null) {
            connector.close();
        }
        server.close();
    }

    @Test
    void nonsenseFramesAreIgnored() throws Exception {
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        for (String text : new String[] {"", " ", "null", "7", "\"op\"", "{}", "{\"op\":null}", "{\"op\":7}", "{\"op\":{\"a\":1}}", "{\"status\":\"200\"}",
            "{\"status\":null}", "{\"status\":1e99}", "{\"op\":\"query\"}", "{\"op\":\"query\",\"messageHeaders\":[]}", "{\"op\":\"publish\"}{}",
            "{\"op\":\"query\",\"messageHeaders\":{\"REPLY_ADDR_HEADER\":null}}", "{\"op\":\"configureExtension\",\"object\":3}", "[[[[",
            "[".repeat(100_000), "{\"a\":".repeat(5000), "{\"op\":\"publish\",\"object\":1" + "0".repeat(5000) + "}", "\u0000", "{'op':1}"}) {
            link.send(text);
        }
        Random random = new Random(8);
        for (int i = 0; i < 500; i++) {
            char[] valid = "{\"op\":\"publish\",\"resourceName\":\"sources\",\"resourceId\":\"SrcA\",\"object\":{\"x\":[1,2.5,null]}}".toCharArray();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                valid[random.nextInt(valid.length)] = (char) (32 + random.nextInt(95));
            }
            link.send(new String(valid));
        }
        link.publish(Map.of("tag", "alive"));
        link.awaitNotification(n -> n.path("echo").path("tag").asText().equals("alive"));
        assertThat(server.upgrades()).isOne();
    }

    @Test
    void queryWithAnAddressOfAnyTypeIsAnsweredToIt() throws Exception {
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.send("{\"op\":\"query\",\"messageHeaders\":{\"REPLY_ADDR_HEADER\":{\"a\":1}},\"object\":{\"mode\":\"empty\"}}");
        await().until(() -> link.frames().stream().anyMatch(f -> f.path("headers").path("X-Reply-Address").path("a").asInt() == 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999})
    void returnsAfterEveryCloseCode(int code) throws Exception {
        connector = TestConnector.start(server);
        server.awaitConfigured(0).closeWith(code, "because");
        FakeVantiq.Link next = server.awaitConfigured(1);
        next.publish(Map.of("tag", "alive"));
        next.awaitNotification(n -> n.has("echo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abort", "clean close", "refuse", "no configuration", "nonsense", "reconnectRequired"})
    void doesNotKnockMoreThanTwiceASecond(String fault) throws Exception {
        server.script((link, frame) -> {
            if (!frame.path("op").asText().equals("connectExtension")) {
                return false;
            }
            switch (fault) {
                case "abort" -> link.abort();
                case "refuse" -> link.send("{\"status\":404}");
                case "no configuration" -> IntStream.range(0, 12).forEach(i -> link.send("{\"status\":200}"));
                case "nonsense" -> link.send("}");
                case "reconnectRequired" -> {
                    link.configure("SrcA", Map.of());
                    link.send("{\"op\":\"reconnectRequired\"}");
                }
                default -> link.closeWith(1000, "");
            }
            return true;
        });
        long start = System.nanoTime();
        connector = TestConnector.start(server);
        await().atMost(TestConnector.limit()).until(() -> server.upgrades() >= 5);
        // One clean reconnect may be immediate; the first attempt is free.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1450));
    }

    @Test
    void halfOpenSocketIsNoticedByPings() throws Exception {
        connector = TestConnector.start(server, component -> {
            component.getConfiguration().setSendPings(true);
            component.getConfiguration().setPingInterval(100);
            component.getConfiguration().setPongTimeout(200);
        });
        // The server's process hangs: its kernel takes bytes, nobody reads them and the close frame stays unanswered.
        server.awaitConfigured(0).reading(false);
        server.awaitConfigured(1).publish(Map.of("tag", "alive"));
        server.links().get(1).awaitNotification(n -> n.has("echo"));
    }

    @Test
    void silentServerIsNoticedByTheIdleLimit() throws Exception {
        connector = TestConnector.start(server, component -> component.getConfiguration().setIdleTimeout(400));
        server.awaitConfigured(1);
        assertThat(server.links().get(0).closeReason()).isEqualTo("idle");
    }

    @Test
    void tooLargeMessageEndsTheConnectionAndItReturns() throws Exception {
        connector = TestConnector.start(server, component -> component.getConfiguration().setMaxMessageSize(100_000));
        server.awaitConfigured(0).publish(Map.of("cmd", "len", "data", "x".repeat(200_000)));
        FakeVantiq.Link second = server.awaitConfigured(1);
        second.sendFragmented("{\"op\":\"publish\",\"object\":\"" + "x".repeat(200_000) + "\"}", 10_000);
        FakeVantiq.Link third = server.awaitConfigured(2);
        assertThat(second.closeCode()).isEqualTo(1009);
        third.publish(Map.of("tag", "alive"));
        third.awaitNotification(n -> n.has("echo"));
    }

    @Test
    void fragmentsAndBinaryFramesAreOneMessage() throws Exception {
        server.binary(true);
        connector = TestConnector.start(server);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.sendFragmented("{\"op\":\"publish\",\"object\":{\"tag\":\"\u017c\u00f3\u0142w \ud83d\udc2a\"}}", 3);
        assertThat(link.awaitNotification(n -> n.has("echo")).get("echo").get("tag").asText()).isEqualTo("\u017c\u00f3\u0142w \ud83d\udc2a");
        assertThat(link.binaryFrames()).as("ours are text").isZero();
    }

    @Test
    void brokenFramesAreAFailureLikeAnyOther() throws Exception {
        connector = TestConnector.start(server);
        server.awaitConfigured(0).sendBytes(new byte[] {(byte) 0xff, 0x7f, 0, 1, 2, 3});
        server.awaitConfigured(1).publish(Map.of("tag", "alive"));
        server.links().get(1).awaitNotification(n -> n.has("echo"));
    }

    @Test
    void floodIsTakenWithBackPressure() throws Exception {
        connector = TestConnector.start(server, component -> component.getConfiguration().setInboundLimit(50));
        FakeVantiq.Link link = server.awaitConfigured(0);
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            link.publish(Map.of("n", i));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> link.notificationCount() == count + 1);
        assertThat(link.notifications().stream().filter(n -> n.has("echo")).map(n -> n.get("echo").get("n").asInt()).toList())
                .isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void floodOfQueriesIsAnsweredInFull() throws Exception {
        connector = TestConnector.start(server, component -> {
            component.getConfiguration().setInboundLimit(10);
            component.getConfiguration().setMaxParallelQueries(4);
        });
        FakeVantiq.Link link = server.awaitConfigured(0);
        for (int i = 0; i < 2000; i++) {
            link.query("q" + i, Map.of("n", i));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> link.frames().size() == 2002);
        assertThat(link.frames().stream().map(f -> f.path("headers").path("X-Reply-Address").asText()).distinct().count()).isEqualTo(2001);
    }
}
