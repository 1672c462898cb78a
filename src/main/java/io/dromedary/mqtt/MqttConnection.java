package io.dromedary.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.netty.util.internal.ThreadExecutorMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker of MQTT 5, or 3.1.1. Once it has been up it comes back by itself, with pauses that double up to
 * {@link Settings#maxReconnectMillis()}; a first connect that fails is an error for the caller. Messages that were not
 * acknowledged when it broke are sent again; to a broker that has forgotten the session only by {@link MqttPublisher}.
 */
public final class MqttConnection implements AutoCloseable {

    /**
     * How to connect.
     *
     * @param url                  {@code tcp://}, {@code ssl://} (also {@code mqtt://}, {@code mqtts://}), {@code ws://} or {@code wss://} host[:port][/path]
     * @param username             empty or null: anonymous
     * @param cleanStart           forget the session of an earlier connection with this client id
     * @param sessionExpirySeconds how long the broker keeps the session without a connection
     * @param receiveMaximum       unacknowledged messages the broker may send us; raised for a broker that does not mind it
     * @param will                 published by the broker when we vanish, or null
     * @param madeUpId             whether nobody will use the client id again: a session that a broker keeps for ever is not asked for
     */
    public record Settings(String url, String clientId, String username, String password, MqttTls tls, boolean cleanStart,
            long sessionExpirySeconds, int keepAliveSeconds, int receiveMaximum, long connectMillis, long maxReconnectMillis,
            Mqtt5Publish will, boolean madeUpId) {

        /** A connection with usual values. */
        public static Settings of(String url, String clientId) {
            return new Settings(url, clientId, null, null, MqttTls.DEFAULT, true, 0, 60, MqttWire.MOST_UNACKNOWLEDGED, 10_000, 2_000, null, false);
        }

        /** The same with a session that outlives the connection. */
        public Settings durable(long expirySeconds) {
            return new Settings(url, clientId, username, password, tls, false, expirySeconds, keepAliveSeconds, receiveMaximum,
                    connectMillis, maxReconnectMillis, will, madeUpId);
        }

        boolean hasLogin() {
            return username != null && !username.isEmpty();
        }

        byte[] passwordBytes() {
            return Objects.requireNonNullElse(password, "").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return clientId + " at " + url;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long FIRST_RECONNECT_MILLIS = 100;
    private static final long STOP_MILLIS = 2_000;

    private final Settings settings;
    private final Consumer<Boolean> onConnected;
    private final Predicate<MqttWire.Undecodable> onDisconnected;
    private volatile Listener listener = new Listener();
    private volatile MqttWire wire;
    private volatile MqttWire.Receiver receiver;
    private volatile int sendMaximum = MqttWire.MOST_UNACKNOWLEDGED;
    private volatile Executor thread;
    private volatile boolean wasUp;
    private volatile boolean closed;

    /**
     * Prepares a connection.
     *
     * @param onConnected    called on the client's thread after each connect, with whether the broker still had our session
     * @param onDisconnected called on the client's thread after each loss, with the acknowledgement that caused it since it is no MQTT, or null;
     *                       tells whether to come back without the session
     * @throws IllegalArgumentException if the URL or a TLS file cannot be used
     */
    MqttConnection(Settings settings, Consumer<Boolean> onConnected, Predicate<MqttWire.Undecodable> onDisconnected) {
        this.settings = settings;
        this.onConnected = onConnected;
        this.onDisconnected = onDisconnected;
        this.wire = new Mqtt5Wire(settings, MqttAddress.client(settings), listener);
    }

    /** Listens to one client; one that has been given up is not heard any more. */
    private final class Listener implements MqttWire.Events {

        @Override
        public void connected(boolean sessionPresent, int maximum) {
            LOG.info("MQTT {} is {}", settings, wasUp ? "back" : "connected");
            wasUp = true;
            thread = ThreadExecutorMap.currentExecutor();
            sendMaximum = maximum;
            onConnected.accept(sessionPresent);
        }

        @Override
        public boolean disconnected(MqttDisconnectSource source, Throwable cause, MqttClientReconnector again, MqttWire.Undecodable answer) {
            if (listener != this) {
                return false;
            }
            boolean withoutSession = onDisconnected.test(answer);
            if (closed || !wasUp || source == MqttDisconnectSource.USER) {
                return false;
            }
            int attempts = again.getAttempts();
            if (attempts == 0) {
                LOG.warn("MQTT {} lost the broker: {}", settings, cause.getMessage());
            }
            long pause = Math.min(FIRST_RECONNECT_MILLIS << Math.min(attempts, 16), settings.maxReconnectMillis());
            again.reconnect(true)
                    .resubscribeIfSessionExpired(false).resubscribeIfSessionPresent(false).republishIfSessionExpired(false)
                    .delay(pause + ThreadLocalRandom.current().nextLong(1 + pause / 4), TimeUnit.MILLISECONDS);
            return withoutSession;
        }
    }

    /**
     * Connects and waits for the broker's answer. A broker that answers MQTT 5 with what is none, or by hanging up, is asked in
     * MQTT 3.1.1, and from then on spoken to so.
     *
     * @throws IOException if the broker cannot be reached, refuses us, or does not answer in time
     */
    void connect() throws IOException {
        try {
            await(wire.connect(), settings.connectMillis(), "connecting to " + settings.url());
        } catch (IOException e) {
            if (wasUp || !Mqtt5Wire.isNotUnderstood(e.getCause())) {
                throw e;
            }
            connectOlder(e);
        }
    }

    private void connectOlder(IOException refused) throws IOException {
        MqttWire newer = wire;
        Listener before = listener;
        listener = new Listener();
        MqttWire older = new Mqtt3Wire(settings, MqttAddress.client(settings), listener);
        wire = older;
        receiveAgain();
        try {
            await(older.connect(), settings.connectMillis(), "connecting to " + settings.url());
        } catch (IOException e) {
            wire = newer;
            listener = before;
            refused.addSuppressed(e);
            // A broker that refuses our login in the older version means what it says.
            throw e.getCause() instanceof Mqtt3ConnAckException ? e : refused;
        }
        LOG.info("MQTT {} speaks MQTT 3.1.1 only: what it keeps for us, and for how long, is up to the broker", settings);
    }

    /** Takes what comes from now on. */
    void receive(MqttWire.Receiver taker) {
        receiver = taker;
        receiveAgain();
    }

    /** To be called when the broker has forgotten the session, with which the client ends its message flow. */
    void receiveAgain() {
        if (receiver != null) {
            wire.receive(receiver);
        }
    }

    /** Waits for an answer of the broker and turns every kind of failure into one {@link IOException}. */
    static <T> T await(Future<T> answer, long millis, String what) throws IOException {
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IOException(what + " failed: " + root.getMessage(), e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(what + " failed: no answer in " + millis + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        }
    }

    MqttWire wire() {
        return wire;
    }

    /** The client's own thread, which writes to the connection; null before the first connect. */
    Executor thread() {
        return thread;
    }

    /** Unacknowledged messages that the broker takes from us at once. */
    int sendMaximum() {
        return sendMaximum;
    }

    Settings settings() {
        return settings;
    }

    /** Connected at this moment. */
    public boolean isConnected() {
        return wire.state() == MqttClientState.CONNECTED;
    }

    static MqttQos qos(int level) {
        MqttQos qos = MqttQos.fromCode(level);
        if (qos == null) {
            throw new IllegalArgumentException("MQTT QoS is 0, 1 or 2, not " + level);
        }
        return qos;
    }

    /** Disconnects, also when it is about to reconnect. */
    @Override
    public void close() {
        closed = true;
        if (wire.state() == MqttClientState.DISCONNECTED) {
            return;
        }
        try {
            await(wire.disconnect(), STOP_MILLIS, "disconnecting");
        } catch (IOException e) {
            LOG.debug("MQTT {}: {}", settings, e.getMessage());
        }
    }
}
