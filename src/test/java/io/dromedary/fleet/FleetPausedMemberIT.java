package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.command.ExampleLog;
import io.dromedary.command.Meters;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;
import io.dromedary.testing.CuttableLink;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import io.micrometer.core.instrument.Counter;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** A member that is paused, seen from outside, when its reply is in Redis and not at the broker: whether it comes once. */
@RequiresPeer({"mosquitto", "redis-server"})
class FleetPausedMemberIT {

    private static final String DEVICE = "org/o/device/d1/";
    private static final List<String> MORE = List.of("held-2", "held-3", "held-4");
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;
    private Mosquitto broker;
    private RedisServer server;
    private UnifiedJedis redis;
    private CuttableLink toBroker;
    private CuttableLink toRedis;
    private Main paused;
    private Main other;
    private MqttPublisher sender;
    private MqttSubscriber listener;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final List<String> replies = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start(folder.resolve("broker"));
        server = RedisServer.start(folder.resolve("redis"));
        redis = RedisClient.create("127.0.0.1", server.port());
        toBroker = new CuttableLink(broker.port());
        toRedis = new CuttableLink(server.port());
        listener = new MqttSubscriber(MqttConnection.Settings.of(broker.url(), "listener"), "org/+/device/+/response", 1, false,
                message -> replies.add(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8)), timer, timer);
        listener.connect();
        sender = new MqttPublisher(MqttConnection.Settings.of(broker.url(), "sender"), 1_000);
        sender.connect();
        paused = member("p", "tcp://127.0.0.1:" + toBroker.port(), toRedis.port());
        // So there is a receipt of it.
        send("first", "echo");
        awaitReply("first");
        send("held", "slow");
        awaitState("held", Entry.State.RUNNING);
    }

    @AfterEach
    void end() throws Exception {
        toBroker.release();
        toRedis.release();
        paused.stop();
        if (other != null) {
            other.stop();
        }
        sender.close();
        listener.close();
        timer.shutdownNow();
        redis.close();
        toBroker.close();
        toRedis.close();
        server.close();
        broker.close();
    }

    private Main member(String name, String url, int redisPort) throws Exception {
        Main member = FleetMember.start(url, Integer.toString(redisPort), name, folder.resolve(name).toString(),
                Map.of("dromedary.fleet-lease", "2s", "dromedary.fleet-understudy", "false"));
        await().atMost(LIMIT).until(() -> member.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
        return member;
    }

    private void send(String id, String command) throws Exception {
        sender.publish(Mqtt5Publish.builder().topic(DEVICE + "command/edge").qos(MqttQos.AT_LEAST_ONCE)
                .payload(("{\"waitResponse\":true,\"messageId\":\"" + id + "\",\"command\":\"petal-example/" + command + "\",\"payload\":{\"x\":1}}")
                        .getBytes(StandardCharsets.UTF_8)).build()).get();
    }

    private void awaitReply(String id) {
        await().atMost(LIMIT).until(() -> count(id) > 0);
    }

    private long count(String id) {
        return replies.stream().filter(reply -> reply.contains('"' + id + '"')).count();
    }

    private Entry awaitState(String id, Entry.State state) {
        byte[] key = ("dromedary:fleet:test:c:" + CommandLedger.key(DEVICE, id)).getBytes(StandardCharsets.UTF_8);
        await().atMost(LIMIT).until(() -> {
            byte[] held = redis.get(key);
            return held != null && Entry.parse(held).state() == state;
        });
        return Entry.parse(redis.get(key));
    }

    private void letReplyBeKept() {
        paused.getCamelContext().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class).open(1);
        awaitState("held", Entry.State.REPLYING);
    }

    private void loseBroker() {
        toBroker.cut();
        HealthCheck consumer = ((HealthCheckAware) paused.getCamelContext().getRoute("command-in").getConsumer()).getHealthCheck();
        await().atMost(LIMIT).until(() -> consumer.call().getState() == HealthCheck.State.DOWN);
    }

    private void awaitEndOfLease() {
        await().atMost(LIMIT).until(() -> redis.keys("dromedary:fleet:test:live:p~*").isEmpty());
    }

    /** The broker deals in turns, also to the one that is paused, so the command is sent until the other has had it. */
    private void anotherAnswers() throws Exception {
        other = member("o", broker.url(), server.port());
        for (int time = 0; time < 4; time++) {
            send("held", "echo");
        }
        awaitReply("held");
    }

    private double claims(String outcome) {
        Counter counter = Meters.of(paused.getCamelContext()).find("dromedary.fleet.claims").tag("outcome", outcome).counter();
        return counter == null ? 0 : counter.count();
    }

    /** What it wrote before its pause is between it and the broker: its connection is ended before the other one sends. */
    @Test
    void whatItHadWrittenDoesNotArriveAfterAnotherHasAnswered() throws Exception {
        toBroker.hold();
        letReplyBeKept();
        toRedis.hold();
        awaitEndOfLease();
        anotherAnswers();
        toBroker.release();
        toRedis.release();
        await().atMost(LIMIT).until(() -> claims("lost") > 0);
        send("last", "echo");
        awaitReply("last");
        assertThat(count("held")).isEqualTo(1);
    }

    @Test
    void whatItHadKeptAndNotWrittenIsNotSentAfterAnotherHasAnswered() throws Exception {
        loseBroker();
        letReplyBeKept();
        toRedis.hold();
        awaitEndOfLease();
        anotherAnswers();
        toRedis.release();
        toBroker.mend();
        await().atMost(LIMIT).until(() -> claims("lost") > 0);
        send("last", "echo");
        awaitReply("last");
        assertThat(count("held")).isEqualTo(1);
    }

    @Test
    void whatNobodyTookOverIsSentAfterThePause() throws Exception {
        loseBroker();
        letReplyBeKept();
        toRedis.hold();
        awaitEndOfLease();
        toRedis.release();
        toBroker.mend();
        awaitReply("held");
        assertThat(claims("sent-later")).isEqualTo(1);
        awaitState("held", Entry.State.ANSWERED);
        assertThat(count("held")).isEqualTo(1);
    }

    /** Who wanted to follow has ended its connection and then died: what it takes up again must be looked at one by one. */
    @Test
    void whatWentWithItsConnectionIsSentAgainByItself() throws Exception {
        sendMore();
        toBroker.hold();
        endItsConnection();
        toBroker.release();
        awaitEachOnce();
    }

    /** The broker has them, which it could not say: what is sent afterwards must leave the receipt for that as it is. */
    @Test
    void whatTheBrokerHadBeforeItEndedTheConnectionIsNotSentAgain() throws Exception {
        sendMore();
        toBroker.holdAnswers();
        endItsConnection();
        awaitReply("held");
        toBroker.release();
        awaitEachOnce();
    }

    private void sendMore() throws Exception {
        for (String id : MORE) {
            send(id, "slow");
            awaitState(id, Entry.State.RUNNING);
        }
    }

    private void endItsConnection() throws Exception {
        paused.getCamelContext().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class).open(1 + MORE.size());
        Entry entry = awaitState("held", Entry.State.REPLYING);
        MORE.forEach(id -> awaitState(id, Entry.State.REPLYING));
        try (MqttPublisher follower = new MqttPublisher(MqttConnection.Settings.of(broker.url(), Receipts.publisherId("test", entry.owner())), 1)) {
            follower.connect();
        }
    }

    private void awaitEachOnce() throws Exception {
        for (String id : MORE) {
            awaitReply(id);
            awaitState(id, Entry.State.ANSWERED);
        }
        awaitState("held", Entry.State.ANSWERED);
        send("last", "echo");
        awaitReply("last");
        // With the first, the one that is held, and the last.
        assertThat(replies).hasSize(MORE.size() + 3);
    }
}
