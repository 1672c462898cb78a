package io.dromedary.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;

@RequiresPeer("mosquitto")
class MqttOutageIT {

    private static final int MESSAGES = 4_000;

    @TempDir
    private Path folder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> arrived = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyMessagePublishedAcrossAKilledBrokerCompletesInOrder(int qos) throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "persistence true", "persistence_location " + folder + "/",
                "autosave_interval 1", "autosave_on_changes true");
                MqttSubscriber subscriber = subscriber(settings(broker, "subscriber"), qos, this::acknowledge);
                MqttPublisher publisher = new MqttPublisher(settings(broker, "publisher"), 10_000)) {
            subscriber.connect();
            publisher.connect();
            // An orderly stop saves the subscription; what it has saved, a kill can not take.
            broker.close();
            broker.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> subscriber.isSubscribed() && publisher.isConnected());

            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                done.add(publisher.publish(message(Integer.toString(i), qos)));
                if (i == MESSAGES / 2) {
                    await().atMost(Duration.ofSeconds(20)).until(() -> arrived.size() > 100);
                    broker.kill();
                    await().atMost(Duration.ofSeconds(5)).until(() -> !publisher.isConnected());
                }
            }
            broker.start();

            Set<Integer> refused = awaitAll(done);
            await().atMost(Duration.ofSeconds(20)).until(subscriber::isSubscribed);
            // What the broker had and lost by the kill is its loss; what it acknowledged afterwards must be here, in order.
            publisher.publish(message("last", qos)).get(10, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(20)).until(() -> arrived.contains("last"));
            List<Integer> numbers = new LinkedHashSet<>(arrived).stream().filter(text -> !text.equals("last")).map(Integer::valueOf).toList();
            assertThat(numbers).isSorted();
            assertThat(numbers).containsAll(IntStream.range(MESSAGES / 2 + 100, MESSAGES).filter(i -> !refused.contains(i)).boxed().toList());
        }
    }

    /**
     * Mosquitto counts the QoS 2 handshakes that it restores after a kill against the number it takes at once, 20, and so may refuse as
     * many messages with a PUBREC "quota exceeded". Their publisher is told; everything else must be taken.
     */
    private static Set<Integer> awaitAll(List<CompletableFuture<Void>> done) throws Exception {
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).handle((result, failure) -> null).get(60, TimeUnit.SECONDS);
        Set<Integer> refused = new HashSet<>();
        for (int i = 0; i < done.size(); i++) {
            if (done.get(i).isCompletedExceptionally()) {
                assertThatThrownBy(done.get(i)::join).hasCauseInstanceOf(Mqtt5PubRecException.class)
                        .cause().extracting(e -> ((Mqtt5PubRecException) e).getMqttMessage().getReasonCode()).isEqualTo(Mqtt5PubRecReasonCode.QUOTA_EXCEEDED);
                refused.add(i);
            }
        }
        assertThat(refused).hasSizeLessThanOrEqualTo(20);
        return refused;
    }

    @Test
    void refusesOneMessageMoreThanItMayKeep() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder);
                MqttPublisher publisher = new MqttPublisher(settings(broker, "publisher"), 3)) {
            publisher.connect();
            broker.kill();
            await().atMost(Duration.ofSeconds(5)).until(() -> !publisher.isConnected());
            for (int i = 0; i < 3; i++) {
                assertThat(publisher.publish(message("x", 1))).isNotCompletedExceptionally();
            }
            assertThat(publisher.publish(message("x", 1)))
                    .failsWithin(Duration.ofSeconds(1)).withThrowableThat().withMessageContaining("3 messages are waiting");
        }
    }

    @Test
    void takesTheBacklogOfABrokerThatSendsMoreAtOnceThanAskedFor() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "max_inflight_messages 1000");
                MqttPublisher publisher = new MqttPublisher(settings(broker, "publisher"), 10_000)) {
            MqttConnection.Settings few = new MqttConnection.Settings(broker.url(), "subscriber", null, null, MqttTls.DEFAULT, false, 600, 60, 100,
                    10_000, 2_000, null, false);
            publisher.connect();
            try (MqttSubscriber silent = subscriber(few, 1, message -> { })) {
                silent.connect();
                silent.close(true);
            }
            List<CompletableFuture<Void>> done = IntStream.range(0, MESSAGES).mapToObj(i -> publisher.publish(message(Integer.toString(i), 1))).toList();
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            try (MqttSubscriber subscriber = subscriber(few, 1, this::acknowledge)) {
                subscriber.connect();
                await().atMost(Duration.ofSeconds(30)).until(() -> arrived.contains(Integer.toString(MESSAGES - 1)));
                assertThat(new LinkedHashSet<>(arrived)).hasSize(MESSAGES);
            }
        }
    }

    /** Mosquitto 2.0 refuses what is above its {@code message_size_limit} with a reason code that an acknowledgement must not have. */
    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "1, false"})
    void losesOnlyTheMessageThatTheBrokerRefusesInAWayThatIsNoMqtt(int qos, boolean durable) throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "message_size_limit 100000");
                MqttSubscriber subscriber = subscriber(settings(broker, "subscriber"), qos, this::acknowledge);
                MqttPublisher publisher = new MqttPublisher(durable ? settings(broker, "publisher") : MqttConnection.Settings.of(broker.url(), "publisher"), 10_000)) {
            subscriber.connect();
            publisher.connect();
            String tooLarge = "x".repeat(100_001);
            List<String> texts = new ArrayList<>(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
            texts.set(40, tooLarge);
            texts.set(41, tooLarge);
            texts.set(70, tooLarge);
            List<CompletableFuture<Void>> done = texts.stream().map(text -> publisher.publish(message(text, qos))).toList();

            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).handle((result, failure) -> null).get(20, TimeUnit.SECONDS);
            assertThat(IntStream.range(0, 100).filter(i -> done.get(i).isCompletedExceptionally())).containsExactly(40, 41, 70);
            assertThatThrownBy(done.get(40)::join).rootCause().hasMessageStartingWith("Exception while decoding PUB");
            assertThat(catchThrowable(done.get(40)::join)).satisfies(failure -> assertThat(MqttRefusal.in(failure)).hasValueSatisfying(
                    why -> assertThat(why).contains("in a way that is no MQTT")));
            await().atMost(Duration.ofSeconds(20)).until(() -> arrived.contains("99"));
            texts.removeIf(tooLarge::equals);
            assertThat(new ArrayList<>(new LinkedHashSet<>(arrived))).isEqualTo(texts);
            if (qos == 2) {
                assertThat(arrived).doesNotHaveDuplicates();
            }
            assertThat(publisher.backlog()).isZero();
        }
    }

    private MqttSubscriber subscriber(MqttConnection.Settings settings, int qos, Consumer<MqttMessage> handler) {
        return new MqttSubscriber(settings, "t", qos, true, handler, Runnable::run, timer);
    }

    private void acknowledge(MqttMessage message) {
        arrived.add(new String(message.payload()));
        message.acknowledge();
    }

    private static MqttConnection.Settings settings(Mosquitto broker, String clientId) {
        return MqttConnection.Settings.of(broker.url(), clientId).durable(600);
    }

    private static Mqtt5Publish message(String text, int qos) {
        return Mqtt5Publish.builder().topic("t").payload(text.getBytes()).qos(MqttConnection.qos(qos)).build();
    }
}
