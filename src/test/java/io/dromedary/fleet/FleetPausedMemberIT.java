package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.dromedary.command.ExampleLog;
import io.dromedary.command.Meters;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.testing.CuttableLink;
import io.dromedary.testing.RequiresPeer;
import io.micrometer.core.instrument.Counter;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that is paused, seen from outside, when its reply is in Redis and not at the broker: whether it comes once. */
@RequiresPeer({"mosquitto", "redis-server"})
class FleetPausedMemberIT {

    private static final List<String> MORE = List.of("held-2", "held-3", "held-4");
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;
    private FleetPeers peers;
    private CuttableLink toBroker;
    private CuttableLink toRedis;
    private Main paused;
    private Main other;

    @BeforeEach
    void start() throws Exception {
        peers = new FleetPeers(folder);
        toBroker = new CuttableLink(peers.broker.port());
        toRedis = new CuttableLink(peers.server.port());
        paused = member("p", "tcp://127.0.0.1:" + toBroker.port(), toRedis.port());
        // So there is a receipt of it.
        peers.send("first", "echo");
        awaitReply("first");
        peers.send("held", "slow");
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
        toBroker.close();
        toRedis.close();
        peers.close();
    }

    private Main member(String name, String url, int redisPort) throws Exception {
        Main member = FleetMember.start(url, Integer.toString(redisPort), name, folder.resolve(name).toString(),
                Map.of("dromedary.fleet-lease", "2s", "dromedary.fleet-understudy", "false"));
        await().atMost(LIMIT).until(() -> member.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
        return member;
    }

    private void awaitReply(String id) {
        await().atMost(LIMIT).until(() -> count(id) > 0);
    }

    private long count(String id) {
        return peers.replies.stream().filter(reply -> reply.contains('"' + id + '"')).count();
    }

    private Entry awaitState(String id, Entry.State state) {
        byte[] key = ("dromedary:fleet:test:c:" + CommandLedger.key(FleetPeers.DEVICE, id)).getBytes(StandardCharsets.UTF_8);
        await().atMost(LIMIT).until(() -> {
            byte[] held = peers.redis.get(key);
            return held != null && Entry.parse(held).state() == state;
        });
        return Entry.parse(peers.redis.get(key));
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
        await().atMost(LIMIT).until(() -> peers.redis.keys("dromedary:fleet:test:live:p~*").isEmpty());
    }

    /** The broker deals in turns, also to the one that is paused, so the command is sent until the other has had it. */
    private void anotherAnswers() throws Exception {
        other = member("o", peers.broker.url(), peers.server.port());
        for (int time = 0; time < 4; time++) {
            peers.send("held", "echo");
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
        peers.send("last", "echo");
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
        peers.send("last", "echo");
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
            peers.send(id, "slow");
            awaitState(id, Entry.State.RUNNING);
        }
    }

    private void endItsConnection() throws Exception {
        paused.getCamelContext().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class).open(1 + MORE.size());
        Entry entry = awaitState("held", Entry.State.REPLYING);
        MORE.forEach(id -> awaitState(id, Entry.State.REPLYING));
        try (MqttPublisher follower = new MqttPublisher(MqttConnection.Settings.of(peers.broker.url(), Receipts.publisherId("test", entry.owner())), 1)) {
            follower.connect();
        }
    }

    private void awaitEachOnce() throws Exception {
        for (String id : MORE) {
            awaitReply(id);
            awaitState(id, Entry.State.ANSWERED);
        }
        awaitState("held", Entry.State.ANSWERED);
        peers.send("last", "echo");
        awaitReply("last");
        // With the first, the one that is held, and the last.
        assertThat(peers.replies).hasSize(MORE.size() + 3);
    }
}
