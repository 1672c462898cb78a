package io.dromedary.vantiq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows the server and the token: explicit values first, then {@code server.config}, then the fallback token. The file is read anew for every
 * attempt, so a new token counts without a restart.
 *
 * @param targetServer  explicit address, or null
 * @param authToken     explicit token, or null
 * @param fallbackToken the token when neither is given, usually from the environment; or null
 * @param location      the file {@code server.config}, or the directory to search it in
 */
record VantiqTargets(String targetServer, String authToken, String fallbackToken, Path location) implements Supplier<VantiqTarget> {

    @Override
    public VantiqTarget get() {
        if (targetServer != null) {
            String token = authToken != null ? authToken : file().map(ServerConfig::token).orElse(fallbackToken);
            return new VantiqTarget(VantiqUrl.check(targetServer, "targetServer"), token);
        }
        VantiqTarget target = ServerConfig.read(location, environment()).target();
        return authToken == null ? target : new VantiqTarget(target.address(), authToken);
    }

    /** The configuration file, if there is one. */
    Optional<ServerConfig> file() {
        return path().map(path -> ServerConfig.read(path, environment()));
    }

    /** A number that changes when the file does; 0 without one. */
    long version() {
        return path().map(path -> {
            try {
                return Files.getLastModifiedTime(path).toMillis() * 31 + Files.size(path);
            } catch (IOException e) {
                return 0L;
            }
        }).orElse(0L);
    }

    private Optional<Path> path() {
        return Files.isRegularFile(location) ? Optional.of(location) : ServerConfig.locate(location);
    }

    private Map<String, String> environment() {
        return fallbackToken == null ? Map.of() : Map.of(ServerConfig.TOKEN_VARIABLE, fallbackToken);
    }

    /** Without the tokens. */
    @Override
    public String toString() {
        return "targetServer from " + (targetServer == null ? location.toString() : "properties");
    }
}
