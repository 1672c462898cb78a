package io.dromedary.mavlink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameter files of ground stations: QGroundControl's (vehicle, component, name, value, type, divided by tabs) is written and read;
 * the two-column files of ArduPilot's tools (name and value, divided by a comma or spaces) are read.
 */
public final class ParameterFile {

    private static final int QGC_COLUMNS = 5;
    private static final long LARGEST = 4 << 20;

    private ParameterFile() {
    }

    /** The text of a file with these parameters. */
    public static String write(int systemId, int componentId, Iterable<ParameterValue> values) {
        StringBuilder text = new StringBuilder("# Vehicle-Id Component-Id Name Value Type\n");
        for (ParameterValue value : values) {
            text.append(systemId).append('\t').append(componentId).append('\t').append(value.name()).append('\t').append(value.value())
                    .append('\t').append(value.type()).append('\n');
        }
        return text.toString();
    }

    /**
     * Reads a file.
     *
     * @return specifications by name; where the file has no types, whole numbers have the type that the vehicle has
     * @throws IOException              when it cannot be read
     * @throws IllegalArgumentException when a line is wrong; the text has its number
     */
    public static Map<String, ParameterSpec> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IllegalArgumentException(file + " is too large for a parameter file");
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        Map<String, ParameterSpec> all = new LinkedHashMap<>();
        for (int n = 0; n < lines.size(); n++) {
            String line = lines.get(n).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    add(all, line);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(file + ", line " + (n + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return all;
    }

    private static void add(Map<String, ParameterSpec> all, String line) {
        String[] columns = line.split("[\\s,]+");
        if (columns.length != QGC_COLUMNS && columns.length != 2) {
            throw new IllegalArgumentException("neither five columns (vehicle, component, name, value, type) nor two (name, value)");
        }
        boolean typed = columns.length == QGC_COLUMNS;
        String name = ParameterSpec.requireName(columns[typed ? 2 : 0]);
        Number value = number(columns[typed ? 3 : 1]);
        all.put(name, ParameterSpec.parse(name, typed ? List.of(value, columns[4]) : value));
    }

    /**
     * A number as people write it: whole, or with a fraction.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Number number(String text) {
        try {
            if (text.matches("[+-]?[0-9]{1,18}")) {
                long whole = Long.parseLong(text);
                if (whole == (int) whole) {
                    return (int) whole;
                }
                return whole;
            }
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no number", e);
        }
    }
}
