package io.dromedary.embedded;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.mavftp.Crc32Mavlink;
import io.dromedary.mavlink.ParameterType;

/** The parameters that a simulated vehicle stores: names in list order, each with a type and a value. Safe for use by several threads. */
public final class ParameterTable {

    /** One parameter. */
    record Entry(int index, ParameterType type, Number value) {

        /** As the vehicle stores it. */
        int storedBits() {
            return type.isInteger() ? value.intValue() : Float.floatToRawIntBits(value.floatValue());
        }
    }

    private static final Pattern BRACES = Pattern.compile("\\{([^}]*)}");
    private static final Pattern RANGE = Pattern.compile("([0-9]+)\\.\\.([0-9]+)");
    private static final int PACKED_MAGIC = 0x671B;
    /** What a client reads at a time; no value may lie across the border of two such blocks. */
    private static final int PACKED_BLOCK = 239;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private List<String> names = List.of();

    /** An empty table. */
    public static ParameterTable empty() {
        return new ParameterTable();
    }

    /** About a thousand parameters with the names and kinds of values of a PX4 quadrotor. */
    public static ParameterTable px4() {
        ParameterTable table = new ParameterTable();
        try (InputStream in = ParameterTable.class.getResourceAsStream("px4-parameters.txt");
             BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String[]> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ");
                    expand(parts[0]).forEach(name -> lines.add(new String[] {name, parts[1], parts[2]}));
                }
            }
            lines.sort((a, b) -> a[0].compareTo(b[0]));
            for (String[] line : lines) {
                if ("I".equals(line[1])) {
                    table.put(line[0], Integer.parseInt(line[2]));
                } else {
                    table.put(line[0], Float.parseFloat(line[2]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The parameters of the simulated vehicle cannot be read", e);
        }
        return table;
    }

    private static List<String> expand(String pattern) {
        Matcher braces = BRACES.matcher(pattern);
        if (!braces.find()) {
            return List.of(pattern);
        }
        List<String> all = new ArrayList<>();
        Matcher range = RANGE.matcher(braces.group(1));
        if (range.matches()) {
            for (int n = Integer.parseInt(range.group(1)); n <= Integer.parseInt(range.group(2)); n++) {
                all.addAll(expand(pattern.substring(0, braces.start()) + n + pattern.substring(braces.end())));
            }
        } else {
            for (String word : braces.group(1).split(",")) {
                all.addAll(expand(pattern.substring(0, braces.start()) + word + pattern.substring(braces.end())));
            }
        }
        return all;
    }

    /** Adds or changes an INT32 parameter. */
    public ParameterTable put(String name, int value) {
        return put(name, ParameterType.INT32, value);
    }

    /** Adds or changes a REAL32 parameter. */
    public ParameterTable put(String name, float value) {
        return put(name, ParameterType.REAL32, value);
    }

    /** Adds or changes a parameter of any type; a new one is the last of the list. */
    public synchronized ParameterTable put(String name, ParameterType type, Number value) {
        Entry before = entries.get(name);
        entries.put(name, new Entry(before == null ? entries.size() : before.index(), type, value));
        return this;
    }

    /** A parameter's value, or null. */
    public synchronized Number value(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.value();
    }

    /** The names in list order. */
    public synchronized List<String> names() {
        if (names.size() != entries.size()) {
            names = List.copyOf(entries.keySet());
        }
        return names;
    }

    int index(String name) {
        return find(name).index();
    }

    synchronized Entry find(String name) {
        return entries.get(name);
    }

    /** PX4's hash over names and values in list order: the CRC-32 of MAVLink FTP. */
    synchronized int hash() {
        Crc32Mavlink crc = new Crc32Mavlink();
        entries.forEach((name, entry) -> {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            crc.update(bytes, 0, bytes.length);
            crc.update(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, entry.storedBits()));
        });
        return (int) crc.value();
    }

    /** ArduPilot's packed file of all parameters, see {@link io.dromedary.mavlink.PackedParameters}. */
    synchronized byte[] packed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        out.writeBytes(header.putShort((short) PACKED_MAGIC).putShort((short) entries.size()).putShort((short) entries.size()).array());
        String previous = "";
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            byte[] record = packed(previous, entry.getKey(), entry.getValue());
            int left = PACKED_BLOCK - out.size() % PACKED_BLOCK;
            if (record.length > left) {
                out.writeBytes(new byte[left]);
            }
            out.writeBytes(record);
            previous = entry.getKey();
        }
        return out.toByteArray();
    }

    private static byte[] packed(String previous, String name, Entry entry) {
        int shared = 0;
        while (shared < 15 && shared < previous.length() && shared < name.length() - 1 && previous.charAt(shared) == name.charAt(shared)) {
            shared++;
        }
        byte[] rest = name.substring(shared).getBytes(StandardCharsets.US_ASCII);
        int type = entry.type() == ParameterType.INT8 ? 1 : entry.type() == ParameterType.INT16 ? 2 : entry.type().isInteger() ? 3 : 4;
        int size = type == 1 ? 1 : type == 2 ? 2 : 4;
        ByteBuffer record = ByteBuffer.allocate(2 + rest.length + size).order(ByteOrder.LITTLE_ENDIAN);
        record.put((byte) type).put((byte) (shared | rest.length - 1 << 4)).put(rest);
        for (int n = 0; n < size; n++) {
            record.put((byte) (entry.storedBits() >> 8 * n));
        }
        return record.array();
    }
}
