package io.dromedary.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mqtt.MqttMessage;

/** Commands and their answers, one after the other, and the broadcasts meanwhile. */
final class BusDialogue implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int QUEUE = 1_000;

    private final BusClient bus;
    private final Identity identity;
    private final String commands;
    private final BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>(QUEUE);
    private final BlockingQueue<Map<String, Object>> broadcasts = new LinkedBlockingQueue<>(QUEUE);
    private String messageId;

    /**
     * Connects.
     *
     * @param url       the broker, or null for the one of the environment or of the instance that runs here
     * @param listening whether broadcasts are wanted
     * @throws IOException if the broker is not there
     */
    BusDialogue(String url, Settings environment, boolean listening) throws IOException {
        identity = Identity.read(environment);
        commands = identity.topicPrefix() + environment.value("PETAL_COMMAND_EDGE_TOPIC", "command/edge");
        bus = new BusClient(url, environment);
        try {
            bus.connect();
            bus.subscribe(identity.topicPrefix() + environment.value("PETAL_RESPONSE_TOPIC", "response"), 1, message -> answers.offer(read(message)));
            if (listening) {
                bus.subscribe(identity.topicPrefix() + environment.value("PETAL_COMMAND_WEB_TOPIC", "command/web"), 1,
                        message -> broadcasts.offer(read(message)));
            }
        } catch (IOException e) {
            bus.close();
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(MqttMessage message) {
        try {
            Map<String, Object> read = JSON.readValue(message.payload(), Map.class);
            return read == null ? Map.of() : read;
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Sends a command and waits for its answer. @return null when there is none in time */
    Map<String, Object> ask(String command, Object payload, Duration limit) throws IOException, InterruptedException {
        messageId = UUID.randomUUID().toString();
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("waitResponse", true);
        envelope.put("messageId", messageId);
        envelope.put("deviceId", identity.deviceId());
        envelope.put("command", command);
        envelope.put("timestamp", Instant.now().toString());
        envelope.put("payload", payload);
        bus.publish(commands, 1, envelope);
        long end = System.nanoTime() + limit.toNanos();
        Map<String, Object> answer;
        do {
            answer = answers.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } while (answer != null && !messageId.equals(answer.get("messageId")));
        return answer;
    }

    /** The id of the command that was sent last. */
    String messageId() {
        return messageId;
    }

    /** The next broadcast. @return null when there is none in time */
    Map<String, Object> broadcast(Duration limit) throws InterruptedException {
        return broadcasts.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        bus.close();
    }
}
