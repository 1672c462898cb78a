package io.dromedary.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What an operator has switched on or off, kept in one file that is replaced whole. */
final class ControlState {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, Map<String, Boolean>> switches = new TreeMap<>();

    /** Reads the file; one that is not there means that nothing has been switched. */
    ControlState(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try {
                switches.putAll(JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, Map<String, Boolean>>>() {
                }));
            } catch (IOException e) {
                throw new IllegalStateException("The file " + file + " with what is switched on and off cannot be read (" + e.getMessage()
                        + "); correct or delete it", e);
            }
        }
    }

    /** Whether something is on; the fallback when nobody has switched it. */
    synchronized boolean isOn(String kind, String name, boolean fallback) {
        return switches.getOrDefault(kind, Map.of()).getOrDefault(name, fallback);
    }

    /** Switches and keeps it. */
    synchronized void set(String kind, String name, boolean on) {
        switches.computeIfAbsent(kind, any -> new LinkedHashMap<>()).put(name, on);
        try {
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            Files.write(unfinished, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(switches));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("The switch cannot be kept in " + file, e);
        }
    }
}
