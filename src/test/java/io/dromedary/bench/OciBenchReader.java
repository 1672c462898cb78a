package io.dromedary.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;

/** Asks proxies for artifacts over MQTT and takes the times at which their chunks arrive, at QoS 2. What arrived is verified after the clock stopped. */
final class OciBenchReader implements AutoCloseable {

    /** Bytes of a chunk: the original's default. */
    static final int CHUNK = 512_000;

    /** What arrived for one artifact. */
    private static final class Arrival {
        private final CountDownLatch done = new CountDownLatch(1);
        private final MessageDigest hash;
        private final List<byte[]> kept = new ArrayList<>();
        private final boolean keep;
        private final int expected;
        private int count;
        private long first;
        private long last;

        Arrival(int expected, boolean keep) throws Exception {
            this.expected = expected;
            this.keep = keep;
            this.hash = MessageDigest.getInstance("SHA-256");
        }

        synchronized void add(byte[] payload) {
            last = System.nanoTime();
            first = count == 0 ? last : first;
            if (keep) {
                kept.add(payload);
            } else {
                hash(payload);
            }
            if (++count == expected) {
                done.countDown();
            }
        }

        private void hash(byte[] payload) {
            String text = new String(payload, StandardCharsets.ISO_8859_1);
            int data = text.indexOf("\"data\":\"") + 8;
            hash.update(Base64.getDecoder().decode(text.substring(data, text.length() - 2)));
        }

        String digest() {
            kept.forEach(this::hash);
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        }
    }

    /** Milliseconds from the request to the first and to the last chunk. */
    record Times(double first, double last) { }

    private final Map<String, Arrival> arrivals = new ConcurrentHashMap<>();
    private final Mqtt3AsyncClient client;

    OciBenchReader(int port) throws Exception {
        client = Mqtt3Client.builder().serverHost("127.0.0.1").serverPort(port).identifier("bench").buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::receive);
        client.connect().get(10, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("m/dom/c/+/registry/server").qos(MqttQos.EXACTLY_ONCE).send().get(10, TimeUnit.SECONDS);
    }

    private void receive(Mqtt3Publish message) {
        byte[] payload = message.getPayloadAsBytes();
        String head = new String(payload, 0, Math.min(300, payload.length), StandardCharsets.ISO_8859_1);
        String name = head.substring("{\"app_name\":\"".length(), head.indexOf("\",\"chunk_idx\""));
        Arrival arrival = arrivals.get(name);
        if (arrival != null) {
            arrival.add(payload);
        }
    }

    /**
     * Asks for artifacts at once.
     *
     * @param digests what is expected, by the names in the repository {@code bench}
     * @param size    bytes of each
     * @param keep    whether chunks are kept in memory and verified afterwards, not as they come
     */
    Times fetch(OciBenchProxy proxy, Map<String, String> digests, long size, boolean keep) throws Exception {
        int chunks = (int) ((size + CHUNK - 1) / CHUNK);
        Map<String, Arrival> wanted = new HashMap<>();
        for (String name : digests.keySet()) {
            wanted.put(proxy.registry() + "/bench/" + name, new Arrival(chunks, keep));
        }
        arrivals.putAll(wanted);
        long start = System.nanoTime();
        for (String name : wanted.keySet()) {
            client.publishWith().topic(proxy.prefix() + "proplet").qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"app_name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8)).send();
        }
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Map.Entry<String, Arrival> entry : wanted.entrySet()) {
            Arrival arrival = entry.getValue();
            if (!arrival.done.await(300, TimeUnit.SECONDS)) {
                throw new IllegalStateException(entry.getKey() + ": " + arrival.count + " of " + chunks + " chunks");
            }
            first = Math.min(first, arrival.first - start);
            last = Math.max(last, arrival.last - start);
        }
        for (Map.Entry<String, Arrival> entry : wanted.entrySet()) {
            String name = entry.getKey().substring(entry.getKey().lastIndexOf('/') + 1);
            if (!entry.getValue().digest().equals(digests.get(name))) {
                throw new IllegalStateException(name + " arrived damaged");
            }
        }
        arrivals.clear();
        return new Times(first / 1e6, last / 1e6);
    }

    @Override
    public void close() throws Exception {
        client.disconnect().get(5, TimeUnit.SECONDS);
    }
}
