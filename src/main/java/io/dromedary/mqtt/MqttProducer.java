package io.dromedary.mqtt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Publishes the body; the exchange goes on when the broker has acknowledged it, without a thread that waits for that. It goes on on a thread
 * of a pool, since what follows may block and the client's own thread must not; unless the exchange has the property {@link MqttEndpoint#LAST}.
 */
class MqttProducer extends DefaultAsyncProducer {

    private final MqttEndpoint endpoint;
    private volatile MqttPublisher publisher;
    private volatile ExecutorService continuations;

    MqttProducer(MqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        continuations = endpoint.getCamelContext().getExecutorServiceManager()
                .newThreadPool(this, "MqttAcknowledged", 1, Math.max(2, Runtime.getRuntime().availableProcessors()));
        MqttPublisher created = new MqttPublisher(endpoint.producerSettings(), endpoint.getComponent().getPublishCapacity());
        try {
            created.connect();
        } catch (IOException e) {
            created.close();
            throw e;
        }
        publisher = created;
    }

    @Override
    protected void doStop() throws Exception {
        if (publisher != null) {
            publisher.close();
            publisher = null;
        }
        if (continuations != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(continuations);
            continuations = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Mqtt5Publish message;
        try {
            message = message(exchange.getMessage());
        } catch (InvalidPayloadException | RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        boolean last = exchange.removeProperty(MqttEndpoint.LAST) != null && nobodyElseWaitsForTheEnd(exchange);
        ExecutorService threads = continuations;
        publisher.publish(message, exchange.getProperty(MqttEndpoint.FOLLOWED_BY, MqttCompanion.class)).whenComplete((done, failure) -> {
            if (failure == null && last) {
                callback.done(false);
            } else {
                threads.execute(() -> goOn(exchange, failure, callback));
            }
        });
        return false;
    }

    private static void goOn(Exchange exchange, Throwable failure, AsyncCallback callback) {
        if (failure != null) {
            exchange.setException(failure);
        }
        callback.done(false);
    }

    /** What somebody's route has to do at the end, such as an {@code onCompletion}, may block. The filter only looks, nothing is handed over. */
    private static boolean nobodyElseWaitsForTheEnd(Exchange exchange) {
        if (exchange.getUnitOfWork() == null) {
            return false;
        }
        AtomicBoolean others = new AtomicBoolean();
        exchange.getUnitOfWork().handoverSynchronization(exchange, each -> {
            if (!(each instanceof MqttConsumer.End)) {
                others.set(true);
            }
            return false;
        });
        return !others.get();
    }

    private Mqtt5Publish message(Message in) throws InvalidPayloadException {
        String topic = in.getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, endpoint.getTopic(), String.class);
        int qos = in.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, endpoint.getConfiguration().getQos(), Integer.class);
        boolean retained =
                in.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_RETAINED, endpoint.getConfiguration().isRetained(), Boolean.class);
        // A buffer goes as it is: a conversion to an array would copy it.
        ByteBuffer payload = in.getBody() instanceof ByteBuffer buffer ? buffer : ByteBuffer.wrap(in.getMandatoryBody(byte[].class));
        return Mqtt5Publish.builder().topic(topic).payload(payload)
                .qos(MqttConnection.qos(qos)).retain(retained).build();
    }
}
