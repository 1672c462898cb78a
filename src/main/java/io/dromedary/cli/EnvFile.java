package io.dromedary.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads variables from a file: {@code NAME=value} per line, {@code #} begins a comment, {@code export} may precede a name, a value
 * may stand in single quotes (as it is) or in double quotes (with {@code \n}, {@code \"} and {@code \\}). Nothing is expanded.
 */
final class EnvFile {

    static final String SETTING = "DROMEDARY_ENV_FILE";

    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("(?:'([^']*)'|\"((?:[^\"\\\\]|\\\\.)*+)\")\\s*(?:#.*)?");

    private EnvFile() {
    }

    /**
     * The environment with what the file adds. The file is {@code .env} in the folder, if there is one, or the one that
     * {@code DROMEDARY_ENV_FILE} names; the empty text there stands for none.
     *
     * @throws BadConfiguration if the named file cannot be read, or a line is no variable
     */
    static Map<String, String> addTo(Map<String, String> environment, Path folder) {
        String named = environment.get(SETTING);
        Path file = folder.resolve(named == null ? ".env" : named.trim());
        if (named == null ? !Files.isRegularFile(file) : named.isBlank()) {
            return environment;
        }
        Map<String, String> all = new LinkedHashMap<>(read(file));
        all.putAll(environment);
        return all;
    }

    private static Map<String, String> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadConfiguration(List.of(file + " has more than " + MAX_BYTES + " bytes."));
            }
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
        } catch (IOException e) {
            throw new BadConfiguration(List.of(file + " cannot be read (" + e.getMessage() + "); see " + SETTING + "."));
        }
    }

    /** The variables of a text; the last of several lines with one name counts. */
    static Map<String, String> parse(String text, String name) {
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        String[] lines = text.replaceFirst("^\uFEFF", "").split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].trim();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher variable = LINE.matcher(line);
            String value = variable.matches() ? value(variable.group(2)) : null;
            if (value == null) {
                // Without its text, which may be a secret.
                problems.add("Line " + (i + 1) + " of " + name + " is no NAME=value.");
            } else {
                variables.put(variable.group(1), value);
            }
        }
        if (!problems.isEmpty()) {
            throw new BadConfiguration(problems);
        }
        return variables;
    }

    /** Null when a quote does not end. */
    private static String value(String text) {
        if (!text.startsWith("'") && !text.startsWith("\"")) {
            return text.startsWith("#") ? "" : text.replaceFirst("\\s+#.*", "");
        }
        Matcher quoted = QUOTED.matcher(text);
        if (!quoted.matches()) {
            return null;
        }
        return quoted.group(1) != null ? quoted.group(1)
                : quoted.group(2).replaceAll("\\\\n", "\n").replaceAll("\\\\([\"\\\\$])", "$1");
    }
}
