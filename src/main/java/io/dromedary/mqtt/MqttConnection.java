package io.dromedary.mqtt;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.netty.util.internal.ThreadExecutorMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an MQTT 5 broker. Once it has been up it comes back by itself, with pauses that double up to
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
     */
    public record Settings(String url, String clientId, String username, String password, MqttTls tls, boolean cleanStart,
            long sessionExpirySeconds, int keepAliveSeconds, int receiveMaximum, long connectMillis, long maxReconnectMillis,
            Mqtt5Publish will) {

        /** A connection with usual values. */
        public static Settings of(String url, String clientId) {
            return new Settings(url, clientId, null, null, MqttTls.DEFAULT, true, 0, 60, 65_535, 10_000, 2_000, null);
        }

        /** The same with a session that outlives the connection. */
        public Settings durable(long expirySeconds) {
            return new Settings(url, clientId, username, password, tls, false, expirySeconds, keepAliveSeconds, receiveMaximum,
                    connectMillis, maxReconnectMillis, will);
        }

        @Override
        public String toString() {
            return clientId + " at " + url;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long FIRST_RECONNECT_MILLIS = 100;
    private static final long STOP_MILLIS = 2_000;
    private static final int MOST_UNACKNOWLEDGED = 65_535;
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "mqtts", 8883, "ws", 80, "wss", 443);

    private final Settings settings;
    private final Mqtt5AsyncClient client;
    private volatile int receiveMaximum;
    private volatile int sendMaximum = MOST_UNACKNOWLEDGED;
    private volatile Executor thread;
    private volatile boolean wasUp;
    private volatile boolean closed;

    /**
     * Prepares a connection.
     *
     * @param onConnected    called on the client's thread after each connect, with whether the broker still had our session
     * @param onDisconnected called on the client's thread after each loss
     * @throws IllegalArgumentException if the URL or a TLS file cannot be used
     */
    MqttConnection(Settings settings, Consumer<Boolean> onConnected, Runnable onDisconnected) {
        this.settings = settings;
        this.receiveMaximum = settings.receiveMaximum();
        this.client = address(Mqtt5Client.builder().identifier(settings.clientId()))
                .addConnectedListener(context -> {
                    LOG.info("MQTT {} is {}", settings, wasUp ? "back" : "connected");
                    wasUp = true;
                    thread = ThreadExecutorMap.currentExecutor();
                    sendMaximum = ((Mqtt5ClientConnectedContext) context).getConnAck().getRestrictions().getReceiveMaximum();
                    onConnected.accept(((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent());
                })
                .addDisconnectedListener(context -> {
                    onDisconnected.run();
                    reconnect((Mqtt5ClientDisconnectedContext) context);
                })
                .buildAsync();
    }

    private Mqtt5ClientBuilder address(Mqtt5ClientBuilder builder) {
        URI uri = URI.create(settings.url());
        String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        if (!DEFAULT_PORTS.containsKey(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException("MQTT address '" + settings.url() + "' is not tcp://, ssl://, ws:// or wss:// with a host");
        }
        int port = uri.getPort() > 0 ? uri.getPort() : DEFAULT_PORTS.get(scheme);
        Mqtt5ClientBuilder result = builder.serverHost(uri.getHost()).serverPort(port);
        if (scheme.equals("ssl") || scheme.equals("mqtts") || scheme.equals("wss")) {
            result = result.sslConfig(settings.tls().toConfig());
        }
        if (scheme.startsWith("ws")) {
            String path = uri.getPath() == null ? "" : uri.getPath();
            result = result.webSocketConfig().serverPath(path.startsWith("/") ? path.substring(1) : path).applyWebSocketConfig();
        }
        return result;
    }

    private void reconnect(Mqtt5ClientDisconnectedContext context) {
        if (closed || !wasUp || context.getSource() == MqttDisconnectSource.USER) {
            return;
        }
        int attempts = context.getReconnector().getAttempts();
        if (attempts == 0) {
            LOG.warn("MQTT {} lost the broker: {}", settings, context.getCause().getMessage());
        }
        long pause = Math.min(FIRST_RECONNECT_MILLIS << Math.min(attempts, 16), settings.maxReconnectMillis());
        if (allowMore(context.getCause())) {
            context.getReconnector().connect(connectMessage());
        }
        context.getReconnector().reconnect(true)
                .resubscribeIfSessionExpired(false).resubscribeIfSessionPresent(false).republishIfSessionExpired(false)
                .delay(pause + ThreadLocalRandom.current().nextLong(1 + pause / 4), TimeUnit.MILLISECONDS);
    }

    /**
     * Mosquitto 2.0.11 sends a kept session as many messages at once as its own {@code max_inflight_messages} says, whatever we
     * asked for. The client then disconnects, as the protocol wants, and would do so for ever.
     */
    private boolean allowMore(Throwable cause) {
        if (cause instanceof Mqtt5DisconnectException refused
                && refused.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED && receiveMaximum < MOST_UNACKNOWLEDGED) {
            receiveMaximum = Math.min(MOST_UNACKNOWLEDGED, 8 * receiveMaximum);
            LOG.warn("MQTT {} ignored our receive maximum; it may now send {} messages at once", settings, receiveMaximum);
            return true;
        }
        return false;
    }

    /**
     * Connects and waits for the broker's answer.
     *
     * @throws IOException if the broker cannot be reached, refuses us, or does not answer in time
     */
    void connect() throws IOException {
        await(client.connect(connectMessage()), settings.connectMillis(), "connecting to " + settings.url());
    }

    private Mqtt5Connect connectMessage() {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder().cleanStart(settings.cleanStart())
                .sessionExpiryInterval(settings.sessionExpirySeconds()).keepAlive(settings.keepAliveSeconds())
                .restrictions().receiveMaximum(receiveMaximum).applyRestrictions();
        if (settings.username() != null && !settings.username().isEmpty()) {
            String password = Objects.requireNonNullElse(settings.password(), "");
            connect = connect.simpleAuth().username(settings.username()).password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        }
        if (settings.will() != null) {
            connect = connect.willPublish(settings.will());
        }
        return connect.build();
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

    Mqtt5AsyncClient client() {
        return client;
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
        return client.getState() == MqttClientState.CONNECTED;
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
        if (client.getState() == MqttClientState.DISCONNECTED) {
            return;
        }
        try {
            await(client.disconnect(), STOP_MILLIS, "disconnecting");
        } catch (IOException e) {
            LOG.debug("MQTT {}: {}", settings, e.getMessage());
        }
    }
}
