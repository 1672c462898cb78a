package io.dromedary.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;

/** A topic at a broker, as {@link MqttComponent} makes it. */
public class MqttEndpoint extends PahoMqtt5Endpoint {

    /**
     * Exchange property, a {@link MqttCompanion}: a message that a producer sends right behind the exchange's own. Neither is sent again by itself
     * to a broker that has forgotten our session.
     */
    public static final String FOLLOWED_BY = "CamelMqttFollowedBy";

    /**
     * Exchange property of any value: what follows in the routes after this message does not block, so that the exchange may end on the
     * client's own thread. It is for one message. Ignored where something else than an acknowledgement waits for the end of the exchange.
     */
    public static final String LAST = "CamelMqttLast";

    /** Exchange property, a {@code Long}: for how many milliseconds a consumer had been connected when it got the message. */
    public static final String CONNECTED_MILLIS = "CamelMqttConnectedMillis";

    /** How long a broker keeps what a producer left unacknowledged, so that a reconnect can complete it. */
    private static final long PRODUCER_SESSION_SECONDS = 3_600;

    private final MqttComponent component;

    MqttEndpoint(String uri, String topic, MqttComponent component, PahoMqtt5Configuration configuration) {
        super(uri, topic, component, configuration);
        this.component = component;
    }

    @Override
    public Producer createProducer() throws Exception {
        return new MqttProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = getTopic().startsWith("$share/") ? new MqttSharedConsumer(this, processor) : new MqttConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public MqttComponent getComponent() {
        return component;
    }

    MqttConnection.Settings consumerSettings() {
        PahoMqtt5Configuration options = getConfiguration();
        String clientId = options.getClientId() != null ? options.getClientId() : "dromedary-in-" + UUID.randomUUID();
        return settings(clientId, options.isCleanStart(), Math.max(0, options.getSessionExpiryInterval()), will(), options.getClientId() == null);
    }

    /**
     * A producer never has the consumer's id, since a broker ends the older of two connections with one id; and its session
     * outlives the connection, since only then an unacknowledged message is completed after a reconnect. Those who share the work of a
     * process that is gone must know its id.
     */
    MqttConnection.Settings producerSettings() {
        String configured = getConfiguration().getClientId();
        Sharing sharing = getCamelContext().getRegistry().findSingleByType(Sharing.class);
        Optional<String> known = sharing == null || configured == null ? Optional.empty() : sharing.publisherId(configured);
        if (known.isPresent()) {
            return settings(known.get(), false, PRODUCER_SESSION_SECONDS, null, false);
        }
        String unique = UUID.randomUUID().toString();
        String clientId = configured != null ? configured + "-out-" + unique.substring(0, 8) : "dromedary-out-" + unique;
        return settings(clientId, false, PRODUCER_SESSION_SECONDS, null, true);
    }

    private MqttConnection.Settings settings(String clientId, boolean cleanStart, long expirySeconds, Mqtt5Publish will,
            boolean madeUpId) {
        PahoMqtt5Configuration options = getConfiguration();
        return new MqttConnection.Settings(options.getBrokerUrl(), clientId, options.getUserName(), options.getPassword(),
                component.getTls(), cleanStart, expirySeconds, options.getKeepAliveInterval(), options.getReceiveMaximum(),
                TimeUnit.SECONDS.toMillis(options.getConnectionTimeout()), options.getMaxReconnectDelay(), will, madeUpId);
    }

    private Mqtt5Publish will() {
        PahoMqtt5Configuration options = getConfiguration();
        if (options.getWillTopic() == null || options.getWillPayload() == null) {
            return null;
        }
        return Mqtt5Publish.builder().topic(options.getWillTopic())
                .payload(options.getWillPayload().getBytes(StandardCharsets.UTF_8))
                .qos(MqttConnection.qos(options.getWillQos())).retain(options.isWillRetained()).build();
    }
}
