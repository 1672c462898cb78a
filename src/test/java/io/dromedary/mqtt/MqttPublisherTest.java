package io.dromedary.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a broker sees of two messages that belong together. */
@Timeout(60)
class MqttPublisherTest {

    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int PUBLISH_QOS_0_RETAINED = 0x31;
    private static final int BROKERS_LIMIT = 5;

    /** A broker's end of one connection: it notes the first bytes of the packets that came in each read. */
    private static final class Ear implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<List<Integer>> reads = new CopyOnWriteArrayList<>();
        private volatile Socket socket;

        Ear() throws IOException {
            Thread thread = new Thread(this::listen, "ear");
            thread.setDaemon(true);
            thread.start();
        }

        private void listen() {
            try {
                socket = server.accept();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream();
                in.readUnsignedByte();
                in.skipBytes(in.readUnsignedByte());
                // CONNACK with the property receive maximum.
                out.write(new byte[] {0x20, 6, 0, 0, 3, 0x21, 0, BROKERS_LIMIT});
                byte[] bytes = new byte[1 << 16];
                for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
                    heard(ByteBuffer.wrap(bytes, 0, length), out);
                }
            } catch (IOException e) {
                // The client went away.
            }
        }

        private void heard(ByteBuffer bytes, OutputStream out) throws IOException {
            List<Integer> packets = new ArrayList<>();
            while (bytes.hasRemaining()) {
                packets.add(bytes.get() & 0xff);
                int end = (bytes.get() & 0x7f) + bytes.position();
                if (packets.get(packets.size() - 1) == PUBLISH_QOS_1) {
                    bytes.position(bytes.position() + 2 + bytes.getShort(bytes.position()));
                    out.write(new byte[] {0x40, 2, bytes.get(), bytes.get()});
                }
                bytes.position(end);
            }
            reads.add(packets);
        }

        @Override
        public void close() throws IOException {
            server.close();
            if (socket != null) {
                socket.close();
            }
        }
    }

    private static Mqtt5Publish message(String topic, MqttQos qos, boolean retain) {
        return Mqtt5Publish.builder().topic(topic).qos(qos).retain(retain).payload(new byte[40]).build();
    }

    private static MqttCompanion companion(Supplier<Mqtt5Publish> message) {
        return new MqttCompanion() {
            @Override
            public Mqtt5Publish message() {
                return message.get();
            }

            @Override
            public void forgotten() {
                throw new AssertionError("the session was there");
            }
        };
    }

    @Test
    void sendsNeitherOfTwoWhoseTimeIsOver() throws Exception {
        try (Ear ear = new Ear();
             MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of("tcp://127.0.0.1:" + ear.server.getLocalPort(), "p"), 10_000)) {
            publisher.connect();
            CompletableFuture<Void> late = publisher.publish(message("reply", MqttQos.AT_LEAST_ONCE, false), companion(() -> {
                throw new IllegalStateException("over");
            }));
            assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("over");
            publisher.publish(message("next", MqttQos.AT_LEAST_ONCE, false)).get(20, TimeUnit.SECONDS);
            // It notes what it has read after it has answered.
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(ear.reads).containsExactly(List.of(PUBLISH_QOS_1)));
            assertThat(publisher.backlog()).isZero();
        }
    }

    /** A kill in between, or a broker's limit, must not let the first go alone. */
    @Test
    void sendsTwoMessagesThatBelongTogetherInOneWrite() throws Exception {
        try (Ear ear = new Ear();
             MqttPublisher publisher = new MqttPublisher(MqttConnection.Settings.of("tcp://127.0.0.1:" + ear.server.getLocalPort(), "p"), 10_000)) {
            publisher.connect();
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            int count = 400;
            for (int i = 0; i < count; i++) {
                sent.add(publisher.publish(message("reply", MqttQos.AT_LEAST_ONCE, false), companion(() -> message("receipt", MqttQos.AT_MOST_ONCE, true))));
                if (i % 100 == 0) {
                    sent.get(i).get(20, TimeUnit.SECONDS);
                }
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(ear.reads.stream().mapToInt(List::size).sum()).isEqualTo(2 * count));
            assertThat(ear.reads).allSatisfy(packets -> {
                for (int i = 0; i < packets.size(); i++) {
                    assertThat(packets.get(i)).isEqualTo(i % 2 == 0 ? PUBLISH_QOS_1 : PUBLISH_QOS_0_RETAINED);
                }
                assertThat(packets.size() % 2).as("a message alone").isZero();
            });
            assertThat(publisher.backlog()).isZero();
        }
    }
}
