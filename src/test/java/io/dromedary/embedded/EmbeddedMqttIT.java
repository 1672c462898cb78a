package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMqttIT {

    @TempDir
    Path temp;

    @Test
    void carriesWhatMqtt5Adds() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            broker.start();
            try (Client client = new Client(broker.address(), "one", 0)) {
                assertThat(client.connected.getResponseProperties().getMaximumPacketSize()).isEqualTo(16L << 20);
                client.mqtt.subscribe("command/#", 2);
                MqttMessage message = message("hello", 2, false);
                message.setProperties(new MqttProperties());
                message.getProperties().setResponseTopic("response/1");
                message.getProperties().setCorrelationData("c1".getBytes(StandardCharsets.US_ASCII));
                message.getProperties().getUserProperties().add(new UserProperty("k", "v"));
                client.mqtt.publish("command/edge", message);
                MqttMessage received = client.next();
                assertThat(received.getPayload()).asString().isEqualTo("hello");
                assertThat(received.getQos()).isEqualTo(2);
                assertThat(received.getProperties().getResponseTopic()).isEqualTo("response/1");
                assertThat(received.getProperties().getCorrelationData()).asString().isEqualTo("c1");
                assertThat(received.getProperties().getUserProperties().get(0).getValue()).isEqualTo("v");
            }
        }
    }

    /** As on a disk that is full. */
    @Test
    void saysThatItsFolderIsTheReasonAndNotItsPort() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            Files.writeString(Files.createDirectories(temp.resolve("mqtt")).resolve("bindings"), "in its place");
            assertThatThrownBy(broker::start).isInstanceOf(StartRefused.class).message().startsWith("The embedded MQTT broker cannot start on ")
                    .contains(temp.toString()).doesNotContain("Port");
        }
    }

    @Test
    void passesAMessageOf5Megabytes() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            broker.start();
            try (Client client = new Client(broker.address(), "one", 0)) {
                client.mqtt.subscribe("large", 1);
                client.mqtt.publish("large", new MqttMessage(new byte[5_000_000], 1, false, null));
                assertThat(client.next().getPayload()).hasSize(5_000_000);
            }
        }
    }

    @Test
    void keepsSessionsAndRetainedMessagesOverARestart() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            broker.start();
            leaveMessages(broker.address());
            broker.stop();
            broker.start();
            expectMessages(broker.address());
        }
    }

    @Test
    void keepsSessionsAndRetainedMessagesOverAKill() throws Exception {
        try (ServerProcess broker = ServerProcess.start(temp, "mqtt")) {
            leaveMessages(broker.firstLine());
            broker.kill9();
        }
        try (ServerProcess broker = ServerProcess.start(temp, "mqtt")) {
            expectMessages(broker.firstLine());
        }
    }

    @Test
    void refusesPublishersOnceTooMuchWaitsForAnAbsentSubscriberAndKeepsWhatItTook() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0, 8 << 20)) {
            broker.start();
            new Client(broker.address(), "absent", 600).subscribe("full").close();
            int taken = publishUntilRefused(broker.address());
            assertThat(taken).isBetween(4, 60);
            try (Client back = new Client(broker.address(), "absent", 600)) {
                for (int i = 0; i < taken; i++) {
                    assertThat(back.next().getPayload()[0]).isEqualTo((byte) i);
                }
            }
            try (Client other = new Client(broker.address(), "other", 0)) {
                other.subscribe("free");
                other.mqtt.publish("free", message("goes on", 1, false));
                assertThat(other.next().getPayload()).asString().isEqualTo("goes on");
            }
        }
    }

    private static int publishUntilRefused(String address) throws Exception {
        try (Client publisher = new Client(address, "publisher", 0)) {
            int taken = 0;
            try {
                for (; taken < 100; taken++) {
                    byte[] payload = new byte[1 << 20];
                    payload[0] = (byte) taken;
                    publisher.mqtt.publish("full", new MqttMessage(payload, 1, false, null));
                }
            } catch (MqttException refused) {
                return taken;
            }
            return taken;
        }
    }

    private static void leaveMessages(String address) throws Exception {
        new Client(address, "device", 600).subscribe("command/edge").close();
        try (Client sender = new Client(address, "sender", 0)) {
            sender.mqtt.publish("command/edge", message("while away", 1, false));
            sender.mqtt.publish("state", message("kept", 1, true));
        }
    }

    private static void expectMessages(String address) throws Exception {
        try (Client device = new Client(address, "device", 600)) {
            assertThat(device.connected.getSessionPresent()).isTrue();
            assertThat(device.next().getPayload()).asString().isEqualTo("while away");
            device.subscribe("state");
            assertThat(device.next().getPayload()).asString().isEqualTo("kept");
        }
    }

    private static MqttMessage message(String text, int qos, boolean retained) {
        return new MqttMessage(text.getBytes(StandardCharsets.UTF_8), qos, retained, null);
    }

    /** A Paho client that collects what arrives. */
    private static final class Client implements AutoCloseable, MqttCallback {

        final MqttClient mqtt;
        final IMqttToken connected;
        private final BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();

        Client(String address, String id, long sessionExpirySeconds) throws MqttException {
            mqtt = new MqttClient("tcp://" + address, id, new MemoryPersistence());
            mqtt.setTimeToWait(20_000);
            mqtt.setCallback(this);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setCleanStart(sessionExpirySeconds == 0);
            options.setSessionExpiryInterval(sessionExpirySeconds);
            connected = mqtt.connectWithResult(options);
        }

        Client subscribe(String topic) throws MqttException {
            mqtt.subscribe(topic, 1);
            return this;
        }

        MqttMessage next() throws InterruptedException {
            MqttMessage message = received.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("a message within 20 s").isNotNull();
            return message;
        }

        @Override
        public void close() throws MqttException {
            if (mqtt.isConnected()) {
                mqtt.disconnect();
            }
            mqtt.close();
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(message);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
        }
    }
}
