package io.dromedary.propeller;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The settings of the proxy, checked. They come from environment variables in every spelling that a release of the original knew,
 * the newest first, and from {@code config.toml} in the working directory where an identity is missing.
 *
 * @param layout             which generation of topics
 * @param mqttAddress        broker, or empty if none is configured
 * @param clientId           MQTT client id of the subscriber
 * @param username           user name at the broker; empty: anonymous
 * @param password           password at the broker
 * @param domain             domain or tenant; empty in the layout {@code channels}
 * @param channel            channel
 * @param mqttQos            QoS of the subscription and of the chunks
 * @param mqttTimeout        longest wait for the broker to accept a connection
 * @param tls                files for TLS to the broker
 * @param registryUrl        registry that the credentials are for
 * @param credentials        what to show to that registry; empty unless authentication is switched on
 * @param plainHttp          registries that are asked over plain http, comma-separated
 * @param caCertificates     PEM file of the authorities that registries are trusted by; empty: the platform's
 * @param webProxies         web proxies on the way to registries
 * @param registryTimeout    longest wait for an answer of a registry, and longest silence in the middle of one
 * @param defaultRegistry    registry of references that name none; empty: such references are refused
 * @param alwaysLatest       ignore tag and digest, as the original does
 * @param platforms          platforms to select from an index, comma-separated; empty for the default of the component
 * @param chunkSize          bytes of the artifact in one chunk
 * @param maxMessageBytes    largest message that the broker takes
 * @param transfers          transfers at once
 * @param queue              requests waiting behind them
 * @param window             chunks sent and not yet acknowledged
 * @param outage             how long a transfer waits for a broker that is away
 * @param progressInterval   time between two progress messages of one transfer
 * @param healthPort         port of {@code GET /health}; 0: none
 */
public record ProxySettings(Layout layout, String mqttAddress, String clientId, String username, String password, String domain,
        String channel, int mqttQos, Duration mqttTimeout, BrokerTls tls, String registryUrl, RegistryLogin credentials, String plainHttp,
        String caCertificates, WayOut webProxies, Duration registryTimeout, String defaultRegistry, boolean alwaysLatest, String platforms,
        int chunkSize, int maxMessageBytes, int transfers, int queue, int window, Duration outage, Duration progressInterval, int healthPort) {

    /** Bytes of a chunk unless configured otherwise. */
    public static final int DEFAULT_CHUNK_SIZE = 512_000;
    /** The message limit in the configuration that the platform ships for its broker. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_576;
    /** Room for everything in a chunk message but the data: keys, numbers, topic, the MQTT header and a name of {@value #MAX_NAME} bytes. */
    static final int ENVELOPE_BYTES = 576;
    /** Longest reference that is served. */
    static final int MAX_NAME = 320;

    /** The generations of topics. */
    public enum Layout {
        /** {@code channels/<channel>/messages/registry/…}: the public page, to v0.2.0. */
        CHANNELS("channels/%2$s/messages"),
        /** {@code m/<domain>/c/<channel>/messages/registry/…}: v0.3.0. */
        M_MESSAGES("m/%1$s/c/%2$s/messages"),
        /** {@code m/<domain>/c/<channel>/registry/…}: v0.4.0 and later. */
        M("m/%1$s/c/%2$s");

        private final String prefix;

        Layout(String prefix) {
            this.prefix = prefix;
        }
    }

    /** PEM files for TLS to the broker; empty texts where there is none. */
    public record BrokerTls(String authority, String certificate, String key, boolean insecure) {
    }

    /** Credentials for the registry; empty texts where there are none. */
    public record RegistryLogin(String username, String password, String token) {

        @Override
        public String toString() {
            return "RegistryLogin[hidden]";
        }
    }

    /** What a proxy without any configuration runs with: an embedded broker, and topics below {@code m/local/c/local}. */
    private static final Map<String, String> LOCAL = Map.of("PROXY_TENANT_ID", "local", "PROXY_CHANNEL_ID", "local", "PROXY_ENTITY_ID",
            "dromedary-proxy", "PROXY_API_KEY", "local", "PROXY_REGISTRY_URL", "localhost:5000", "PROXY_REGISTRY_PLAIN_HTTP", "localhost:5000");
    /** What a client that only asks need not know. */
    private static final Map<String, String> CLIENT = Map.of("PROXY_ENTITY_ID", "client", "PROXY_API_KEY", "client", "PROXY_REGISTRY_URL", "localhost:5000");

    /**
     * Reads settings, or falls back to those of a proxy for this machine alone when no variable of the proxy's identity is set.
     *
     * @param address broker to use where none is configured
     */
    public static ProxySettings readOrLocal(UnaryOperator<String> variable, Path file, String address) {
        boolean local = !isConfigured(variable) && !Files.exists(file);
        Map<String, String> defaults = new TreeMap<>(local ? LOCAL : Map.of());
        if (isUnset(variable, "PROXY_MQTT_ADDRESS") && isUnset(variable, "PROPLET_MQTT_ADDRESS")) {
            defaults.put("PROXY_MQTT_ADDRESS", address);
            // The original's port is for a monitor of its platform, and there is none.
            defaults.put("PROXY_HTTP_PORT", "0");
        }
        ProxySettings settings = read(name -> isUnset(variable, name) || local && WayOut.isUnusable(variable, name)
                ? defaults.get(name) : variable.apply(name), file);
        return local ? settings.anonymous() : settings;
    }

    /** The topics and the broker for a client of the proxy; it needs neither a registry nor the proxy's identity. */
    public static ProxySettings topics(UnaryOperator<String> variable) {
        Map<String, String> defaults = isConfigured(variable) ? CLIENT : LOCAL;
        return read(name -> isUnset(variable, name) || WayOut.isProxy(name) ? defaults.get(name) : variable.apply(name), Path.of("config.toml"));
    }

    private static boolean isUnset(UnaryOperator<String> variable, String name) {
        String value = variable.apply(name);
        return value == null || value.isEmpty();
    }

    private ProxySettings anonymous() {
        return new ProxySettings(layout, mqttAddress, clientId, "", "", domain, channel, mqttQos, mqttTimeout, tls, registryUrl, credentials,
                plainHttp, caCertificates, webProxies, registryTimeout, defaultRegistry, alwaysLatest, platforms, chunkSize, maxMessageBytes, transfers, queue,
                window, outage, progressInterval, healthPort);
    }

    /**
     * Reads settings.
     *
     * @param  variable                 the value of an environment variable, or null
     * @param  file                     the file that holds the identity where variables do not; it may be absent
     * @throws IllegalArgumentException names everything that is missing or wrong, one fault per line
     */
    public static ProxySettings read(UnaryOperator<String> variable, Path file) {
        return new ProxySettingsReader(variable).read(file);
    }

    /** Whether any variable of the proxy's identity or registry is set; without one the flow has nothing to be a drop-in for. */
    public static boolean isConfigured(UnaryOperator<String> variable) {
        return List.of("PROXY_REGISTRY_URL", "PROXY_CHANNEL_ID", "PROPLET_CHANNEL_ID").stream().anyMatch(name -> {
            String value = variable.apply(name);
            return value != null && !value.isEmpty();
        });
    }

    private String topic(String rest) {
        return layout.prefix.formatted(domain, channel) + "/" + rest;
    }

    /** Where requests arrive. */
    public String requestTopic() {
        return topic("registry/proplet");
    }

    /** Where chunks go. */
    public String chunkTopic() {
        return topic("registry/server");
    }

    /** Where failures go; the original has no such topic. */
    public String errorTopic() {
        return topic("registry/error");
    }

    /** Where progress goes; the original has no such topic. */
    public String progressTopic() {
        return topic("registry/progress");
    }

    /** Where the will goes; empty if this generation has none. */
    public String aliveTopic() {
        return layout == Layout.CHANNELS ? "" : topic("control/proplet/alive");
    }

    /** What the will says. */
    public String alivePayload() {
        String channelField = layout == Layout.M_MESSAGES ? ",\"smq_channel_id\":\"" + channel + "\"" : "";
        return "{\"status\":\"offline\",\"proplet_id\":\"" + clientId + "\"" + channelField + "}";
    }

    /** The largest chunk size that a broker with this message limit takes. */
    static int largestChunk(int maxMessageBytes) {
        return (maxMessageBytes - ENVELOPE_BYTES) / 4 * 3;
    }

    /** An identity for a MQTT client id part where the generation asks for a random one. */
    static String randomId() {
        return UUID.randomUUID().toString();
    }

    /** The values that the routes name, as properties {@code proxy.…}. Secrets are not among them. */
    public Map<String, String> routeProperties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put("proxy.request-topic", requestTopic());
        properties.put("proxy.chunk-topic", chunkTopic());
        properties.put("proxy.error-topic", errorTopic());
        properties.put("proxy.progress-topic", progressTopic());
        // A request is acknowledged when it is queued, as the original does; a fleet waits until it is served.
        properties.put("proxy.manual-acks", "false");
        properties.put("proxy.mqtt-qos", String.valueOf(mqttQos));
        properties.put("proxy.chunk-size", String.valueOf(chunkSize));
        properties.put("proxy.transfers", String.valueOf(transfers));
        properties.put("proxy.queue", String.valueOf(queue));
        properties.put("proxy.window", String.valueOf(window));
        properties.put("proxy.outage", String.valueOf(outage.toMillis()));
        properties.put("proxy.progress-interval", String.valueOf(progressInterval.toMillis()));
        properties.put("proxy.health", String.valueOf(healthPort != 0));
        properties.put("proxy.http-port", String.valueOf(healthPort));
        properties.put("proxy.always-latest", String.valueOf(alwaysLatest));
        return properties;
    }

    @Override
    public String toString() {
        return "ProxySettings[" + layout + ", " + requestTopic() + ", " + clientId + "]";
    }
}
