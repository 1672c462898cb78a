package io.dromedary.mqtt;

import java.util.Optional;

import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;

/** Tells a message that the broker will never take from one that it could not take now. */
public final class MqttRefusal {

    private MqttRefusal() {
    }

    /** Why the broker does not take a message, as it says in MQTT 5; or that the message is larger than it said it takes, or what it said is no MQTT. Empty for other failures. */
    public static Optional<String> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Mqtt5PubRecException refused) {
                return Optional.of(refused.getMqttMessage().getReasonCode().name());
            }
            if (cause instanceof Mqtt5PubAckException refused) {
                return Optional.of(refused.getMqttMessage().getReasonCode().name());
            }
            if (cause instanceof MqttEncodeException || cause instanceof MqttUndecodableException) {
                return Optional.of(cause.getMessage());
            }
        }
        return Optional.empty();
    }
}
