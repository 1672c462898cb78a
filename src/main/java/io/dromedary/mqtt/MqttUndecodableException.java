package io.dromedary.mqtt;

/** The broker does not take a message and says so in a way that is no MQTT. */
public final class MqttUndecodableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MqttUndecodableException(Throwable why) {
        super("the broker refused it in a way that is no MQTT: " + why.getMessage(), why);
    }
}
