package io.dromedary.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import io.reactivex.schedulers.Schedulers;

/** The address of a broker as a client of any version needs it. */
public final class MqttAddress {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "mqtts", 8883, "ws", 80, "wss", 443);

    private static final int MAX_PORT = 65_535;

    /** All connections share them: two that answer each other on one thread need not wake one. Sealing TLS is what a connection may need a core for. */
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private MqttAddress() {
    }

    /** Whether a connection can be tried to it: a scheme that we speak, a host, and no port or one that there is. */
    public static boolean isOne(String url) {
        try {
            URI uri = new URI(url);
            return DEFAULT_PORTS.containsKey(scheme(uri)) && uri.getHost() != null && uri.getPort() <= MAX_PORT;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String scheme(URI uri) {
        return Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
    }

    /**
     * A client with this id and address. Its futures complete on its own thread, not on one of its library's pool.
     *
     * @throws IllegalArgumentException if the URL or a TLS file cannot be used
     */
    static MqttClientBuilder client(MqttConnection.Settings settings) {
        if (!isOne(settings.url())) {
            throw new IllegalArgumentException("MQTT address '" + settings.url() + "' is not tcp://, ssl://, ws:// or wss:// with a host and a port");
        }
        URI uri = URI.create(settings.url());
        String scheme = scheme(uri);
        int port = uri.getPort() > 0 ? uri.getPort() : DEFAULT_PORTS.get(scheme);
        MqttClientBuilder result = MqttClient.builder().identifier(settings.clientId()).serverHost(uri.getHost()).serverPort(port)
                .executorConfig().nettyThreads(THREADS).applicationScheduler(Schedulers.trampoline()).applyExecutorConfig();
        if (scheme.equals("ssl") || scheme.equals("mqtts") || scheme.equals("wss")) {
            result = result.sslConfig(settings.tls().toConfig());
        }
        if (scheme.startsWith("ws")) {
            String path = uri.getPath() == null ? "" : uri.getPath();
            result = result.webSocketConfig().serverPath(path.startsWith("/") ? path.substring(1) : path).applyWebSocketConfig();
        }
        return result;
    }
}
