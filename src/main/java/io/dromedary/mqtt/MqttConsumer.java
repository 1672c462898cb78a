package io.dromedary.mqtt;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Subscribes to the endpoint's topic. With {@code manualAcksEnabled} a message is acknowledged once its exchange, and whoever
 * took it over from it, has ended well; otherwise as soon as the route has taken it.
 */
class MqttConsumer extends DefaultConsumer implements HealthCheckAware {

    private final MqttEndpoint endpoint;
    private volatile MqttSubscriber subscriber;
    private volatile ScheduledExecutorService timer;
    private volatile ExecutorService deliveries;
    private volatile boolean durable;

    MqttConsumer(MqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        setHealthCheck(new MqttConsumerHealthCheck(this));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        timer = endpoint.getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "MqttSubscribe");
        deliveries = endpoint.getCamelContext().getExecutorServiceManager().newSingleThreadExecutor(this, "MqttDelivery");
        MqttConnection.Settings settings = endpoint.consumerSettings();
        durable = !settings.cleanStart();
        MqttSubscriber created = new MqttSubscriber(settings, endpoint.getTopic(), endpoint.getConfiguration().getQos(),
                endpoint.getConfiguration().isManualAcksEnabled(), this::deliver, deliveries, timer);
        try {
            created.connect();
        } catch (IOException e) {
            created.close(true);
            stopThreads();
            throw e;
        }
        subscriber = created;
    }

    @Override
    protected void doStop() throws Exception {
        if (subscriber != null) {
            subscriber.close(durable);
            subscriber = null;
        }
        stopThreads();
        super.doStop();
    }

    private void stopThreads() {
        for (ExecutorService threads : new ExecutorService[] {timer, deliveries}) {
            if (threads != null) {
                endpoint.getCamelContext().getExecutorServiceManager().shutdown(threads);
            }
        }
    }

    /** Whether messages can arrive now. */
    boolean isListening() {
        MqttSubscriber current = subscriber;
        return current != null && current.isSubscribed();
    }

    final MqttSubscriber subscriber() {
        return subscriber;
    }

    /** Hands a message to the route. */
    void deliver(MqttMessage message) {
        if (!isRunAllowed()) {
            // Its route has ended; the broker keeps what is not acknowledged.
            return;
        }
        Exchange exchange = createExchange(true);
        Message in = exchange.getIn();
        in.setBody(message.payload());
        in.setHeader(PahoMqtt5Constants.MQTT_TOPIC, message.topic());
        in.setHeader(PahoMqtt5Constants.MQTT_QOS, message.qos());
        exchange.setProperty(MqttEndpoint.CONNECTED_MILLIS, connectedMillis());
        if (endpoint.getConfiguration().isManualAcksEnabled()) {
            exchange.getExchangeExtension().addOnCompletion(new Acknowledgement(message));
        }
        received(exchange);
        getAsyncProcessor().process(exchange, defaultConsumerCallback(exchange, true));
    }

    private long connectedMillis() {
        MqttSubscriber current = subscriber;
        // A session that outlived the last process delivers during the connect.
        return current == null ? 0 : current.connectedMillis();
    }

    /** Called for each message before its route. */
    void received(Exchange exchange) {
    }

    /** Follows the exchange over a {@code seda:} hand-over. What failed is not acknowledged: the broker keeps it. */
    private static final class Acknowledgement extends SynchronizationAdapter {
        private final MqttMessage message;

        Acknowledgement(MqttMessage message) {
            this.message = message;
        }

        @Override
        public void onComplete(Exchange exchange) {
            message.acknowledge();
        }
    }
}
