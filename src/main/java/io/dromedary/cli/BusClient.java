package io.dromedary.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedMqtt;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttMessage;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;

/** The other end of the bus, for subcommands that ask a running instance: it publishes commands and listens to what comes back. */
final class BusClient implements AutoCloseable {

    private static final int CAPACITY = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MqttConnection.Settings settings;
    private final MqttPublisher publisher;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "bus-client");
        thread.setDaemon(true);
        return thread;
    });
    private final List<MqttSubscriber> subscribers = new ArrayList<>();

    /**
     * Prepares a client of one broker.
     *
     * @param url the broker, or null for the one of the environment or of the instance that runs on this machine
     */
    BusClient(String url, Settings environment) throws IOException {
        String address = url != null ? url : find(environment);
        this.settings = new MqttConnection.Settings(address, "dromedary-cli-" + UUID.randomUUID(),
                environment.value("DROMEDARY_MQTT_USERNAME", ""), environment.value("DROMEDARY_MQTT_PASSWORD", ""), environment.busTls(), true, 0, 30,
                1_000, 5_000, 1_000, null, true);
        try {
            this.publisher = new MqttPublisher(named("out"), CAPACITY);
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration(List.of(e.getMessage()));
        }
    }

    private MqttConnection.Settings named(String role) {
        return new MqttConnection.Settings(settings.url(), settings.clientId() + "-" + role, settings.username(), settings.password(),
                settings.tls(), true, 0, settings.keepAliveSeconds(), settings.receiveMaximum(), settings.connectMillis(),
                settings.maxReconnectMillis(), null, true);
    }

    private static String find(Settings environment) throws IOException {
        if (environment.value("DROMEDARY_MQTT_URL").isPresent()) {
            return environment.value("DROMEDARY_MQTT_URL").get();
        }
        Path file = Path.of(environment.value(DataDirectory.SETTING, "data")).resolve(Application.ADDRESS_FILE);
        if (Files.exists(file)) {
            Map<?, ?> addresses = JSON.readValue(file.toFile(), Map.class);
            if (addresses.get("mqtt") != null) {
                return "tcp://" + addresses.get("mqtt");
            }
        }
        return "tcp://127.0.0.1:" + environment.port(EmbeddedMqtt.PORT_SETTING, EmbeddedMqtt.DEFAULT_PORT);
    }

    String url() {
        return settings.url();
    }

    /** Connects the publishing side. */
    void connect() throws IOException {
        publisher.connect();
    }

    /** Listens to one topic until this client is closed; the handler is called on a thread of this client. */
    void subscribe(String topic, int qos, Consumer<MqttMessage> handler) throws IOException {
        MqttSubscriber subscriber = new MqttSubscriber(named("in-" + subscribers.size()), topic, qos, false, handler, threads, threads);
        subscribers.add(subscriber);
        subscriber.connect();
    }

    /** Publishes a JSON message and waits until the broker has it. */
    void publish(String topic, int qos, Object message) throws IOException {
        Mqtt5Publish publish = Mqtt5Publish.builder().topic(topic).qos(MqttQos.fromCode(qos)).payload(JSON.writeValueAsBytes(message)).build();
        try {
            publisher.publish(publish).get(settings.connectMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("Publishing to " + topic + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Publishing was interrupted", e);
        }
    }

    @Override
    public void close() {
        subscribers.forEach(MqttSubscriber::close);
        publisher.close();
        threads.shutdownNow();
    }
}
