package io.dromedary.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.dromedary.testing.FreePort;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The management client and the bridges with our own device services at the other end, over TCP. */
@Timeout(120)
class ManagementClientRouteTest {

    private final ConcurrentLinkedQueue<Map<String, Object>> broadcasts = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Map<String, Object>> notifications = new ConcurrentLinkedQueue<>();
    private TrainerFlow client;

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
    }

    private void start(String... settings) throws Exception {
        client = TrainerFlow.whole(settings);
        client.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:command-broadcast").process(e -> broadcasts.add(e.getMessage().getBody(Map.class)));
                from("direct:vantiq-notification").process(e -> notifications.add(e.getMessage().getBody(Map.class)));
            }
        });
    }

    private Exchange send(String device, Object command, Object custom) {
        return client.template().send("direct:trainer-device-command-result", exchange -> {
            exchange.setPattern(ExchangePattern.InOut);
            exchange.setVariable("device", device);
            exchange.setVariable("command", command);
            exchange.setVariable("customCommand", custom);
        });
    }

    @Test
    void managesManyDevicesAtOnceAndKnowsThemApart() throws Exception {
        try (TrainerFlow one = TrainerFlow.device("trainer.animal-id=one", "trainer.heartbeat-interval=200ms");
                TrainerFlow two = TrainerFlow.device("trainer.animal-id=two", "trainer.heartbeat-interval=200ms")) {
            start("trainer.devices=one=127.0.0.1:" + one.eventsPort() + ":" + one.commandsPort() + ",two=localhost:" + two.eventsPort() + ":"
                    + two.commandsPort(), "trainer.bridge-vantiq=true");
            TrainerDevices devices = client.camel().getRegistry().lookupByNameAndType("trainerDevices", TrainerDevices.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> !devices.lastHeartbeat("one").isEmpty() && !devices.lastHeartbeat("two").isEmpty());
            assertThat(devices.silent(Duration.ofMinutes(1))).isEmpty();
            for (String name : List.of("one", "two")) {
                assertThat((Map<?, ?>) ((Map<?, ?>) send(name, "status", null).getMessage().getBody()).get("data"))
                        .extracting("animalId").isEqualTo(name);
            }
            send("two", "emergency-stop", null);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(broadcasts).extracting(m -> String.valueOf(m.get("command"))).containsExactly("auto-trainer/emergency", "auto-trainer/event");
                assertThat(notifications).hasSize(2);
            });
            assertThat((Map<?, ?>) broadcasts.peek().get("payload")).extracting("device").isEqualTo("two");
            assertThat(send("three", "status", null).getException()).hasMessageContaining("Unknown device 'three'");
            assertThat(send("one", "dance", null).getException()).hasMessageContaining("Unknown command");
        }
    }

    @Test
    void waitsForLateResultsAndNoLongerThanItsLimit() throws Exception {
        try (TrainerFlow device = TrainerFlow.device("trainer.command-timeout=1500", "trainer.heartbeat-interval=200ms")) {
            device.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:trainer-custom-command/slow").delay(3000).setBody(constant(Map.of("session_id", 7)));
                    from("direct:trainer-custom-command/never").setVariable("result", constant(201)).setBody(constant((Object) null));
                }
            });
            start("trainer.devices=rig=127.0.0.1:" + device.eventsPort() + ":" + device.commandsPort(), "trainer.result-timeout=8000");
            TrainerDevices devices = client.camel().getRegistry().lookupByNameAndType("trainerDevices", TrainerDevices.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> !devices.lastHeartbeat("rig").isEmpty());
            assertThat((Map<?, ?>) send("rig", "custom", "slow").getMessage().getBody()).extracting("result", "data")
                    .containsExactly(100, Map.of("sessionId", 7));
            assertThat(send("rig", "custom", "never").getException()).isInstanceOf(TimeoutException.class);
            TrainerCalls calls = client.camel().getRegistry().lookupByNameAndType("trainerCalls", TrainerCalls.class);
            await().until(() -> calls.pending() == 0);
        }
    }

    @Test
    void busCommandsReachDevices() throws Exception {
        try (TrainerFlow device = TrainerFlow.device()) {
            start("trainer.devices=rig=127.0.0.1:" + device.eventsPort() + ":" + device.commandsPort());
            Map<?, ?> result = client.template().requestBody("direct:command/auto-trainer/send", Map.of("device", "rig", "command", "status"), Map.class);
            assertThat(result).extracting("result", "command").containsExactly(100, 400);
        }
    }

    @Test
    void givesUpOnADeviceThatIsNotThere() throws Exception {
        start("trainer.devices=gone=127.0.0.1:" + FreePort.next() + ":" + FreePort.next(), "trainer.request-timeout=300");
        assertThat(send("gone", "status", null).getException()).isInstanceOf(ExchangeTimedOutException.class);
    }

    @Test
    void goesOnAfterMessagesThatAreNone() throws Exception {
        try (ZContext zmq = new ZContext()) {
            ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB);
            int port = publisher.bindToRandomPort("tcp://127.0.0.1");
            start("trainer.devices=rig=127.0.0.1:" + port + ":1");
            publisher.setReceiveTimeOut(20_000);
            assertThat(publisher.recv()).isEqualTo(new byte[] {1});
            // What the reference sends when its heartbeat and event threads collide.
            publisher.sendMore(TrainerTopic.frame(4001));
            publisher.sendMore(TrainerTopic.frame(1001));
            publisher.send("\"{}\"");
            publisher.send("\"{\\\"kind\\\":1}\"");
            publisher.sendMore(new byte[3]);
            publisher.send("{}");
            publisher.sendMore(TrainerTopic.frame(1001));
            publisher.send("not a map");
            publisher.sendMore(TrainerTopic.frame(6001));
            publisher.send(new byte[] {(byte) 0xff});
            publisher.sendMore(TrainerTopic.frame(4001));
            publisher.send("{\"kind\": 1101}");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(broadcasts).hasSize(1));
            assertThat(broadcasts.peek().toString()).contains("kind=1101");
        }
    }

    @Test
    void goesOnAfterRandomAndHugeMessages() throws Exception {
        Random random = new Random(7);
        byte[][] seeds = {"\"{\\\"kind\\\":1101,\\\"when\\\":1e999}\"".getBytes(UTF_8), "{\"kind\": 1101, \"context\": {\"a\": [1, 2]}}".getBytes(UTF_8),
            "{\"nonce\": 99999999999999999999, \"command\": 300}".getBytes(UTF_8), "[".repeat(5_000).getBytes(UTF_8), {(byte) 0xc3, 0x28}, {}};
        long[] topics = {0, 1001, 2001, 4001, 5001, 6001, 77, 0xffffffffL};
        try (ZContext zmq = new ZContext()) {
            ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB);
            publisher.setXpubNoDrop(true);
            int port = publisher.bindToRandomPort("tcp://127.0.0.1");
            start("trainer.devices=rig=127.0.0.1:" + port + ":1");
            publisher.setReceiveTimeOut(20_000);
            assertThat(publisher.recv()).isEqualTo(new byte[] {1});
            for (int i = 0; i < 2_000; i++) {
                byte[] body = seeds[random.nextInt(seeds.length)].clone();
                for (int n = body.length == 0 ? 0 : random.nextInt(4); n > 0; n--) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
                byte[] topic = random.nextInt(10) == 0 ? new byte[random.nextInt(9)] : TrainerTopic.frame(topics[random.nextInt(topics.length)]);
                for (int more = random.nextInt(10) == 0 ? random.nextInt(4) : 1; more > 0; more--) {
                    publisher.sendMore(topic);
                }
                publisher.send(body);
            }
            publisher.sendMore(TrainerTopic.frame(4001));
            publisher.send("{\"kind\": 4242, \"context\": \"" + "x".repeat(10_000_000) + "\"}");
            await().atMost(Duration.ofSeconds(30)).until(() -> broadcasts.stream().anyMatch(broadcast -> broadcast.toString().contains("kind=4242")));
            publisher.sendMore(TrainerTopic.frame(4001));
            publisher.send(new byte[17_000_000]);
            // It is cut off, and comes back by itself.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                publisher.sendMore(TrainerTopic.frame(4001));
                publisher.send("{\"kind\": 4343}");
                return broadcasts.stream().anyMatch(broadcast -> broadcast.toString().contains("kind=4343"));
            });
        }
    }

    /** An emergency comes right before its event: nothing on the way may let the second overtake the first. */
    @Test
    void keepsTheOrderOfADeviceOnEveryWay() throws Exception {
        ConcurrentLinkedQueue<Object> tapped = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Object> second = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Object> third = new ConcurrentLinkedQueue<>();
        try (ZContext zmq = new ZContext()) {
            ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB);
            publisher.setXpubNoDrop(true);
            int port = publisher.bindToRandomPort("tcp://127.0.0.1");
            start("trainer.devices=rig=127.0.0.1:" + port + ":1", "trainer.bridge-vantiq=true",
                    "trainer.message-consumers=seda:second?size=1000&blockWhenFull=true,direct:third");
            client.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:trainer-message?size=1000").process(e -> tapped.add(e.getMessage().getBody(Map.class).get("index")));
                    from("seda:second?size=1000").process(e -> second.add(e.getMessage().getBody(Map.class).get("index")));
                    from("direct:third").process(e -> third.add(e.getMessage().getBody(Map.class).get("index")));
                }
            });
            publisher.setReceiveTimeOut(20_000);
            assertThat(publisher.recv()).isEqualTo(new byte[] {1});
            List<Integer> sent = IntStream.range(0, 3_000).boxed().toList();
            for (int index : sent) {
                publisher.sendMore(TrainerTopic.frame(index % 2 == 0 ? 2001 : 4001));
                publisher.send("{\"kind\": 101, \"index\": " + index + "}");
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> tapped.size() == 3_000 && second.size() == 3_000 && broadcasts.size() == 3_000 && notifications.size() == 3_000);
            assertThat(List.copyOf(tapped)).isEqualTo(sent);
            assertThat(List.copyOf(second)).isEqualTo(sent);
            assertThat(List.copyOf(third)).isEqualTo(sent);
            assertThat(broadcasts.stream().map(ManagementClientRouteTest::index).toList()).isEqualTo(sent);
            assertThat(notifications.stream().map(ManagementClientRouteTest::index).toList()).isEqualTo(sent);
        }
    }

    private static Object index(Map<String, Object> notification) {
        return ((Map<?, ?>) ((Map<?, ?>) notification.get("payload")).get("message")).get("index");
    }

    @Test
    void neverKeepsMoreCallsThanItsLimit() {
        TrainerCalls calls = new TrainerCalls(new TrainerDevices("rig=127.0.0.1"), 2, 60_000);
        calls.open("rig", "start");
        TrainerCalls.Call second = calls.open("rig", 17);
        assertThatThrownBy(() -> calls.open("rig", "start")).isInstanceOf(IllegalStateException.class);
        assertThat(calls.complete(Map.of("command", 17, "nonce", (int) second.getNonce(), "result", 100))).isTrue();
        assertThat(calls.complete(Map.of("command", 17, "nonce", -1))).isFalse();
        assertThat(calls.pending()).isEqualTo(1);
    }
}
