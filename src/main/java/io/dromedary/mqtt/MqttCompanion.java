package io.dromedary.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/** Goes right behind a message, on the same connection and with none in between. Called on the client's own thread, which must not wait. */
public interface MqttCompanion {

    /**
     * The message behind, at QoS 0. Called in the order in which messages leave, right before.
     *
     * @throws RuntimeException if neither must leave any more
     */
    Mqtt5Publish message();

    /** The broker has forgotten our session, as it does when another client has taken it: nobody knows whether both arrived. Called before anything else leaves. */
    void forgotten();
}
