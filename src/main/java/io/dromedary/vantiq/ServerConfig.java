package io.dromedary.vantiq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The connector's {@code server.config}, read with the rules of the Python connector SDK 1.2.8.
 *
 * <p>Mistakes are told with the file and the key; a flag's value counts ({@code sendPings=false} means no pings), a byte order mark is skipped
 * and empty source names are left out. Those four are the SDK's weaknesses repaired.
 */
final class ServerConfig {

    /** The environment variable that carries the token when the file has none. */
    static final String TOKEN_VARIABLE = "CONNECTOR_AUTH_TOKEN";

    private static final Set<String> YES = Set.of("true", "yes", "on", "1");
    private static final Set<String> NO = Set.of("false", "no", "off", "0");

    private final Map<String, String> values;
    private final Map<String, String> environment;
    private final String origin;
    private final Path directory;

    private ServerConfig(Map<String, String> values, Map<String, String> environment, String origin, Path directory) {
        this.values = values;
        this.environment = environment;
        this.origin = origin;
        this.directory = directory;
    }

    /** The file that counts: {@code serverConfig/server.config}, else {@code server.config}, under a directory. */
    static Optional<Path> locate(Path directory) {
        return List.of(directory.resolve("serverConfig").resolve("server.config"), directory.resolve("server.config")).stream()
                .filter(Files::isRegularFile).findFirst();
    }

    /**
     * Reads the file that counts under a directory.
     *
     * @param location    a directory to search, or the file itself
     * @param environment the process environment
     * @throws VantiqConfigException when there is no file or it cannot be read
     */
    static ServerConfig read(Path location, Map<String, String> environment) {
        Path file = Files.isRegularFile(location) ? location
                : locate(location).orElseThrow(() -> new VantiqConfigException("No server.config file found."));
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), environment, file.toString(), location);
        } catch (IOException e) {
            throw new VantiqConfigException(file + " cannot be read as UTF-8 text: " + e.getClass().getSimpleName(), e);
        }
    }

    /** Reads a text; {@code origin} names it in messages. */
    static ServerConfig parse(String text, Map<String, String> environment, String origin, Path directory) {
        String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        return new ServerConfig(ServerConfigText.parse(plain), environment, origin, directory);
    }

    /** The WebSocket address of the server. */
    VantiqTarget target() {
        String server = values.get("targetServer");
        if (server == null) {
            throw new VantiqConfigException("No valid server.config file was found.  Working directory: " + directory.toAbsolutePath()
                    + ". (" + origin + " has no targetServer)");
        }
        return new VantiqTarget(VantiqUrl.check(server, origin + ": targetServer"), token());
    }

    /** The file's token if the key is present, even empty; else the environment's, if there is a target server; else null. */
    String token() {
        if (values.containsKey("authToken")) {
            return values.get("authToken");
        }
        return values.containsKey("targetServer") ? environment.get(TOKEN_VARIABLE) : null;
    }

    /** The source names: every blank is removed, then the text is split at commas. At least one. */
    List<String> sources() {
        String text = values.get("sources");
        if (text == null) {
            throw new VantiqConfigException(origin + ": sources is missing");
        }
        return split(text, origin + ": sources");
    }

    /** Splits a list of source names as the SDK does; empty names are left out. */
    static List<String> split(String text, String origin) {
        List<String> names = Arrays.stream(text.replace(" ", "").split(",")).filter(name -> !name.isEmpty()).distinct().toList();
        if (names.isEmpty()) {
            throw new VantiqConfigException(origin + " names no source");
        }
        return names;
    }

    /** Whether pings are to be sent. */
    boolean sendPings() {
        return flag("sendPings", true);
    }

    /** Whether the first failure ends the session for good. */
    boolean failOnConnectionError() {
        return flag("failOnConnectionError", false);
    }

    /** The port of the TCP probe as text, a number or the name of a service; 8000 when not given. */
    String tcpProbePort() {
        return values.getOrDefault("tcpProbePort", "8000");
    }

    /** The secret that lets a returning connector take over its half-open predecessor, if one is configured. */
    String reconnectSecret() {
        return values.get("reconnectSecret");
    }

    /** Every pair of the file but the token, unknown keys included; {@code targetServer} as the WebSocket address. */
    Map<String, String> values() {
        Map<String, String> shown = new LinkedHashMap<>(values);
        shown.remove("authToken");
        shown.computeIfPresent("targetServer", (key, server) -> VantiqUrl.of(server));
        return shown;
    }

    /** Absent is off; a key without a value means what it means to the SDK. */
    private boolean flag(String key, boolean whenEmpty) {
        String value = values.get(key);
        if (value == null || value.isBlank()) {
            return value != null && whenEmpty;
        }
        String word = value.trim().toLowerCase(Locale.ROOT);
        if (!YES.contains(word) && !NO.contains(word)) {
            throw new VantiqConfigException(origin + ": " + key + " is neither true nor false");
        }
        return YES.contains(word);
    }
}
