package io.dromedary.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Wait;
import org.apache.camel.component.mock.MockEndpoint;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** When the file of a route is taken away, nothing of what fed the route stays: no subscription, no connection, no thread. */
class RemovedSourcesIT {

    private static final String BEAT = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: beat-source
              annotations:
                camel.apache.org/kamelet.support.level: Stable
                camel.apache.org/catalog.version: 4.17.0
                camel.apache.org/provider: Lab
                camel.apache.org/kamelet.group: Lab
                camel.apache.org/kamelet.namespace: Lab
              labels:
                camel.apache.org/kamelet.type: source
            spec:
              definition:
                title: Beat Source
                description: Beats
                type: object
                properties:
                  period:
                    title: Period
                    description: Milliseconds between two beats
                    type: integer
                    default: 1000
                    example: 20
              template:
                from:
                  uri: timer:beat
                  parameters:
                    period: "{{period}}"
                  steps:
                    - to:
                        uri: kamelet:sink
            """;

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

    /** Each kind brings threads or connections of its own, and takes them along. */
    @Test
    void noThreadAndNoConnectionIsLeft() throws Exception {
        try (Mosquitto broker = Mosquitto.start(Files.createDirectories(folder.resolve("mosquitto"))); ServerSocket free = new ServerSocket(0)) {
            String events = "tcp://127.0.0.1:" + free.getLocalPort();
            bus.write("application.properties", "dromedary.mqtt-url=" + broker.url() + "\ndromedary.mqtt-client-id=test\n");
            Map<String, String> sources = new LinkedHashMap<>();
            sources.put("clock", source("clock", "scheduler:clock", "delay: '20'"));
            sources.put("ticks", source("ticks", "timer:ticks", "period: '20'"));
            sources.put("beats", source("beats", "kamelet:beat-source", "period: '20'"));
            sources.put("folder", source("folder", "file:" + Files.createDirectories(folder.resolve("in")), "delay: '20'"));
            sources.put("topic", source("topic", "paho-mqtt5:lab/topic", "brokerUrl: " + broker.url()));
            sources.put("handler", source("handler", "kamelet:mqtt-register-handler-source", "handler_id: lab"));
            sources.put("events", source("events", "kamelet:trainer-event-source", "addresses: " + events + "\n        topics: a"));
            bus.write("beat-source.kamelet.yaml", BEAT);
            apply();
            Set<String> before = threads();
            for (Map.Entry<String, String> source : sources.entrySet()) {
                bus.write(source.getKey() + ".camel.yaml", source.getValue());
            }
            apply();
            Wait.until(() -> connections(broker.port()) == 2 && threads().size() > before.size()
                    && count("clock") > 0 && count("ticks") > 0 && count("beats") > 0);
            for (String source : sources.keySet()) {
                Files.delete(bus.routes.resolve(source + ".camel.yaml"));
            }
            apply();
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(connections(broker.port())).isZero();
                assertThat(threads()).filteredOn(thread -> !before.contains(thread)).isEmpty();
            });
        }
    }

    private int count(String route) {
        return bus.context().getEndpoint("mock:" + route, MockEndpoint.class).getReceivedCounter();
    }

    /** Without the test's own, and without the two of ZeroMQ, which all its sockets share until the end. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(thread -> thread.getName() + " " + thread.getId())
                .filter(name -> !name.matches("(awaitility|reaper|iothread|ForkJoin|process reaper).*")).collect(Collectors.toCollection(TreeSet::new));
    }

    /** This machine's established connections to a port. */
    private static long connections(int port) throws IOException {
        String peer = String.format(":%04X", port);
        try (Stream<String> lines = Stream.concat(Files.lines(Path.of("/proc/net/tcp")), Files.lines(Path.of("/proc/net/tcp6")))) {
            return lines.map(line -> line.trim().split("\\s+")).filter(line -> line.length > 3 && line[2].endsWith(peer) && line[3].equals("01")).count();
        }
    }
}
