package io.dromedary.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** When the file of a route is taken away, nothing of what fed the route stays: no subscription, no connection, no thread. */
class RemovedSourcesIT {

    @TempDir
    private Path folder;
    private DataDirectory data;
    private EmbeddedRedis server;
    private RedisClient redis;
    private ReloadFixture bus;

    @BeforeEach
    void start() throws Exception {
        data = DataDirectory.open(folder.resolve("data"));
        server = new EmbeddedRedis(data, 0);
        server.start();
        int port = Integer.parseInt(server.address().split(":")[1]);
        redis = RedisClient.create("127.0.0.1", port);
        bus = new ReloadFixture(folder, Map.of("routes", "classpath:routes/proxies/redis.camel.yaml,", "petal.redis-host", "127.0.0.1",
                "petal.redis-port", Integer.toString(port)));
    }

    @AfterEach
    void stop() {
        bus.close();
        redis.close();
        server.stop();
        data.close();
    }

    private static String source(String id, String uri, String parameters) {
        return """
                - route:
                    id: %s
                    description: Hears something
                    routeConfigurationId: command-edge
                    from:
                      uri: %s
                      parameters:
                        %s
                      steps:
                        - to:
                            uri: mock:%s
                """.formatted(id, uri, parameters, id);
    }

    private void apply() {
        ReloadResult result = bus.reload.apply();
        assertThat(result.problems()).isEmpty();
        assertThat(result.applied()).isTrue();
    }

    private void becomes(String channel, long receivers) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(redis.publish(channel, "x")).as(channel).isEqualTo(receivers));
    }

    @Test
    void aChannelHasNoReceiverLeft() throws Exception {
        bus.write("hear.camel.yaml", source("hear", "kamelet:redis-subscribe-source", "channels: news"));
        bus.write("match.camel.yaml", source("match", "kamelet:redis-pattern-subscribe-source", "patterns: other*"));
        apply();
        becomes("news", 1);
        becomes("others", 1);
        bus.write("hear.camel.yaml", source("hear", "kamelet:redis-subscribe-source", "channels: weather"));
        apply();
        becomes("weather", 1);
        becomes("news", 0);
        Files.delete(bus.routes.resolve("hear.camel.yaml"));
        Files.delete(bus.routes.resolve("match.camel.yaml"));
        apply();
        becomes("weather", 0);
        becomes("others", 0);
    }
}
