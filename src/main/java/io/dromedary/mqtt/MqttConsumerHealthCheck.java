package io.dromedary.mqtt;

import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while the broker is away or has not accepted the subscription, although the consumer counts as started. */
class MqttConsumerHealthCheck extends AbstractHealthCheck {

    private final MqttConsumer consumer;

    MqttConsumerHealthCheck(MqttConsumer consumer) {
        super("camel", "mqtt-" + consumer.getRouteId());
        this.consumer = consumer;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (consumer.isListening()) {
            builder.up();
        } else {
            builder.message("not subscribed to " + consumer.getEndpoint().getEndpointUri()).down();
        }
    }
}
