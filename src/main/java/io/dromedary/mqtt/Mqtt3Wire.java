package io.dromedary.mqtt;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.lifecycle.Mqtt3ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.unsubscribe.Mqtt3Unsubscribe;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/**
 * MQTT 3.1.1. It has no expiry of sessions and no receive maximum: a session is kept as long as the broker likes, or not at all, and the
 * broker sends as much at once as it likes.
 */
final class Mqtt3Wire implements MqttWire {

    private final MqttConnection.Settings settings;
    private final Mqtt3AsyncClient client;

    /** @param builder knows client id and address */
    Mqtt3Wire(MqttConnection.Settings settings, MqttClientBuilder builder, Events events) {
        this.settings = settings;
        this.client = builder.useMqttVersion3()
                .addConnectedListener(context -> events.connected(((Mqtt3ClientConnectedContext) context).getConnAck().isSessionPresent(), MOST_UNACKNOWLEDGED))
                .addDisconnectedListener(context -> events.disconnected(context.getSource(), context.getCause(), context.getReconnector(), null))
                .buildAsync();
    }

    private Mqtt3Connect connectMessage() {
        Mqtt3ConnectBuilder connect = Mqtt3Connect.builder().keepAlive(settings.keepAliveSeconds())
                // Nobody would ever come back for the session of an id that was made up.
                .cleanSession(settings.cleanStart() || settings.sessionExpirySeconds() == 0 || settings.madeUpId());
        if (settings.hasLogin()) {
            connect = connect.simpleAuth().username(settings.username()).password(settings.passwordBytes()).applySimpleAuth();
        }
        if (settings.will() != null) {
            connect = connect.willPublish(message(settings.will()));
        }
        return connect.build();
    }

    private static Mqtt3Publish message(Mqtt5Publish message) {
        return Mqtt3Publish.builder().topic(message.getTopic()).qos(message.getQos()).retain(message.isRetain())
                .payload(message.getPayload().orElse(ByteBuffer.allocate(0))).build();
    }

    @Override
    public CompletableFuture<?> connect() {
        return client.connect(connectMessage());
    }

    @Override
    public CompletableFuture<?> publish(Mqtt5Publish message) {
        return client.publish(message(message));
    }

    @Override
    public void receive(Receiver receiver) {
        client.publishes(MqttGlobalPublishFilter.ALL, message -> receiver.handler().accept(new MqttMessage(message.getTopic().toString(),
                message.getQos().getCode(), message.getPayloadAsBytes(), message::acknowledge)), receiver.executor(), receiver.manualAcks());
    }

    @Override
    public CompletableFuture<?> subscribe(String topic, MqttQos qos) {
        return client.subscribe(Mqtt3Subscribe.builder().topicFilter(topic).qos(qos).build());
    }

    @Override
    public CompletableFuture<?> unsubscribe(String topic) {
        return client.unsubscribe(Mqtt3Unsubscribe.builder().topicFilter(topic).build());
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }

    @Override
    public MqttClientState state() {
        return client.getState();
    }
}
