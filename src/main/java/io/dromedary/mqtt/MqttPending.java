package io.dromedary.mqtt;

import java.util.Comparator;
import java.util.concurrent.CompletableFuture;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/** A message on its way; two are never equal, even with the same content. */
final class MqttPending {

    /** In the order of the calls. */
    static final Comparator<MqttPending> BY_PLACE = Comparator.comparingLong(pending -> pending.place);

    final Mqtt5Publish message;
    final MqttCompanion behind;
    final CompletableFuture<Void> done = new CompletableFuture<>();
    long place;
    /** Why it must not be sent again, or null. */
    MqttUndecodableException refusal;

    MqttPending(Mqtt5Publish message, MqttCompanion behind) {
        this.message = message;
        this.behind = behind;
    }

    int size() {
        return behind == null ? 1 : 2;
    }
}
