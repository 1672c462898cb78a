package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.RunningProduct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three members in processes of their own share the commands of many devices, whatever happens to them, the broker and Redis. */
@RequiresPeer({"mosquitto", "redis-server"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetIT {

    @TempDir
    private static Path folder;
    private Mosquitto broker;
    private RedisServer redis;
    private final Map<String, RunningProduct> members = new ConcurrentHashMap<>();
    private FleetTraffic traffic;

    @BeforeAll
    void start() throws Exception {
        broker = Mosquitto.start(folder.resolve("broker"), "persistence true", "persistence_location " + folder + "/", "autosave_interval 1");
        redis = RedisServer.start(folder.resolve("redis"));
        List<Thread> starts = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            starts.add(new Thread(() -> member(name)));
        }
        starts.forEach(Thread::start);
        for (Thread one : starts) {
            one.join();
        }
        assertThat(members).hasSize(3);
    }

    @AfterAll
    void end() throws Exception {
        for (RunningProduct member : members.values()) {
            member.kill9();
        }
        redis.close();
        broker.close();
    }

    @AfterEach
    void close() {
        traffic.close();
    }

    private void member(String name) {
        try {
            members.put(name, RunningProduct.start(folder.resolve(name + ".log"), Map.of(),
                    List.of(FleetMember.class.getName(), broker.url(), Integer.toString(redis.port()), name, folder.resolve("data-" + name).toString()),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        } catch (Exception e) {
            throw new IllegalStateException(name + " did not start", e);
        }
    }

    private void begin(int commands) throws Exception {
        traffic = new FleetTraffic(broker.url(), 500, commands);
    }

    private void awaitAll(int commands) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(traffic.answered()).as(traffic.report()).isEqualTo(commands));
        assertThat(traffic.wrong()).isZero();
    }

    @Test
    void answersEachCommandWhileOneIsKilledAndOnePaused() throws Exception {
        begin(2_000);
        traffic.send(0, 500, 30);
        members.get("a").kill9();
        traffic.send(500, 900, 30);
        members.get("b").signal("STOP");
        for (int i = 900; i < 1_000; i++) {
            traffic.send(i);
        }
        member("a");
        members.get("b").signal("CONT");
        traffic.send(1_000, 2_000, 30);
        awaitAll(2_000);
        // A killed process can have sent one more reply than the broker has a receipt of, and then it comes again as it was.
        assertThat(traffic.receiverReconnects()).as("then the broker repeats, and nothing can be said of the members").isZero();
        assertThat(traffic.repeated()).as(traffic.report()).isLessThanOrEqualTo(1);
        assertThat(traffic.changed()).isZero();
    }

    @Test
    void losesNothingWhenRedisRestarts() throws Exception {
        begin(1_500);
        traffic.send(0, 500, 30);
        redis.kill();
        for (int i = 500; i < 600; i++) {
            traffic.send(i);
        }
        redis.start();
        traffic.send(600, 1_000, 30);
        broker.close();
        broker.start();
        traffic.send(1_000, 1_500, 30);
        awaitAll(1_500);
        assertThat(traffic.changed()).isZero();
    }

    /** Mosquitto saves no shared subscription, so until the first member is back a command has only the understudy's plain one. */
    @Test
    void losesNothingThatComesAfterABrokerRestartAndBeforeTheMembersAreBack() throws Exception {
        begin(600);
        traffic.send(0, 300, 30);
        for (RunningProduct member : members.values()) {
            member.signal("STOP");
        }
        broker.close();
        broker.start();
        for (int i = 300; i < 400; i++) {
            traffic.send(i);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> traffic.acknowledged() == 400);
        for (RunningProduct member : members.values()) {
            member.signal("CONT");
        }
        traffic.send(400, 600, 30);
        awaitAll(600);
        assertThat(traffic.changed()).isZero();
    }

    /** What a broker has acknowledged and not yet saved when it is killed, nobody else has: only what it had saved can be asked for. */
    @Test
    void losesNothingThatMosquittoHadSavedWhenItIsKilled() throws Exception {
        begin(600);
        traffic.send(0, 300, 30);
        for (RunningProduct member : members.values()) {
            member.signal("STOP");
        }
        for (int i = 300; i < 400; i++) {
            traffic.send(i);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> traffic.acknowledged() == 400);
        FileTime acknowledged = FileTime.from(Instant.now());
        int perhapsSaved = 400;
        traffic.send(perhapsSaved);
        Path saved = folder.resolve("mosquitto.db");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(saved) && Files.getLastModifiedTime(saved).compareTo(acknowledged) > 0);
        broker.kill();
        broker.start();
        for (RunningProduct member : members.values()) {
            member.signal("CONT");
        }
        traffic.send(401, 600, 30);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(traffic.missing()).as(traffic.report()).isSubsetOf(perhapsSaved));
        assertThat(traffic.wrong()).isZero();
        assertThat(traffic.changed()).isZero();
    }

    @Test
    void leavesUnderLoadWithoutLosingOrRepeatingACommand() throws Exception {
        begin(2_000);
        traffic.send(0, 800, 30);
        members.get("c").signal("TERM");
        traffic.send(800, 2_000, 30);
        assertThat(members.get("c").awaitEnd(Duration.ofSeconds(30))).isZero();
        awaitAll(2_000);
        assertThat(traffic.repeated()).isZero();
        member("c");
    }
}
