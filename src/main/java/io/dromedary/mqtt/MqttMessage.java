package io.dromedary.mqtt;

/**
 * A message that a subscriber got.
 *
 * @param qos             0, 1 or 2
 * @param acknowledgement what {@link #acknowledge()} does
 */
public record MqttMessage(String topic, int qos, byte[] payload, Runnable acknowledgement) {

    /** Tells the broker that it need not keep the message. At most once, and only where the subscriber acknowledges by hand. */
    public void acknowledge() {
        acknowledgement.run();
    }
}
