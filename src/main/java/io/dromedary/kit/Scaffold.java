package io.dromedary.kit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the files that something new begins with. Never touches a file that exists. */
public final class Scaffold {

    /** Which files there are, by what is made. {@code _} separates folders. */
    private static final Map<String, List<String>> FILES = Map.of(
            "command", List.of("commands_@petal@_@name@.camel.yaml", "commands_@petal@_@name@.schema.json",
                    "commands_@petal@_@name@.test.yaml", "commands_@petal@_@name@.md"),
            "flow", List.of("@name@.camel.yaml", "@name@.test.yaml", "@name@.md"),
            "bridge", List.of("@name@.camel.yaml", "@name@.test.yaml", "@name@.md"),
            "kamelet-source", kamelet(), "kamelet-sink", kamelet(), "kamelet-action", kamelet());

    private Scaffold() {
    }

    private static List<String> kamelet() {
        return List.of("@name@.kamelet.yaml", "@name@-example.camel.yaml", "@name@-example.test.yaml", "@name@.md");
    }

    /**
     * Writes the files.
     *
     * @param kind   {@code command}, {@code flow}, {@code bridge}, {@code kamelet-source}, {@code -sink} or {@code -action}
     * @param folder where to
     * @param values what stands for {@code @name@} and the like
     * @return what was written
     * @throws FileAlreadyExistsException before anything is written, if one of the files is there
     */
    public static List<Path> write(String kind, Path folder, Map<String, String> values) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        for (String template : FILES.get(kind)) {
            Path file = folder.resolve(fill(template.replace('_', '/'), values));
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            files.put(file, fill(read("/scaffold/" + kind + "/" + template), values));
        }
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Files.createDirectories(file.getKey().toAbsolutePath().getParent());
            Files.writeString(file.getKey(), file.getValue());
        }
        return new ArrayList<>(files.keySet());
    }

    private static String fill(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("@" + value.getKey() + "@", value.getValue());
        }
        return filled;
    }

    private static String read(String resource) throws IOException {
        try (InputStream in = Scaffold.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
