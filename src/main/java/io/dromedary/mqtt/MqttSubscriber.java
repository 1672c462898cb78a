package io.dromedary.mqtt;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription at one broker. After a reconnect it subscribes again, with growing pauses, until the broker has accepted
 * the subscription; until then {@link #isSubscribed()} is false. (A client that tries only once can stay connected and deaf:
 * CAMEL-24511.)
 */
public final class MqttSubscriber implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSubscriber.class);
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 3_000;
    private static final long STOP_MILLIS = 2_000;

    private final MqttConnection connection;
    private final String topic;
    private final int qos;
    private final ScheduledExecutorService timer;
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean started;
    private volatile boolean subscribed;
    private volatile boolean closed;
    private volatile boolean leaving;
    private volatile long connectedNanos = System.nanoTime();

    /**
     * Prepares a subscription; {@link #connect()} opens it.
     *
     * @param manualAcks whether the handler acknowledges by {@link MqttMessage#acknowledge()}; otherwise its return does
     * @param handler    called by {@code executor}, one message at a time
     * @param timer      for subscribing again; its owner ends it
     */
    public MqttSubscriber(MqttConnection.Settings settings, String topic, int qos, boolean manualAcks,
            Consumer<MqttMessage> handler, Executor executor, ScheduledExecutorService timer) {
        this.topic = topic;
        this.qos = qos;
        this.timer = timer;
        this.connection = new MqttConnection(settings, this::connected, answer -> {
            disconnected();
            return false;
        });
        // Before the connect: a session that outlived the last process delivers at once.
        connection.receive(new MqttWire.Receiver(handler, task -> executeOrDrop(executor, task), manualAcks));
    }

    /**
     * Connects and subscribes.
     *
     * @throws IOException if the broker cannot be reached, or refuses us or the subscription
     */
    public void connect() throws IOException {
        connection.connect();
        subscribe();
        started = true;
    }

    private void subscribe() throws IOException {
        MqttConnection.await(connection.wire().subscribe(topic, MqttConnection.qos(qos)), connection.settings().connectMillis(),
                "subscribing to " + topic);
        subscribed = true;
        LOG.info("MQTT {} listens to {}", connection.settings(), topic);
    }

    private void connected(boolean sessionPresent) {
        connectedNanos = System.nanoTime();
        if (started) {
            if (!sessionPresent) {
                connection.receiveAgain();
            }
            timer.execute(() -> subscribeAgain(FIRST_RETRY_MILLIS));
        }
    }

    private void disconnected() {
        subscribed = false;
        lost.incrementAndGet();
    }

    private void subscribeAgain(long pauseMillis) {
        if (closed || leaving || subscribed || !connection.isConnected()) {
            return;
        }
        try {
            subscribe();
        } catch (IOException e) {
            LOG.warn("MQTT {} is not listening, next try in {} ms: {}", connection.settings(), pauseMillis, e.getMessage());
            timer.schedule(() -> subscribeAgain(Math.min(2 * pauseMillis, LAST_RETRY_MILLIS)), pauseMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** The client still has a last task for a flow that ends after its owner's threads have. */
    static void executeOrDrop(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("A message flow ended after its threads");
        }
    }

    /** Ends the subscription and stays connected: what the broker has for us still comes, and can be acknowledged. */
    public void leave() {
        leaving = true;
        unsubscribe();
    }

    private void unsubscribe() {
        try {
            MqttConnection.await(connection.wire().unsubscribe(topic), STOP_MILLIS,
                    "unsubscribing from " + topic);
        } catch (IOException e) {
            LOG.debug("MQTT {}: {}", connection.settings(), e.getMessage());
        }
    }

    /** Connected, and the broker has accepted the subscription on this connection. */
    public boolean isSubscribed() {
        return subscribed && connection.isConnected();
    }

    /** How long ago the last connect was, in milliseconds. */
    long connectedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - connectedNanos);
    }

    /** How often a connection ended since the start. */
    public long connectionsLost() {
        return lost.get();
    }

    /**
     * Disconnects. A durable session keeps its subscription at the broker, which stores what arrives meanwhile.
     *
     * @param durable whether the session outlives the connection
     */
    public void close(boolean durable) {
        closed = true;
        if (!durable && connection.isConnected()) {
            unsubscribe();
        }
        connection.close();
    }

    @Override
    public void close() {
        close(false);
    }
}
