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
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** One member, and another one played by the test through the ledger: who may do what. */
@RequiresPeer({"mosquitto", "redis-server"})
class FleetOwnersIT {

    private static final String DEVICE = "org/o/device/d1/";

    @TempDir
    private Path folder;
    private Mosquitto broker;
    private RedisServer server;
    private UnifiedJedis redis;
    private Main member;
    private MqttPublisher sender;
    private MqttSubscriber listener;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final List<String> replies = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start(folder.resolve("broker"));
        server = RedisServer.start(folder.resolve("redis"));
        redis = RedisClient.create("127.0.0.1", server.port());
        listener = new MqttSubscriber(MqttConnection.Settings.of(broker.url(), "listener"), "org/+/device/+/response", 1, false,
                message -> replies.add(message.getTopic() + " " + new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8)), timer, timer);
        listener.connect();
        sender = new MqttPublisher(MqttConnection.Settings.of(broker.url(), "sender"), 1_000);
        sender.connect();
        member = FleetMember.start(broker.url(), Integer.toString(server.port()), "m", folder.toString(),
                // What a command does is counted here, so each comes once.
                Map.of("dromedary.fleet-lease", "2s", "dromedary.fleet-understudy", "false"));
        await().atMost(Duration.ofSeconds(30)).until(() -> member.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
    }

    @AfterEach
    void end() throws Exception {
        member.stop();
        sender.close();
        listener.close();
        timer.shutdownNow();
        redis.close();
        server.close();
        broker.close();
    }

    private CommandLedger another(String owner) {
        return new CommandLedger(redis, "test", owner, Duration.ofHours(1), Duration.ofSeconds(2));
    }

    private static Entry replying(String owner, long number, byte[] reply) {
        return Entry.replying(owner, number, DEVICE + "response", reply);
    }

    private void send(String id, String command) throws Exception {
        sender.publish(Mqtt5Publish.builder().topic(DEVICE + "command/edge").qos(MqttQos.AT_LEAST_ONCE)
                .payload(("{\"waitResponse\":true,\"messageId\":\"" + id + "\",\"command\":\"petal-example/" + command + "\",\"payload\":{\"x\":1}}")
                        .getBytes(StandardCharsets.UTF_8)).build()).get();
    }

    private ExampleLog exampleLog() {
        return member.getCamelContext().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class);
    }

    private void awaitReplies(int count) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(replies).hasSize(count));
    }

    /** Commands of one device are taken in order, so an answered one says that those before have been looked at. */
    private void awaitLast(int before) throws Exception {
        send("last-" + before, "echo");
        awaitReplies(before + 1);
        assertThat(replies.get(before)).contains("last-" + before);
    }

    @Test
    void repliesInTheNameAndOnTheTopicOfTheDevice() throws Exception {
        send("one", "echo");
        awaitReplies(1);
        assertThat(replies.get(0)).startsWith(DEVICE + "response ").contains("\"deviceId\":\"d1\"", "\"messageId\":\"one\"");
    }

    @Test
    void aRepeatedMessageIsAnsweredOnce() throws Exception {
        send("twice", "echo");
        awaitReplies(1);
        send("twice", "echo");
        awaitLast(1);
    }

    @Test
    void whatArrivesAgainWhileItRunsEndsWithTheFirst() throws Exception {
        send("running", "slow");
        send("running", "slow");
        send("running", "slow");
        awaitLast(0);
        DeviceQueue queue = member.getCamelContext().getRegistry().lookupByNameAndType("deviceQueue", DeviceQueue.class);
        assertThat(queue.devices()).isEqualTo(1);
        exampleLog().open(1);
        awaitReplies(2);
        assertThat(replies.get(1)).contains("running");
        await().atMost(Duration.ofSeconds(30)).until(() -> queue.devices() == 0);
    }

    @Test
    void whatAnotherHasAnsweredIsNotAnsweredAgain() throws Exception {
        CommandLedger other = another("other~1");
        String key = CommandLedger.key(DEVICE, "done");
        assertThat(other.claim(key)).isEmpty();
        other.answered(key, false);
        send("done", "echo");
        awaitLast(0);
    }

    @Test
    void whatAnotherRunsIsTakenOverWhenItIsDead() throws Exception {
        CommandLedger other = another("other~2");
        other.live();
        assertThat(other.claim(CommandLedger.key(DEVICE, "orphan"))).isEmpty();
        send("orphan", "echo");
        awaitReplies(1);
        assertThat(replies.get(0)).contains("orphan");
        // Only after the end of its lease, which Redis has forgotten by now.
        assertThat(other.lives("other~2")).isFalse();
        assertThat(other.reply(CommandLedger.key(DEVICE, "orphan"), replying("other~2", 1, new byte[] {'x'}))).isFalse();
    }

    @Test
    void aReplyThatItsOwnerCouldNotSendIsSentAsItWas() throws Exception {
        CommandLedger other = another("other~3");
        String key = CommandLedger.key(DEVICE, "kept");
        assertThat(other.claim(key)).isEmpty();
        assertThat(other.reply(key, replying("other~3", 1, "as it was".getBytes(StandardCharsets.UTF_8)))).isTrue();
        send("kept", "boom");
        awaitReplies(1);
        assertThat(replies).containsExactly(DEVICE + "response as it was");
    }

    /** Redis was killed after it had kept a reply and before it could say so: whoever asks again must not take that for another's. */
    @Test
    void aReplyThatIsKeptTwiceIsStillItsOwners() {
        CommandLedger other = another("other~6");
        String key = CommandLedger.key(DEVICE, "again");
        assertThat(other.claim(key)).isEmpty();
        for (int time = 0; time < 2; time++) {
            assertThat(other.reply(key, replying("other~6", 1, new byte[] {'x'}))).isTrue();
        }
        assertThat(other.reply(key, replying("other~6", 2, new byte[] {'y'}))).isFalse();
        assertThat(another("other~7").reply(key, replying("other~7", 1, new byte[] {'x'}))).isFalse();
    }

    @Test
    void aReplyThatTheBrokerHasAReceiptOfIsNotSentAgain() throws Exception {
        CommandLedger other = another("other~4");
        String key = CommandLedger.key(DEVICE, "sent");
        assertThat(other.claim(key)).isEmpty();
        assertThat(other.reply(key, replying("other~4", 3, "as it was".getBytes(StandardCharsets.UTF_8)))).isTrue();
        sender.publish(Mqtt5Publish.builder().topic("dromedary/fleet/test/other~4").retain(true).payload("5;4".getBytes(StandardCharsets.UTF_8)).build()).get();
        send("sent", "echo");
        awaitLast(0);
    }

    @Test
    void whatAPausedMemberFindsOutAfterItWasFollowedIsNotSent() throws Exception {
        send("paused", "slow");
        String key = CommandLedger.key(DEVICE, "paused");
        CommandLedger other = another("other~5");
        Entry[] found = new Entry[1];
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            byte[] held = redis.get(("dromedary:fleet:test:c:" + key).getBytes(StandardCharsets.UTF_8));
            found[0] = held == null ? null : Entry.parse(held);
            return held != null;
        });
        assertThat(other.follow(key, found[0], Entry.running("other~5"))).isTrue();
        exampleLog().open(1);
        awaitLast(0);
        io.dromedary.command.EdgeAccounts accounts =
                member.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", io.dromedary.command.EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> accounts.unaccounted("bus") == 0);
        assertThat(replies).hasSize(1);
    }
}
