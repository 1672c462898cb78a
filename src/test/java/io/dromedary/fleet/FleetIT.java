package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.RunningProduct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members in processes of their own share the commands of many devices, whatever happens to them, the broker and Redis. */
@RequiresPeer({"mosquitto", "redis-server"})
class FleetIT {

    @TempDir
    private Path folder;
    private Mosquitto broker;
    private RedisServer redis;
    private final Map<String, RunningProduct> members = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start(folder.resolve("broker"), "persistence true", "persistence_location " + folder + "/", "autosave_interval 1",
                "autosave_on_changes true");
        open.add(broker);
        redis = RedisServer.start(folder.resolve("redis"));
        open.add(redis);
        for (String name : List.of("a", "b", "c")) {
            member(name);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (RunningProduct member : members.values()) {
            member.kill9();
        }
        java.util.Collections.reverse(open);
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private void member(String name) throws Exception {
        members.put(name, RunningProduct.start(folder.resolve(name + ".log"), Map.of(),
                List.of(FleetMember.class.getName(), broker.url(), Integer.toString(redis.port()), name, folder.resolve("data-" + name).toString()),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }

    private FleetTraffic traffic(int commands) throws Exception {
        FleetTraffic traffic = new FleetTraffic(broker.url(), 500, commands);
        open.add(traffic);
        return traffic;
    }

    @Test
    void answersEachCommandOnceWhileOneIsKilledAndOnePaused() throws Exception {
        FleetTraffic traffic = traffic(2_000);
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
        await().atMost(Duration.ofSeconds(60)).until(() -> traffic.answered() == 2_000);
        System.out.println(traffic.report());
        assertThat(traffic.wrong()).isZero();
        assertThat(traffic.repeated()).isZero();
    }
}
