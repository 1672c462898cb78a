package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttPublisher;
import io.dromedary.mqtt.MqttSubscriber;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What members of a fleet stand between: a broker, a Redis, and one who sends commands to the device d1 and hears every reply. */
final class FleetPeers implements AutoCloseable {

    static final String DEVICE = "org/o/device/d1/";

    final Mosquitto broker;
    final RedisServer server;
    final UnifiedJedis redis;
    final MqttPublisher sender;
    /** As they came, each with its topic and a blank before it. */
    final List<String> replies = new CopyOnWriteArrayList<>();
    private final MqttSubscriber listener;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    FleetPeers(Path folder) throws Exception {
        broker = Mosquitto.start(folder.resolve("broker"));
        server = RedisServer.start(folder.resolve("redis"));
        redis = RedisClient.create("127.0.0.1", server.port());
        listener = new MqttSubscriber(MqttConnection.Settings.of(broker.url(), "listener"), "org/+/device/+/response", 1, false,
                message -> replies.add(message.topic() + " " + new String(message.payload(), StandardCharsets.UTF_8)), timer, timer);
        listener.connect();
        sender = new MqttPublisher(MqttConnection.Settings.of(broker.url(), "sender"), 1_000);
        sender.connect();
    }

    /** Sends one of the example's commands. */
    void send(String id, String command) throws Exception {
        sender.publish(Mqtt5Publish.builder().topic(DEVICE + "command/edge").qos(MqttQos.AT_LEAST_ONCE)
                .payload(("{\"waitResponse\":true,\"messageId\":\"" + id + "\",\"command\":\"petal-example/" + command + "\",\"payload\":{\"x\":1}}")
                        .getBytes(StandardCharsets.UTF_8)).build()).get();
    }

    @Override
    public void close() throws Exception {
        sender.close();
        listener.close();
        timer.shutdownNow();
        redis.close();
        server.close();
        broker.close();
    }
}
