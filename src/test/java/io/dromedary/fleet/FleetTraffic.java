package io.dromedary.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttMessage;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;

/** Simulated devices and their operators: sends numbered commands at QoS 1 to many devices in turns, and counts the replies of each. */
public final class FleetTraffic implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_OPEN = 400;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final MqttSubscriber listener;
    private final MqttPublisher sender;
    private final String run = Long.toHexString(System.nanoTime());
    private final int devices;
    private final AtomicIntegerArray replies;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong changed = new AtomicLong();
    private final Map<Integer, Integer> bodies = new ConcurrentHashMap<>();
    private final Semaphore open = new Semaphore(MOST_OPEN);

    /** Connects; each of the commands will be sent to one of the devices {@code Instance-0} and so on. */
    public FleetTraffic(String broker, int devices, int commands) throws Exception {
        this.devices = devices;
        this.replies = new AtomicIntegerArray(commands);
        listener = new MqttSubscriber(new MqttConnection.Settings(broker, "listener-" + run, null, null, io.dromedary.mqtt.MqttTls.DEFAULT, false,
                // Mosquitto sends a kept session as it likes, and a lower receive maximum would end the connection.
                3_600, 30, 65_535, 5_000, 500, null, false), "org/o/device/+/response", 1, false, this::reply, timer, timer);
        listener.connect();
        sender = new MqttPublisher(MqttConnection.Settings.of(broker, "sender-" + run).durable(3_600), 10_000);
        sender.connect();
    }

    private void reply(MqttMessage message) {
        try {
            JsonNode reply = JSON.readTree(message.payload());
            String[] id = reply.path("messageId").asText().split("-");
            if (!id[0].equals(run)) {
                return;
            }
            int number = Integer.parseInt(id[1]);
            String device = "Instance-" + number % devices;
            if (reply.path("x").asInt(-1) != number || !reply.path("deviceId").asText().equals(device)
                    || !message.topic().equals("org/o/device/" + device + "/response")) {
                wrong.incrementAndGet();
            }
            int body = Arrays.hashCode(message.payload());
            if (replies.incrementAndGet(number) == 1) {
                bodies.put(number, body);
                answered.incrementAndGet();
                open.release();
            } else if (bodies.get(number) != body) {
                changed.incrementAndGet();
            }
        } catch (java.io.IOException | RuntimeException e) {
            wrong.incrementAndGet();
        }
    }

    /** Sends one command and does not wait for its reply. */
    public void send(int number) throws Exception {
        byte[] command = JSON.writeValueAsBytes(Map.of("waitResponse", true, "messageId", run + "-" + number, "command", "petal-example/echo",
                "payload", Map.of("x", number)));
        sender.publish(Mqtt5Publish.builder().topic("org/o/device/Instance-" + number % devices + "/command/edge").qos(MqttQos.AT_LEAST_ONCE)
                .payload(command).build()).whenComplete((done, failure) -> {
                    (failure == null ? acknowledged : refused).incrementAndGet();
                });
    }

    /** Sends the commands from one number to before another; at most 400 are open at a time. */
    public void send(int from, int to, long limitSeconds) throws Exception {
        for (int number = from; number < to; number++) {
            if (!open.tryAcquire(limitSeconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no reply for " + limitSeconds + " s: " + report());
            }
            send(number);
        }
    }

    /** Commands with a reply. */
    public int answered() {
        return answered.get();
    }

    /** How often the broker began anew to send replies, and so may have repeated what it had not seen acknowledged. */
    public long receiverReconnects() {
        return listener.connectionsLost();
    }

    /** Commands that the broker has taken. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** Replies beyond the first of a command. */
    public int repeated() {
        int more = 0;
        for (int i = 0; i < replies.length(); i++) {
            more += Math.max(0, replies.get(i) - 1);
        }
        return more;
    }

    /** Replies with the wrong content, device or topic. */
    public int wrong() {
        return wrong.get();
    }

    /** Repeated replies with other bytes than the first. */
    public long changed() {
        return changed.get();
    }

    /** Numbers of commands without a reply. */
    public List<Integer> missing() {
        return IntStream.range(0, replies.length()).filter(number -> replies.get(number) == 0).boxed().toList();
    }

    /** What a command is called in the ledger. */
    public String ledgerKey(int number) {
        return CommandLedger.key("org/o/device/Instance-" + number % devices + "/", run + "-" + number);
    }

    /** All counts on one line. */
    public String report() {
        return "commands=" + replies.length() + " answered=" + answered + " repeated=" + repeated() + " changed=" + changed + " wrong=" + wrong
                + " refused=" + refused + " listener reconnects=" + receiverReconnects();
    }

    @Override
    public void close() {
        sender.close();
        listener.close();
        timer.shutdownNow();
    }
}
