package io.dromedary.cli;

import java.util.Map;
import java.util.Optional;

import io.dromedary.embedded.StartRefused;
import io.dromedary.mqtt.MqttTls;

/**
 * The environment as the launcher sees it. A variable that is set to the empty text is something else than one that is not
 * set: the first says that a service is absent, the second that it may be embedded.
 */
public final class Settings {

    private final Map<String, String> environment;

    /** Settings by the names of their environment variables. */
    public Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    static Settings ofProcess() {
        return new Settings(System.getenv());
    }

    /** The value of a variable that is set and not empty. */
    Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank()).map(String::trim);
    }

    /** Set to the empty text. */
    boolean isAbsent(String name) {
        return environment.containsKey(name) && environment.get(name).isBlank();
    }

    boolean isSet(String name) {
        return environment.containsKey(name);
    }

    String value(String name, String fallback) {
        return value(name).orElse(fallback);
    }

    /** How the bus's broker is trusted and how we identify ourselves to it; used only where its address asks for TLS. */
    MqttTls busTls() {
        return new MqttTls(value("DROMEDARY_MQTT_TLS_CA_CERT", ""), value("DROMEDARY_MQTT_TLS_CLIENT_CERT", ""),
                value("DROMEDARY_MQTT_TLS_CLIENT_KEY", ""),
                Boolean.parseBoolean(value("DROMEDARY_MQTT_TLS_INSECURE_SKIP_VERIFY", "false")));
    }

    /**
     * A port number.
     *
     * @throws StartRefused if it is none
     */
    int port(String name, int fallback) {
        Optional<String> text = value(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            int port = Integer.parseInt(text.get());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, together with the numbers that are too large.
        }
        throw new StartRefused(name + " is '" + text.get() + "', which is not a port number from 0 to 65535.");
    }
}
