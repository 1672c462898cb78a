package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

class ServerKeeperIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void redisThatWasKilledIsThereAgainWithItsData() {
        try (DataDirectory data = DataDirectory.open(folder); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            int port = port(redis);
            try (ServerKeeper keeper = new ServerKeeper(List.of(redis)); Jedis jedis = new Jedis("127.0.0.1", port)) {
                jedis.set("kept", "yes");
                long pid = Long.parseLong(jedis.info("server").lines().filter(line -> line.startsWith("process_id:")).findFirst().orElseThrow().substring(11));
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                await().atMost(LIMIT).ignoreExceptionsInstanceOf(JedisException.class).until(() -> {
                    try (Jedis next = new Jedis("127.0.0.1", port)) {
                        return "yes".equals(next.get("kept"));
                    }
                });
            }
        }
    }

    /** As after a disk that was full: the broker stops itself, since it cannot write. */
    @Test
    void aBrokerThatStoppedItselfIsThereAgain() throws Exception {
        try (DataDirectory data = DataDirectory.open(folder); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            broker.start();
            int port = port(broker);
            FileUtil.removeDir(folder.resolve("mqtt").toFile());
            Files.writeString(folder.resolve("mqtt"), "in its place");
            fill(port);
            await().atMost(LIMIT).until(() -> !broker.isRunning());
            try (ServerKeeper keeper = new ServerKeeper(List.of(broker))) {
                Files.delete(folder.resolve("mqtt"));
                await().atMost(LIMIT).until(broker::isRunning);
                assertThat(port(broker)).isEqualTo(port);
                Mqtt5BlockingClient client = client(port);
                client.connect();
                client.disconnect();
            }
        }
    }

    /** Sends more than the files of its journal hold. */
    private static void fill(int port) {
        Mqtt5BlockingClient client = client(port);
        client.connect();
        client.subscribeWith().topicFilter("a").qos(MqttQos.AT_LEAST_ONCE).send();
        byte[] payload = new byte[1 << 20];
        for (int i = 0; i < 20; i++) {
            client.toAsync().publishWith().topic("a").qos(MqttQos.AT_LEAST_ONCE).payload(payload).send();
        }
    }

    private static Mqtt5BlockingClient client(int port) {
        return Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildBlocking();
    }

    private static int port(EmbeddedServer server) {
        return Integer.parseInt(server.address().replaceFirst(".*:", ""));
    }

    @Test
    void whatCannotStartIsTriedUntilItCanAndNotAfterTheEnd() {
        Stubborn server = new Stubborn();
        try (ServerKeeper keeper = new ServerKeeper(List.of(server))) {
            await().atMost(LIMIT).until(server::isRunning);
        }
        assertThat(server.starts).hasValue(3);
        server.running = false;
        await().during(2, TimeUnit.SECONDS).atMost(3, TimeUnit.SECONDS).until(() -> server.starts.get() == 3);
    }

    /** Has ended by itself, and can start at the third try. */
    private static final class Stubborn implements EmbeddedServer {
        private final AtomicInteger starts = new AtomicInteger();
        private volatile boolean running;

        @Override
        public String name() {
            return "stubborn";
        }

        @Override
        public void claim() {
        }

        @Override
        public void start() {
            if (starts.incrementAndGet() < 3) {
                throw new StartRefused("Not yet.");
            }
            running = true;
        }

        @Override
        public String address() {
            return "nowhere";
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public void stop() {
        }
    }
}
