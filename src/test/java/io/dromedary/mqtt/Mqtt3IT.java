package io.dromedary.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.OldMqttGate;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker that knows MQTT 3.1.1 only. */
@RequiresPeer("mosquitto")
class Mqtt3IT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path folder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> arrived = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    private MqttSubscriber subscriber(String url, Consumer<MqttMessage> handler) {
        return new MqttSubscriber(MqttConnection.Settings.of(url, "subscriber").durable(3_600), "t/#", 2, true, handler, Runnable::run, timer);
    }

    private void take(MqttMessage message) {
        arrived.add(message.qos() + " " + message.topic() + " " + new String(message.payload(), StandardCharsets.UTF_8));
        message.acknowledge();
    }

    private static Mqtt5Publish message(String topic, int qos, String text) {
        return Mqtt5Publish.builder().topic(topic).payload(text.getBytes(StandardCharsets.UTF_8)).qos(MqttConnection.qos(qos)).build();
    }

    @ParameterizedTest
    @EnumSource
    void isSpokenToInItsVersion(OldMqttGate.Refusal refusal) throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder); OldMqttGate gate = new OldMqttGate(broker.port(), refusal);
                MqttSubscriber subscriber = subscriber(gate.url(), this::take);
                MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of(gate.url(), "publisher"), 100)) {
            subscriber.connect();
            publisher.connect();

            for (int qos = 0; qos <= 2; qos++) {
                publisher.publish(message("t/" + qos, qos, "hello")).get(10, TimeUnit.SECONDS);
            }

            await().atMost(LIMIT).until(() -> arrived.size() == 3);
            assertThat(arrived).containsExactly("0 t/0 hello", "1 t/1 hello", "2 t/2 hello");
            assertThat(gate.refused()).isEqualTo(2);
        }
    }

    @Test
    void keepsWhatWeMissAndWhatWeHaveNotAcknowledged() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder); OldMqttGate gate = new OldMqttGate(broker.port(), OldMqttGate.Refusal.HANG_UP);
                MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of(gate.url(), "publisher"), 100)) {
            publisher.connect();
            List<String> seen = new CopyOnWriteArrayList<>();
            try (MqttSubscriber idle = subscriber(gate.url(), message -> seen.add(message.topic()))) {
                idle.connect();
                publisher.publish(message("t/open", 1, "a")).get(10, TimeUnit.SECONDS);
                await().atMost(LIMIT).until(() -> seen.size() == 1);
                idle.close(true);
            }
            publisher.publish(message("t/missed", 1, "b")).get(10, TimeUnit.SECONDS);

            try (MqttSubscriber next = subscriber(gate.url(), this::take)) {
                next.connect();

                await().atMost(LIMIT).until(() -> arrived.size() == 2);
                assertThat(arrived).containsExactly("1 t/open a", "1 t/missed b");
            }
        }
    }

    /** Once it has been up, a connection keeps its version. */
    @Test
    void mayGoAndComeBack() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "persistence true", "persistence_location " + folder + "/");
                OldMqttGate gate = new OldMqttGate(broker.port(), OldMqttGate.Refusal.RETURN_CODE);
                MqttSubscriber subscriber = subscriber(gate.url(), this::take);
                MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of(gate.url(), "publisher"), 100)) {
            subscriber.connect();
            publisher.connect();
            broker.close();
            await().atMost(LIMIT).until(() -> !publisher.isConnected() && !subscriber.isSubscribed());
            List<CompletableFuture<Void>> waiting = IntStream.range(0, 50).mapToObj(i -> publisher.publish(message("t/late", 1, "" + i))).toList();

            broker.start();

            for (CompletableFuture<Void> done : waiting) {
                done.get(20, TimeUnit.SECONDS);
            }
            await().atMost(LIMIT).until(() -> arrived.size() >= 50);
            assertThat(arrived).doesNotHaveDuplicates().hasSize(50);
            assertThat(gate.refused()).isEqualTo(2);
        }
    }

    @Test
    void refusesAWrongLoginInItsOwnWords() throws Exception {
        Path passwords = Files.createFile(folder.resolve("passwords"));
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous false", "password_file " + passwords);
                OldMqttGate gate = new OldMqttGate(broker.port(), OldMqttGate.Refusal.RETURN_CODE);
                MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of(gate.url(), "publisher"), 100)) {
            assertThatThrownBy(publisher::connect).isInstanceOf(IOException.class).hasMessageContaining("NOT_AUTHORIZED");
        }
    }

    /** A broker of MQTT 5 that says no means us, not the version. */
    @Test
    void isNotTakenForOneByARefusal() throws Exception {
        Path passwords = Files.createFile(folder.resolve("passwords"));
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous false", "password_file " + passwords);
                MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of(broker.url(), "publisher"), 100)) {
            assertThatThrownBy(publisher::connect).isInstanceOf(IOException.class).hasMessageContaining("NOT_AUTHORIZED");
            assertThat(Files.readString(broker.log()).split("not authorised", -1)).hasSize(2);
        }
    }
}
