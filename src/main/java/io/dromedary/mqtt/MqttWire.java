package io.dromedary.mqtt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/** The client of one version of the protocol. Its methods do not wait; their futures fail with the client's exceptions. */
interface MqttWire {

    /** The largest number of messages that may be unacknowledged in one direction. */
    int MOST_UNACKNOWLEDGED = 65_535;

    /** What a wire tells, on the client's thread. */
    interface Events {

        /**
         * Connected.
         *
         * @param sessionPresent whether the broker still had our session
         * @param sendMaximum    unacknowledged messages that it takes from us at once
         */
        void connected(boolean sessionPresent, int sendMaximum);

        /**
         * Not connected any more, or not at all; {@code again} can be told to try again.
         *
         * @param answer the acknowledgement over which the client ended the connection, or null
         * @return whether to come back without the session, so that the client sends nothing again by itself
         */
        boolean disconnected(MqttDisconnectSource source, Throwable cause, MqttClientReconnector again, Undecodable answer);
    }

    /**
     * An acknowledgement that is no MQTT.
     *
     * @param qos of the message that it answers
     */
    record Undecodable(MqttQos qos, Throwable why) {
    }

    /**
     * Who takes what comes.
     *
     * @param manualAcks whether the handler acknowledges; otherwise its return does
     * @param executor   calls the handler, one message at a time
     */
    record Receiver(Consumer<MqttMessage> handler, Executor executor, boolean manualAcks) {
    }

    CompletableFuture<?> connect();

    CompletableFuture<?> publish(Mqtt5Publish message);

    /** Takes what comes from now on; ends with the session. */
    void receive(Receiver receiver);

    CompletableFuture<?> subscribe(String topic, MqttQos qos);

    CompletableFuture<?> unsubscribe(String topic);

    CompletableFuture<?> disconnect();

    MqttClientState state();
}
