package io.dromedary.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.dromedary.embedded.StartRefused;
import io.dromedary.mqtt.MqttTls;
import org.apache.camel.spi.PropertiesFunction;

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

    /**
     * The environment of this process and, below it, the file of variables.
     *
     * @throws BadConfiguration if that file cannot be understood
     */
    static Settings ofProcess() {
        return new Settings(EnvFile.addTo(System.getenv(), Path.of("")));
    }

    /** What {@code {{env:NAME}}} and {@code {{env:NAME:default}}} stand for in routes: our variables, the file's too. */
    PropertiesFunction placeholders() {
        return new PropertiesFunction() {
            @Override
            public String getName() {
                return "env";
            }

            @Override
            public String apply(String remainder) {
                int colon = remainder.indexOf(':');
                String name = colon < 0 ? remainder : remainder.substring(0, colon);
                // Camel's own function looks for the second spelling too.
                String value = environment.getOrDefault(name, environment.get(name.toUpperCase(Locale.ROOT).replace('-', '_')));
                return value == null ? colon < 0 ? null : remainder.substring(colon + 1) : Variables.shipped().forCamel(name, value);
            }
        };
    }

    /** Whether a variable says so: {@code true}, {@code 1} or {@code yes}. */
    boolean isTrue(String name) {
        return value(name).map(Variables::isTrue).orElse(false);
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

    /** How much to log; the reference has names of its own for two levels. */
    String logLevel(String fallback) {
        return value("DROMEDARY_LOG_LEVEL").or(() -> value("PETAL_LOG_LEVEL").filter(level -> fallback.equals("INFO"))
                .map(level -> level.toUpperCase(Locale.ROOT).replace("WARNING", "WARN").replace("CRITICAL", "ERROR"))).orElse(fallback);
    }

    /** How the bus's broker is trusted and how we identify ourselves to it; used only where its address asks for TLS. */
    MqttTls busTls() {
        return new MqttTls(value("DROMEDARY_MQTT_TLS_CA_CERT", ""), value("DROMEDARY_MQTT_TLS_CLIENT_CERT", ""),
                value("DROMEDARY_MQTT_TLS_CLIENT_KEY", ""),
                isTrue("DROMEDARY_MQTT_TLS_INSECURE_SKIP_VERIFY"));
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
