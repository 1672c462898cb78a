package io.dromedary.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import io.reactivex.schedulers.Schedulers;

/** The address of a broker as a client of any version needs it. */
public final class MqttAddress {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "mqtts", 8883, "ws", 80, "wss", 443);
    private static final int MAX_PORT = 65_535;
    /** Names of containers may have an underscore; with one {@link URI#getHost()} finds no host. */
    private static final Pattern SERVER = Pattern.compile("(?:[^@]*@)?([\\w.-]+|\\[[\\p{XDigit}:.%]+])(?::(\\d{1,5}))?");

    /** All connections share them: two that answer each other on one thread need not wake one. Sealing TLS is what a connection may need a core for. */
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private MqttAddress() {
    }

    /** What a URL is made of; the port is the scheme's own if the URL has none. */
    private record Parts(String scheme, String host, int port, String path) {
    }

    /** Whether a connection can be tried to it: a scheme that we speak, a host, and no port or one that there is. */
    public static boolean isOne(String url) {
        return read(url).isPresent();
    }

    private static Optional<Parts> read(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        Matcher server = SERVER.matcher(Objects.requireNonNullElse(uri.getRawAuthority(), ""));
        if (!DEFAULT_PORTS.containsKey(scheme) || !server.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(Objects.requireNonNullElse(server.group(2), "0"));
        String path = Objects.requireNonNullElse(uri.getPath(), "").replaceFirst("^/", "");
        return port > MAX_PORT ? Optional.empty() : Optional.of(new Parts(scheme, server.group(1), port == 0 ? DEFAULT_PORTS.get(scheme) : port, path));
    }

    /**
     * A client with this id and address. Its futures complete on its own thread, not on one of its library's pool.
     *
     * @throws IllegalArgumentException if the URL or a TLS file cannot be used
     */
    static MqttClientBuilder client(MqttConnection.Settings settings) {
        Parts address = read(settings.url()).orElseThrow(() -> new IllegalArgumentException(
                "MQTT address '" + settings.url().replaceFirst("//.*@", "//***@") + "' is not tcp://, ssl://, ws:// or wss:// with a host and a port"));
        MqttClientBuilder result = MqttClient.builder().identifier(settings.clientId()).serverHost(address.host).serverPort(address.port)
                .executorConfig().nettyThreads(THREADS).applicationScheduler(Schedulers.trampoline()).applyExecutorConfig();
        if (Set.of("ssl", "mqtts", "wss").contains(address.scheme)) {
            result = result.sslConfig(settings.tls().toConfig());
        }
        return address.scheme.startsWith("ws") ? result.webSocketConfig().serverPath(address.path).applyWebSocketConfig() : result;
    }
}
