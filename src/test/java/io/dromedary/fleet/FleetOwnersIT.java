package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.command.ExampleLog;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member, and another one played by the test through the ledger: who may do what. */
@RequiresPeer({"mosquitto", "redis-server"})
class FleetOwnersIT {


    @TempDir
    private Path folder;
    private FleetPeers peers;
    private Main member;

    @BeforeEach
    void start() throws Exception {
        peers = new FleetPeers(folder);
        member = FleetMember.start(peers.broker.url(), Integer.toString(peers.server.port()), "m", folder.toString(),
                // What a command does is counted here, so each comes once.
                Map.of("dromedary.fleet-lease", "2s", "dromedary.fleet-understudy", "false"));
        await().atMost(Duration.ofSeconds(30)).until(() -> member.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
    }

    @AfterEach
    void end() throws Exception {
        member.stop();
        peers.close();
    }

    private CommandLedger another(String owner) {
        return new CommandLedger(peers.redis, "test", owner, Duration.ofHours(1), Duration.ofSeconds(2));
    }

    private static Entry replying(String owner, long number, byte[] reply) {
        return Entry.replying(owner, number, FleetPeers.DEVICE + "response", reply);
    }

    private ExampleLog exampleLog() {
        return member.getCamelContext().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class);
    }

    private void awaitReplies(int count) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(peers.replies).hasSize(count));
    }

    /** Commands of one device are taken in order, so an answered one says that those before have been looked at. */
    private void awaitLast(int before) throws Exception {
        peers.send("last-" + before, "echo");
        awaitReplies(before + 1);
        assertThat(peers.replies.get(before)).contains("last-" + before);
    }

    @Test
    void repliesInTheNameAndOnTheTopicOfTheDevice() throws Exception {
        peers.send("one", "echo");
        awaitReplies(1);
        assertThat(peers.replies.get(0)).startsWith(FleetPeers.DEVICE + "response ").contains("\"deviceId\":\"d1\"", "\"messageId\":\"one\"");
    }

    @Test
    void aRepeatedMessageIsAnsweredOnce() throws Exception {
        peers.send("twice", "echo");
        awaitReplies(1);
        peers.send("twice", "echo");
        awaitLast(1);
    }

    @Test
    void whatArrivesAgainWhileItRunsEndsWithTheFirst() throws Exception {
        peers.send("running", "slow");
        peers.send("running", "slow");
        peers.send("running", "slow");
        awaitLast(0);
        DeviceQueue queue = member.getCamelContext().getRegistry().lookupByNameAndType("deviceQueue", DeviceQueue.class);
        assertThat(queue.devices()).isEqualTo(1);
        exampleLog().open(1);
        awaitReplies(2);
        assertThat(peers.replies.get(1)).contains("running");
        await().atMost(Duration.ofSeconds(30)).until(() -> queue.devices() == 0);
    }

    @Test
    void whatAnotherHasAnsweredIsNotAnsweredAgain() throws Exception {
        CommandLedger other = another("other~1");
        String key = CommandLedger.key(FleetPeers.DEVICE, "done");
        assertThat(other.claim(key)).isEmpty();
        other.answered(key, false);
        peers.send("done", "echo");
        awaitLast(0);
    }

    @Test
    void whatAnotherRunsIsTakenOverWhenItIsDead() throws Exception {
        CommandLedger other = another("other~2");
        other.live();
        assertThat(other.claim(CommandLedger.key(FleetPeers.DEVICE, "orphan"))).isEmpty();
        peers.send("orphan", "echo");
        awaitReplies(1);
        assertThat(peers.replies.get(0)).contains("orphan");
        // Only after the end of its lease, which Redis has forgotten by now.
        assertThat(other.lives("other~2")).isFalse();
        assertThat(other.reply(CommandLedger.key(FleetPeers.DEVICE, "orphan"), replying("other~2", 1, new byte[] {'x'}))).isFalse();
    }

    @Test
    void aReplyThatItsOwnerCouldNotSendIsSentAsItWas() throws Exception {
        CommandLedger other = another("other~3");
        String key = CommandLedger.key(FleetPeers.DEVICE, "kept");
        assertThat(other.claim(key)).isEmpty();
        assertThat(other.reply(key, replying("other~3", 1, "as it was".getBytes(StandardCharsets.UTF_8)))).isTrue();
        peers.send("kept", "boom");
        awaitReplies(1);
        assertThat(peers.replies).containsExactly(FleetPeers.DEVICE + "response as it was");
    }

    /** Redis was killed after it had kept a reply and before it could say so: whoever asks again must not take that for another's. */
    @Test
    void aReplyThatIsKeptTwiceIsStillItsOwners() {
        CommandLedger other = another("other~6");
        String key = CommandLedger.key(FleetPeers.DEVICE, "again");
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
        String key = CommandLedger.key(FleetPeers.DEVICE, "sent");
        assertThat(other.claim(key)).isEmpty();
        assertThat(other.reply(key, replying("other~4", 3, "as it was".getBytes(StandardCharsets.UTF_8)))).isTrue();
        peers.sender.publish(Mqtt5Publish.builder().topic("dromedary/fleet/test/other~4").retain(true).payload("5;4".getBytes(StandardCharsets.UTF_8)).build()).get();
        peers.send("sent", "echo");
        awaitLast(0);
    }

    @Test
    void whatAPausedMemberFindsOutAfterItWasFollowedIsNotSent() throws Exception {
        peers.send("paused", "slow");
        String key = CommandLedger.key(FleetPeers.DEVICE, "paused");
        CommandLedger other = another("other~5");
        Entry[] found = new Entry[1];
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            byte[] held = peers.redis.get(("dromedary:fleet:test:c:" + key).getBytes(StandardCharsets.UTF_8));
            found[0] = held == null ? null : Entry.parse(held);
            return held != null;
        });
        assertThat(other.follow(key, found[0], Entry.running("other~5"))).isTrue();
        exampleLog().open(1);
        awaitLast(0);
        io.dromedary.command.EdgeAccounts accounts =
                member.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", io.dromedary.command.EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> accounts.unaccounted("bus") == 0);
        assertThat(peers.replies).hasSize(1);
    }
}
