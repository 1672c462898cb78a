package io.dromedary.propeller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.dromedary.oci.OciReference;
import io.dromedary.oci.Platform;
import io.dromedary.oci.WebProxies;
import io.dromedary.propeller.ProxySettings.BrokerTls;
import io.dromedary.propeller.ProxySettings.Layout;
import io.dromedary.propeller.ProxySettings.RegistryLogin;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** Reads {@link ProxySettings} and collects every fault before it complains. */
final class ProxySettingsReader {

    private static final int MAX_TRANSFERS = 1000;
    private static final int MAX_QUEUE = 100_000;
    private static final int MAX_WINDOW = 100;
    private static final int HEALTH_PORT = 9191;
    private static final int MAX_PORT = 65_535;

    private final UnaryOperator<String> variable;
    private final ProxyVariables variables;
    private final List<String> faults = new ArrayList<>();

    /** Who the proxy is on the platform. */
    private record Identity(String id, String key, String channel, String domain) {
    }

    ProxySettingsReader(UnaryOperator<String> variable) {
        this.variable = variable;
        this.variables = new ProxyVariables(variable, faults);
    }

    ProxySettings read(Path file) {
        Layout asked = layout();
        Identity identity = identity(asked, file);
        Layout layout = asked != null ? asked : identity.domain().isEmpty() ? Layout.CHANNELS : Layout.M;
        int maxMessage = variables.number("PROXY_MAX_MESSAGE_BYTES", ProxySettings.DEFAULT_MAX_MESSAGE_BYTES, ProxySettings.ENVELOPE_BYTES + 4, 256 * 1024 * 1024);
        boolean authenticate = variables.truth("PROXY_AUTHENTICATE");
        ProxySettings settings = new ProxySettings(layout, variables.text("PROXY_MQTT_ADDRESS", "PROPLET_MQTT_ADDRESS"), clientId(layout, identity),
                identity.id(), identity.key(), identity.domain(), identity.channel(), variables.number("PROXY_MQTT_QOS", layout == Layout.CHANNELS ? 1 : 2, 0, 2),
                variables.duration("PROXY_MQTT_TIMEOUT", Duration.ofSeconds(30)),
                new BrokerTls(variables.text("PROXY_MQTT_TLS_CA_CERT"), variables.text("PROXY_MQTT_TLS_CLIENT_CERT"),
                        variables.text("PROXY_MQTT_TLS_CLIENT_KEY"), variables.truth("PROXY_MQTT_TLS_INSECURE_SKIP_VERIFY")),
                registry(), new RegistryLogin(authenticate ? variables.text("PROXY_REGISTRY_USERNAME") : "",
                        authenticate ? variables.text("PROXY_REGISTRY_PASSWORD") : "", authenticate ? variables.text("PROXY_REGISTRY_TOKEN") : ""),
                variables.text("PROXY_REGISTRY_PLAIN_HTTP"), variables.text("PROXY_REGISTRY_CA_CERT", "SSL_CERT_FILE"), wayOut(),
                variables.duration("PROXY_REGISTRY_TIMEOUT", Duration.ofSeconds(30)),
                variables.text("PROXY_DEFAULT_REGISTRY"), variables.truth("PROXY_ALWAYS_LATEST"), platforms(),
                chunkSize(maxMessage), maxMessage, variables.number("PROXY_TRANSFERS", 50, 1, MAX_TRANSFERS), variables.number("PROXY_QUEUE", 1000, 1, MAX_QUEUE),
                variables.number("PROXY_WINDOW", 8, 1, MAX_WINDOW), variables.duration("PROXY_OUTAGE", Duration.ofMinutes(10)),
                variables.duration("PROXY_PROGRESS_INTERVAL", Duration.ofSeconds(1)), healthPort());
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("The proxy cannot start:\n  " + String.join("\n  ", faults));
        }
        return settings;
    }

    private Layout layout() {
        String text = variables.text("PROXY_TOPIC_LAYOUT");
        return switch (text) {
            case "" -> null;
            case "channels" -> Layout.CHANNELS;
            case "m-messages" -> Layout.M_MESSAGES;
            case "m" -> Layout.M;
            default -> {
                faults.add("PROXY_TOPIC_LAYOUT is '" + text + "'; it must be channels, m-messages or m");
                yield null;
            }
        };
    }

    private Identity identity(Layout asked, Path file) {
        Identity given = new Identity(variables.text("PROXY_ENTITY_ID", "PROXY_CLIENT_ID", "PROPLET_CLIENT_ID", "PROPLET_THING_ID"),
                variables.text("PROXY_API_KEY", "PROXY_CLIENT_KEY", "PROPLET_CLIENT_KEY", "PROPLET_THING_KEY"),
                variables.text("PROXY_CHANNEL_ID", "PROPLET_CHANNEL_ID"), asked == Layout.CHANNELS ? "" : variables.text("PROXY_TENANT_ID", "PROXY_DOMAIN_ID"));
        // A domain is part of the identity from v0.3.0 on; those releases know no PROPLET_ names any more.
        boolean domainNeeded = asked == Layout.M || asked == Layout.M_MESSAGES
                || asked == null && !variables.text("PROXY_ENTITY_ID", "PROXY_CLIENT_ID").isEmpty() && variables.text("PROPLET_CLIENT_ID", "PROPLET_THING_ID").isEmpty();
        List<String> missing = new ArrayList<>();
        missing(missing, given.id(), "PROXY_ENTITY_ID (or PROXY_CLIENT_ID, PROPLET_CLIENT_ID, PROPLET_THING_ID)");
        missing(missing, given.key(), "PROXY_API_KEY (or PROXY_CLIENT_KEY, PROPLET_CLIENT_KEY, PROPLET_THING_KEY)");
        missing(missing, given.channel(), "PROXY_CHANNEL_ID (or PROPLET_CHANNEL_ID)");
        if (domainNeeded) {
            missing(missing, given.domain(), "PROXY_TENANT_ID (or PROXY_DOMAIN_ID)");
        }
        if (missing.isEmpty()) {
            return checked(given);
        }
        if (Files.isRegularFile(file)) {
            return checked(fromFile(file, domainNeeded));
        }
        missing.forEach(name -> faults.add(name + " is not set, and there is no " + file.getFileName()));
        return given;
    }

    private static void missing(List<String> missing, String value, String name) {
        if (value.isEmpty()) {
            missing.add(name);
        }
    }

    private Identity fromFile(Path file, boolean domainNeeded) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(file);
        } catch (IOException e) {
            faults.add(file.getFileName() + " cannot be read");
            return new Identity("", "", "", "");
        }
        if (toml.hasErrors()) {
            faults.add(file.getFileName() + " is not TOML: " + toml.errors().get(0).getMessage());
            return new Identity("", "", "", "");
        }
        Identity identity = new Identity(entry(toml, "entity_id", "client_id", "thing_id"), entry(toml, "api_key", "client_key", "thing_key"),
                entry(toml, "channel_id"), entry(toml, "tenant_id", "domain_id"));
        if (identity.id().isEmpty() || identity.key().isEmpty() || identity.channel().isEmpty() || domainNeeded && identity.domain().isEmpty()) {
            faults.add("the table [proxy] of " + file.getFileName() + " must have entity_id, api_key, channel_id"
                    + (domainNeeded ? " and tenant_id" : "") + " (or their older names)");
        }
        return identity;
    }

    private static String entry(TomlParseResult toml, String... names) {
        for (String name : names) {
            if (toml.get("proxy." + name) instanceof String value && !value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** The ids become parts of topics: a wildcard or a slash would subscribe to what belongs to others. */
    private Identity checked(Identity identity) {
        for (String part : List.of(identity.channel(), identity.domain(), identity.id())) {
            if (part.chars().anyMatch(c -> c < ' ' || "+#/\"\\".indexOf(c) >= 0)) {
                faults.add("'" + part.replaceAll("\\p{Cntrl}", "?") + "' cannot be an id: it holds one of + # / \" \\ or a control character");
            }
        }
        return identity;
    }

    private String clientId(Layout layout, Identity identity) {
        return switch (layout) {
            case CHANNELS -> "Proplet-" + identity.id();
            case M_MESSAGES -> variables.first(ProxySettings.randomId(), "PROXY_INSTANCE_ID");
            case M -> identity.id();
        };
    }

    private String registry() {
        String url = variables.text("PROXY_REGISTRY_URL");
        if (url.isEmpty()) {
            faults.add("PROXY_REGISTRY_URL is not set");
        } else if (!OciReference.isRegistry(url)) {
            faults.add("PROXY_REGISTRY_URL must be host[:port] without a scheme");
        }
        return url;
    }

    private WayOut wayOut() {
        WayOut wayOut = WayOut.of(variable);
        try {
            WebProxies.of(wayOut.http(), wayOut.https(), wayOut.direct());
        } catch (IllegalArgumentException e) {
            faults.add("HTTP_PROXY or HTTPS_PROXY: " + e.getMessage());
        }
        return wayOut;
    }

    private String platforms() {
        String platforms = variables.text("PROXY_PLATFORMS");
        try {
            for (String platform : platforms.isEmpty() ? new String[0] : platforms.split(",")) {
                Platform.parse(platform.trim());
            }
        } catch (IllegalArgumentException e) {
            faults.add("PROXY_PLATFORMS: " + e.getMessage());
        }
        return platforms;
    }

    private int chunkSize(int maxMessage) {
        int size = variables.number("PROXY_CHUNK_SIZE", ProxySettings.DEFAULT_CHUNK_SIZE, 1, Integer.MAX_VALUE);
        int largest = ProxySettings.largestChunk(maxMessage);
        if (size > largest) {
            faults.add("PROXY_CHUNK_SIZE is " + size + ", but a broker that takes messages of " + maxMessage + " bytes (PROXY_MAX_MESSAGE_BYTES)"
                    + " has room for chunks of " + largest + " bytes at most");
        }
        return size;
    }

    /** Whoever runs the proxy against a platform's broker may have a monitor that asks the original's port. */
    private int healthPort() {
        boolean asked = !variables.text("PROXY_HTTP_PORT", "PROXY_MQTT_ADDRESS", "PROPLET_MQTT_ADDRESS").isEmpty();
        return asked ? variables.number("PROXY_HTTP_PORT", HEALTH_PORT, 0, MAX_PORT) : 0;
    }
}
