package io.dromedary.mqtt;

import java.util.concurrent.CompletableFuture;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttDecodeException;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientReconnector;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT 5. */
final class Mqtt5Wire implements MqttWire {

    private static final Logger LOG = LoggerFactory.getLogger(Mqtt5Wire.class);

    private final MqttConnection.Settings settings;
    private final Mqtt5AsyncClient client;
    private volatile int receiveMaximum;

    /** @param builder knows client id and address */
    Mqtt5Wire(MqttConnection.Settings settings, MqttClientBuilder builder, Events events) {
        this.settings = settings;
        this.receiveMaximum = settings.receiveMaximum();
        this.client = builder.useMqttVersion5()
                .addConnectedListener(context -> {
                    var answer = ((Mqtt5ClientConnectedContext) context).getConnAck();
                    events.connected(answer.isSessionPresent(), answer.getRestrictions().getReceiveMaximum());
                })
                .addDisconnectedListener(context -> {
                    Mqtt5ClientReconnector again = (Mqtt5ClientReconnector) context.getReconnector();
                    Undecodable answer = again.getAttempts() == 0 && context.getSource() == MqttDisconnectSource.CLIENT ? undecodable(context.getCause()) : null;
                    boolean withoutSession = events.disconnected(context.getSource(), context.getCause(), again, answer);
                    if (again.isReconnect() && (allowMore(context.getCause()) || withoutSession)) {
                        again.connect(connectMessage(settings.cleanStart() || withoutSession));
                    }
                })
                .buildAsync();
    }

    /** The client tells what it could not decode in words only. A PUBCOMP is not among them: with it, the broker has taken the message before. */
    private static Undecodable undecodable(Throwable cause) {
        if (!(cause instanceof Mqtt5DisconnectException && cause.getCause() instanceof MqttDecodeException why)) {
            return null;
        }
        return why.getMessage().startsWith("Exception while decoding PUBACK:") ? new Undecodable(MqttQos.AT_LEAST_ONCE, why)
                : why.getMessage().startsWith("Exception while decoding PUBREC:") ? new Undecodable(MqttQos.EXACTLY_ONCE, why) : null;
    }

    /**
     * Mosquitto 2.0.11 sends a kept session as many messages at once as its own {@code max_inflight_messages} says, whatever we
     * asked for. The client then disconnects, as the protocol wants, and would do so for ever.
     */
    private boolean allowMore(Throwable cause) {
        if (cause instanceof Mqtt5DisconnectException refused
                && refused.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED && receiveMaximum < MOST_UNACKNOWLEDGED) {
            receiveMaximum = Math.min(MOST_UNACKNOWLEDGED, 8 * receiveMaximum);
            LOG.warn("MQTT {} ignored our receive maximum; it may now send {} messages at once", settings, receiveMaximum);
            return true;
        }
        return false;
    }

    /**
     * Whether a connect failed since the broker does not understand this version: neither for an answer that says no to something else, nor
     * for a broker that is not there or says nothing at all.
     */
    static boolean isNotUnderstood(Throwable cause) {
        return cause instanceof Mqtt5ConnAckException refusal ? refusal.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                : cause instanceof ConnectionClosedException || cause instanceof MqttDecodeException || cause instanceof Mqtt5DisconnectException;
    }

    private Mqtt5Connect connectMessage(boolean cleanStart) {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder().cleanStart(cleanStart)
                .sessionExpiryInterval(settings.sessionExpirySeconds()).keepAlive(settings.keepAliveSeconds())
                .restrictions().receiveMaximum(receiveMaximum).applyRestrictions();
        if (settings.hasLogin()) {
            connect = connect.simpleAuth().username(settings.username()).password(settings.passwordBytes()).applySimpleAuth();
        }
        if (settings.will() != null) {
            connect = connect.willPublish(settings.will());
        }
        return connect.build();
    }

    @Override
    public CompletableFuture<?> connect() {
        return client.connect(connectMessage(settings.cleanStart()));
    }

    @Override
    public CompletableFuture<?> publish(Mqtt5Publish message) {
        return client.publish(message);
    }

    @Override
    public void receive(Receiver receiver) {
        client.publishes(MqttGlobalPublishFilter.ALL, message -> receiver.handler().accept(new MqttMessage(message.getTopic().toString(),
                message.getQos().getCode(), message.getPayloadAsBytes(), message::acknowledge)), receiver.executor(), receiver.manualAcks());
    }

    @Override
    public CompletableFuture<?> subscribe(String topic, MqttQos qos) {
        return client.subscribe(Mqtt5Subscribe.builder().topicFilter(topic).qos(qos).build());
    }

    @Override
    public CompletableFuture<?> unsubscribe(String topic) {
        return client.unsubscribe(Mqtt5Unsubscribe.builder().topicFilter(topic).build());
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
