package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedMqtt;
import io.dromedary.mqtt.MqttComponent;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttMessage;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;
import io.dromedary.mqtt.MqttTls;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The bus at a real broker: what its settings promise about sessions, outages and credentials. */
@RequiresPeer({"mosquitto", "mosquitto_passwd", "openssl"})
class BusBrokerIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        timer.shutdownNow();
    }

    private Main bus(String url, Map<String, String> more, MqttTls tls, RouteBuilder... routes) throws Exception {
        Main main = new Main();
        List.of(routes).forEach(main.configure()::addRoutesBuilder);
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false",
                "camel.main.stream-caching-spool-enabled", "false", "dromedary.data-dir", folder.toString(),
                "dromedary.device-topic", "org/o/device/Instance-m/", "dromedary.device-id", "Instance-m", "dromedary.mqtt-url", url,
                "camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/bus/bus.camel.yaml,"
                        + "classpath:routes/petal-example/petal-example.camel.yaml,classpath:routes/bus/broker.camel.yaml"));
        properties.putAll(more);
        main.setOverrideProperties(properties);
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setMaxReconnectDelay(500);
        component.setTls(tls);
        main.bind("paho-mqtt5", component);
        main.start();
        return main;
    }

    private static void awaitListening(Main main) {
        await().atMost(Duration.ofSeconds(20)).until(() -> main.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
    }

    private MqttPublisher sender(MqttConnection.Settings settings) throws Exception {
        MqttSubscriber subscriber = new MqttSubscriber(new MqttConnection.Settings(settings.url(), "listener", settings.username(),
                settings.password(), settings.tls(), false, 3_600, 30, 1_000, 5_000, 500, null, false), "org/o/device/Instance-m/response", 1, false,
                message -> answers.merge(idOf(message), 1, Integer::sum), timer, timer);
        subscriber.connect();
        open.add(subscriber);
        MqttPublisher publisher = new MqttPublisher(settings, 10_000);
        publisher.connect();
        open.add(publisher);
        return publisher;
    }

    private static String idOf(MqttMessage message) {
        try {
            return JSON.readTree(message.payload()).get("messageId").asText();
        } catch (java.io.IOException e) {
            return "unreadable";
        }
    }

    private static Mqtt5Publish command(String id) throws Exception {
        return Mqtt5Publish.builder().topic("org/o/device/Instance-m/command/edge").qos(MqttQos.AT_LEAST_ONCE)
                .payload(JSON.writeValueAsBytes(BusFixture.envelope(id, "petal-example/echo", Map.of("x", 1)))).build();
    }

    @Test
    void handlersOfRoutesHearEveryCommandAndAnswer() throws Exception {
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        open.add(broker);
        MqttPublisher sender = sender(MqttConnection.Settings.of(broker.url(), "sender").durable(60));
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        Main main = bus(broker.url(), Map.of(), MqttTls.DEFAULT, new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:mqtt-register-handler-source?handler_id=watch").routeId("watch").process(exchange -> heard.add(exchange.getMessage().getBody()))
                        .setBody(exchange -> Map.of("status", "success")).to("kamelet:mqtt-send-command-response-sink?message_id=by-hand");
            }
        });
        open.add(main::stop);
        awaitListening(main);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            sender.publish(command("h" + System.nanoTime())).get();
            assertThat(heard).isNotEmpty();
        });
        assertThat((Map<?, ?>) heard.get(0)).extracting("command").isEqualTo("petal-example/echo");
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.containsKey("by-hand"));
    }

    /** Camel's pools make a thread when there is something to do for it. */
    @Test
    void commandsAndRepliesNeedNoOtherThreadsThanTheClientsAndTheWorkers() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        open.add(broker);
        MqttPublisher sender = sender(MqttConnection.Settings.of(broker.url(), "sender").durable(60));
        Main main = bus(broker.url(), Map.of(), MqttTls.DEFAULT);
        open.add(main::stop);
        awaitListening(main);
        for (int i = 0; i < 50; i++) {
            sender.publish(command("few-" + i)).get();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.size() == 50);
        assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> !before.contains(thread)).extracting(Thread::getName).anyMatch(name -> name.contains("command-dispatch"))
                .noneMatch(name -> name.contains("MqttDelivery") || name.contains("MqttAcknowledged"));
    }

    @Test
    void answersWhatArrivedWhileItWasDown() throws Exception {
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        open.add(broker);
        MqttPublisher sender = sender(MqttConnection.Settings.of(broker.url(), "sender").durable(60));
        Main first = bus(broker.url(), Map.of(), MqttTls.DEFAULT);
        awaitListening(first);
        first.stop();
        for (int i = 0; i < 50; i++) {
            sender.publish(command("down-" + i)).get();
        }
        Main second = bus(broker.url(), Map.of(), MqttTls.DEFAULT);
        open.add(second::stop);
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.size() == 50);
        assertThat(answers.values()).allMatch(count -> count == 1);
    }

    @Test
    void answersEveryCommandAroundAKilledBroker() throws Exception {
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        open.add(broker);
        Main main = bus(broker.url(), Map.of(), MqttTls.DEFAULT);
        open.add(main::stop);
        awaitListening(main);
        MqttPublisher sender = sender(MqttConnection.Settings.of(broker.url(), "sender").durable(600));
        for (int round = 0; round < 3; round++) {
            broker.kill();
            broker.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> healthy(main));
            String id = "after-" + round;
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                sender.publish(command(id + "-" + System.nanoTime()));
                return answers.keySet().stream().anyMatch(key -> key.startsWith(id));
            });
        }
        EdgeAccounts accounts = main.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(20)).until(() -> accounts.unaccounted("bus") == 0);
    }

    /** Commands flow without a pause; how long the bus takes after the broker's return is reported, not asserted. */
    @Test
    void accountsForEveryCommandOfABrokerThatIsKilledUnderLoad(TestReporter reporter) throws Exception {
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"), "persistence true", "persistence_location " + folder + "/", "autosave_interval 1",
                "autosave_on_changes true");
        open.add(broker);
        Main main = bus(broker.url(), Map.of(), MqttTls.DEFAULT);
        open.add(main::stop);
        awaitListening(main);
        MqttPublisher sender = sender(MqttConnection.Settings.of(broker.url(), "sender").durable(600));
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger sent = new AtomicInteger();
        Runnable send = () -> {
            String id = "load-" + sent.incrementAndGet();
            try {
                sender.publish(command(id)).thenRun(() -> acknowledged.add(id));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        ScheduledFuture<?> load = timer.scheduleAtFixedRate(send, 0, 2, TimeUnit.MILLISECONDS);
        await().atMost(Duration.ofSeconds(30)).until(() -> answers.size() > 200);
        broker.kill();
        int atKill = sent.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> sent.get() > atKill + 100);
        broker.start();
        long back = System.nanoTime();
        int first = sent.get() + 1;
        int answered = answers.size();
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> answers.size() > answered);
        reporter.publishEntry("recovery ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back)));
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                .until(() -> answers.keySet().stream().anyMatch(id -> Integer.parseInt(id.substring(5)) >= first));
        reporter.publishEntry("what waited was sent after ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back)));
        int after = sent.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> sent.get() > after + 100);
        load.cancel(false);
        int all = sent.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> IntStream.rangeClosed(after, all).mapToObj(n -> "load-" + n)
                .allMatch(id -> acknowledged.contains(id) && answers.containsKey(id)));
        EdgeAccounts accounts = main.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> accounts.unaccounted("bus") == 0);
        // What the broker had taken and lost by the kill is its loss. An answer whose acknowledgement died with it is sent again (QoS 1).
        assertThat(answers.entrySet().stream().filter(answer -> Integer.parseInt(answer.getKey().substring(5)) > after)).allMatch(answer -> answer.getValue() == 1);
        assertThat(accounts.received("bus")).isGreaterThanOrEqualTo(answers.size());
        reporter.publishEntry(Map.of("sent", Integer.toString(all), "received", Long.toString(accounts.received("bus")), "answered", Integer.toString(answers.size())));
    }

    private static boolean healthy(Main main) {
        return org.apache.camel.health.HealthCheckHelper.invoke(main.getCamelContext()).stream()
                .filter(result -> result.getCheck().getId().contains("command-in"))
                .allMatch(result -> result.getState() == org.apache.camel.health.HealthCheck.State.UP);
    }

    @Test
    void listensOnceABrokerThatWasAwayAtTheStartIsThere() throws Exception {
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        open.add(broker);
        broker.kill();
        Main main = bus(broker.url(), Map.of("camel.routecontroller.initial-delay", "0s", "camel.routecontroller.back-off-delay", "200ms"),
                MqttTls.DEFAULT);
        open.add(main::stop);
        assertThat(main.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted()).isFalse();
        broker.start();
        awaitListening(main);
        sender(MqttConnection.Settings.of(broker.url(), "sender")).publish(command("late")).get();
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.containsKey("late"));
    }

    @Test
    void connectsByTlsWithAClientCertificateAndAPassword() throws Exception {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        run(keys, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test authority");
        for (String name : List.of("server", "client")) {
            run(keys, "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=localhost");
            Files.writeString(keys.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
            run(keys, "openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", name + ".crt",
                    "-days", "2", "-extfile", "names");
        }
        run(keys, "mosquitto_passwd", "-b", "-c", "passwords", "drone", "secret+word");
        Mosquitto broker = Mosquitto.start(folder.resolve("broker"), "allow_anonymous false", "password_file " + keys.resolve("passwords"),
                "cafile " + keys.resolve("ca.crt"), "certfile " + keys.resolve("server.crt"), "keyfile " + keys.resolve("server.key"),
                "require_certificate true");
        open.add(broker);
        MqttTls tls = new MqttTls(keys.resolve("ca.crt").toString(), keys.resolve("client.crt").toString(), keys.resolve("client.key").toString(), false);
        String url = "ssl://127.0.0.1:" + broker.port();
        Main main = bus(url, Map.of("dromedary.mqtt-username", "drone", "dromedary.mqtt-password", "secret+word"), tls);
        open.add(main::stop);
        awaitListening(main);
        sender(new MqttConnection.Settings(url, "sender", "drone", "secret+word", tls, true, 0, 30, 100, 5_000, 500, null, false)).publish(command("safe")).get();
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.containsKey("safe"));
    }

    @Test
    void connectsByWebSocket() throws Exception {
        // Debian's mosquitto cannot open a WebSocket listener everywhere; the embedded broker serves it at its one port.
        DataDirectory data = DataDirectory.open(folder.resolve("data"));
        open.add(data);
        EmbeddedMqtt broker = new EmbeddedMqtt(data, 0);
        broker.start();
        open.add(broker);
        String url = "ws://" + broker.address() + "/mqtt";
        Main main = bus(url, Map.of(), MqttTls.DEFAULT);
        open.add(main::stop);
        awaitListening(main);
        sender(MqttConnection.Settings.of(url, "sender")).publish(command("web")).get();
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.containsKey("web"));
    }

    private static void run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start();
        assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
    }
}
