package io.dromedary.mqtt;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

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
 *
 * <p>Routes run on a thread of their own, one message at a time. With {@code manualAcksEnabled}, one that only hands messages over ({@link HandOver})
 * runs on the client's thread while there is room in its queue, which spares a message the way over another thread.
 */
class MqttConsumer extends DefaultConsumer implements HealthCheckAware {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger behind = new AtomicInteger();
    private final MqttEndpoint endpoint;
    private volatile MqttSubscriber subscriber;
    private volatile ScheduledExecutorService timer;
    private volatile ExecutorService deliveries;
    private volatile boolean durable;
    private BlockingQueue<Exchange> queue;

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
        behind.set(0);
        MqttConnection.Settings settings = endpoint.consumerSettings();
        durable = !settings.cleanStart();
        boolean manual = endpoint.getConfiguration().isManualAcksEnabled();
        queue = manual ? HandOver.queue(getRoute()) : null;
        boolean handsOver = queue != null;
        MqttSubscriber created = new MqttSubscriber(settings, endpoint.getTopic(), endpoint.getConfiguration().getQos(), manual,
                handsOver ? this::handOver : this::deliver, handsOver ? Runnable::run : deliveries, timer);
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

    /** Called by the client's thread. In the order of their arrival, also where some take the longer way. */
    void handOver(MqttMessage message) {
        if (queue.remainingCapacity() > 0 && behind.get() == 0) {
            deliver(message);
            return;
        }
        behind.incrementAndGet();
        MqttSubscriber.executeOrDrop(deliveries, () -> {
            try {
                deliver(message);
            } finally {
                behind.decrementAndGet();
            }
        });
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
        open.incrementAndGet();
        exchange.getExchangeExtension().addOnCompletion(new End(message));
        received();
        getAsyncProcessor().process(exchange, defaultConsumerCallback(exchange, true));
    }

    private long connectedMillis() {
        MqttSubscriber current = subscriber;
        // A session that outlived the last process delivers during the connect.
        return current == null ? 0 : current.connectedMillis();
    }

    /** Called for each message before its route. */
    void received() {
    }

    /** Messages that the route, or whoever took them over from it, is not done with. */
    final int open() {
        return open.get();
    }

    /** Follows the exchange over a {@code seda:} hand-over. What failed is not acknowledged: the broker keeps it. */
    final class End extends SynchronizationAdapter {
        private final MqttMessage message;

        private End(MqttMessage message) {
            this.message = message;
        }

        @Override
        public void onComplete(Exchange exchange) {
            onDone(exchange);
            if (endpoint.getConfiguration().isManualAcksEnabled()) {
                message.acknowledge();
            }
        }

        @Override
        public void onDone(Exchange exchange) {
            open.decrementAndGet();
        }
    }
}
