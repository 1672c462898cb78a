package io.dromedary.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.Ports;
import io.dromedary.embedded.StartRefused;

/** What the launcher finds out about this device and process; as properties it wins over {@code application.properties}. */
final class LauncherProperties {

    private final Settings settings;
    private final DataDirectory data;
    private final boolean simulated;
    private final Map<String, String> embedded;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    /**
     * @param simulated whether there is a vehicle without an address of its own
     * @param embedded  host and port of each embedded server by its name
     */
    LauncherProperties(Settings settings, DataDirectory data, boolean simulated, Map<String, String> embedded) {
        this.settings = settings;
        this.data = data;
        this.simulated = simulated;
        this.embedded = embedded;
    }

    /**
     * Looks for free ports, among others.
     *
     * @throws StartRefused if a port is taken or a variable cannot be used
     */
    Properties properties(Identity identity) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("dromedary.data-dir", data.path().toString());
        properties.setProperty("dromedary.transfer-dirs", settings.value("DROMEDARY_TRANSFER_DIRS", data.folder("transfers").toString()));
        properties.setProperty("dromedary.vehicle-expected", Boolean.toString(simulated || settings.value("PETAL_MAVLINK_ENDPOINT").isPresent()));
        properties.setProperty("petal.redis-health-message-period", millis("PETAL_REDIS_HEALTH_MESSAGE_RATE", 3));
        identify(properties, identity);
        properties.setProperty("dromedary.http-name", httpName());
        listen(properties, "http", "camel.server.port", "DROMEDARY_HTTP_PORT", 9000);
        listen(properties, "management", "camel.management.port", "DROMEDARY_MANAGEMENT_PORT", 9876);
        return properties;
    }

    /** Where the HTTP and the management server will listen, once {@link #properties} was called. */
    Map<String, String> addresses() {
        return addresses;
    }

    private void identify(Properties properties, Identity identity) {
        properties.setProperty("dromedary.organization-id", identity.organization());
        properties.setProperty("dromedary.organization-file", settings.value("DROMEDARY_ORGANIZATION_ID").isPresent() ? "" : settings.value("DROMEDARY_ORGANIZATION_ID_FILE", ""));
        properties.setProperty("dromedary.machine-id", identity.machine());
        // A device without an identity owns its documents and files as "local"; an empty variable says that it has none.
        properties.setProperty("petal.machine-id", identity.machine().isEmpty() && !settings.isAbsent("DROMEDARY_MACHINE_ID") ? "local" : identity.machine());
        properties.setProperty("dromedary.device-topic", identity.topicPrefix());
        properties.setProperty("dromedary.device-id", identity.deviceId());
        // On a topic without an organization there is nobody else who could answer.
        properties.setProperty("dromedary.answer-foreign-commands",
                Boolean.toString(settings.isSet("DROMEDARY_ANSWER_FOREIGN_COMMANDS") ? settings.isTrue("DROMEDARY_ANSWER_FOREIGN_COMMANDS") : identity.organization().isEmpty()));
    }

    /** The address that both HTTP servers listen at; loopback unless told otherwise. */
    static String httpHost(Settings settings) {
        return settings.value("DROMEDARY_HTTP_HOST", InetAddress.getLoopbackAddress().getHostAddress());
    }

    /** How others reach the HTTP server: nobody can go to the address that stands for all. */
    private String httpName() throws IOException {
        String host = httpHost(settings);
        return isAny(host) ? InetAddress.getLocalHost().getHostName() : host;
    }

    private static boolean isAny(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Camel's HTTP server does not tell the port it got for 0, so a free one is looked up here. */
    private void listen(Properties properties, String name, String property, String setting, int fallback) {
        int wanted = settings.port(setting, fallback);
        String host = httpHost(settings);
        alone(embedded, host, wanted, name, setting);
        alone(addresses, host, wanted, name, setting);
        try {
            int port = Ports.claim(host, wanted);
            properties.setProperty(property, Integer.toString(port));
            addresses.put(name, host + ":" + port);
        } catch (IOException e) {
            throw new StartRefused("Port " + wanted + " for " + name + " is taken (" + e.getMessage() + "); set " + setting
                    + " to another one, or to 0 for any.");
        }
    }

    /** Whichever of two servers at one port starts first has it; the other one would be told only in a log that it has not. */
    private static void alone(Map<String, String> others, String host, int wanted, String name, String setting) {
        others.forEach((other, address) -> {
            if (address.equals(host + ":" + wanted) || (isAny(host) && address.endsWith(":" + wanted))) {
                throw new StartRefused("Port " + wanted + " for " + name + " is that of " + other + " too; set " + setting + " to another one, or to 0 for any.");
            }
        });
    }

    /** A variable in seconds, for Camel. */
    private String millis(String setting, double fallback) {
        try {
            double seconds = Double.parseDouble(settings.value(setting, Double.toString(fallback)));
            if (seconds > 0 && seconds <= 86_400) {
                return Long.toString(Math.max(1, Math.round(seconds * 1000)));
            }
        } catch (NumberFormatException e) {
            // Said below, with what is out of range.
        }
        throw new StartRefused(setting + " is '" + settings.value(setting, "") + "', which is not a time in seconds.");
    }
}
