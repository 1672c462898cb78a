package io.dromedary.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.StartRefused;
import io.dromedary.kit.Reload;
import io.dromedary.kit.Versions;
import io.dromedary.lint.Linter;

/** Where routes and kamelets are: a distribution has them as files, to be read and changed; else they are in the jar. */
final class ProgramFiles {

    private final Settings settings;

    ProgramFiles(Settings settings) {
        this.settings = settings;
    }

    /** The engineer's own folders by what they hold, {@code routes} and {@code kamelets}, if they are set. */
    static Map<String, Path> own(Settings settings) {
        Map<String, Path> folders = new LinkedHashMap<>();
        settings.value("DROMEDARY_ROUTES_DIR").ifPresent(folder -> folders.put("routes", Path.of(folder)));
        settings.value("DROMEDARY_KAMELETS_DIR").ifPresent(folder -> folders.put("kamelets", Path.of(folder)));
        return folders;
    }

    /** What is the engineer's own is copied before it runs, so that it can be exchanged as a whole; null if there is nothing. */
    Reload copy(DataDirectory data) {
        Map<String, Path> folders = own(settings);
        if (folders.isEmpty()) {
            return null;
        }
        try {
            return new Reload(folders, new Versions(data.folder("kit")), this::linter);
        } catch (IOException e) {
            throw new StartRefused("DROMEDARY_ROUTES_DIR or DROMEDARY_KAMELETS_DIR cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Patterns of route files in the order in which their routes start: the edges of the flows last, when all that they call is there.
     *
     * @param own the engineer's own files, or null
     */
    List<String> routes(List<Flows.Flow> enabled, Reload own) throws IOException {
        // Once each: flows may share files.
        Set<String> patterns = new LinkedHashSet<>(List.of(shipped("errors"), shipped("interfaces")));
        enabled.forEach(flow -> flow.routes().forEach(route -> patterns.add(shipped(route))));
        if (own != null) {
            patterns.add("file:" + own.running() + "/routes/**/*.camel.yaml");
        }
        enabled.forEach(flow -> flow.edges().forEach(route -> patterns.add(shipped(route))));
        return List.copyOf(patterns);
    }

    private String shipped(String route) {
        return unpacked("routes").map(folder -> "file:" + folder + "/").orElse("classpath:routes/") + route + ".camel.yaml";
    }

    /** Folders of kamelets, the first one wins. */
    List<String> kamelets(Reload own) throws IOException {
        List<String> locations = new ArrayList<>();
        unpacked("kamelets").ifPresent(folder -> locations.add("file:" + folder));
        locations.add(own == null ? "classpath:kamelets" : own.kameletLocation());
        return locations;
    }

    /** Judges the engineer's own files; knows the shipped ones, which they may use. */
    Linter linter() throws IOException {
        Optional<Path> routes = unpacked("routes");
        Optional<Path> kamelets = unpacked("kamelets");
        if (routes.isPresent() && kamelets.isPresent()) {
            return new Linter(List.of(routes.get(), kamelets.get()), null);
        }
        try (ShippedFiles shipped = ShippedFiles.open()) {
            return new Linter(List.of(shipped.routes(), shipped.kamelets()), null);
        }
    }

    private Optional<Path> unpacked(String folder) {
        return settings.value("DROMEDARY_HOME").map(home -> Path.of(home, folder)).filter(Files::isDirectory);
    }
}
