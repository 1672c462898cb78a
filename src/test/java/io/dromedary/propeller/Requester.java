package io.dromedary.propeller;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.dromedary.testing.Wait;

/** A client as a device would be one: it asks over MQTT 3.1.1 and keeps everything that comes on the proxy's topics, in order. */
final class Requester implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A message on the chunk topic. */
    record Received(JsonNode json, String text, int qos, boolean retained) {

        byte[] data() {
            return Base64.getDecoder().decode(json.path("data").asText());
        }

        String appName() {
            return json.path("app_name").asText();
        }
    }

    private final Mqtt3AsyncClient client;
    private final ProxySettings settings;
    final List<Received> chunks = new CopyOnWriteArrayList<>();
    final List<JsonNode> failures = new CopyOnWriteArrayList<>();
    final List<JsonNode> progress = new CopyOnWriteArrayList<>();

    Requester(int port, ProxySettings settings) throws Exception {
        this.settings = settings;
        client = Mqtt3Client.builder().serverHost("127.0.0.1").serverPort(port).identifier("requester-" + System.nanoTime())
                .automaticReconnect().initialDelay(50, TimeUnit.MILLISECONDS).maxDelay(500, TimeUnit.MILLISECONDS).applyAutomaticReconnect().buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::receive);
        client.connectWith().cleanSession(false).simpleAuth().username("proxy1").password("key1".getBytes(StandardCharsets.UTF_8)).applySimpleAuth()
                .send().get(10, TimeUnit.SECONDS);
        for (String topic : List.of(settings.chunkTopic(), settings.errorTopic(), settings.progressTopic())) {
            client.subscribeWith().topicFilter(topic).qos(MqttQos.EXACTLY_ONCE).send().get(10, TimeUnit.SECONDS);
        }
    }

    private void receive(Mqtt3Publish message) {
        String text = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        String topic = message.getTopic().toString();
        if (topic.equals(settings.chunkTopic())) {
            chunks.add(new Received(json, text, message.getQos().getCode(), message.isRetain()));
        } else if (topic.equals(settings.errorTopic())) {
            failures.add(json);
        } else {
            progress.add(json);
        }
    }

    boolean isConnected() {
        return client.getState().isConnected();
    }

    void ask(String appName) throws Exception {
        send(2, ("{\"app_name\":\"" + appName + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    void send(int qos, byte[] payload) throws Exception {
        client.publishWith().topic(settings.requestTopic()).qos(MqttQos.fromCode(qos)).payload(payload).send().get(10, TimeUnit.SECONDS);
    }

    List<Received> chunksOf(String appName) {
        return chunks.stream().filter(chunk -> chunk.appName().equals(appName)).toList();
    }

    List<Received> awaitChunks(String appName, int count) {
        Wait.until(() -> chunksOf(appName).size() >= count);
        return chunksOf(appName);
    }

    JsonNode awaitFailure(int number) {
        Wait.until(() -> failures.size() >= number);
        return failures.get(number - 1);
    }

    static byte[] join(List<Received> chunks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        chunks.forEach(chunk -> out.writeBytes(chunk.data()));
        return out.toByteArray();
    }

    @Override
    public void close() throws Exception {
        client.disconnect().get(10, TimeUnit.SECONDS);
    }
}
