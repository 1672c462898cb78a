package io.dromedary.flightlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a ULog file says of itself: header, definitions, and the time of its end. Format: docs.px4.io, "ULog File Format". Of a large
 * file only the beginning and the end are read: the end from the last but some synchronisation mark on, which PX4 writes twice a second.
 */
public final class ULog {

    private static final byte[] MAGIC = {0x55, 0x4c, 0x6f, 0x67, 0x01, 0x12, 0x35};
    private static final byte[] SYNC = {8, 0, 'S', 0x2F, 0x73, 0x13, 0x20, 0x25, 0x0C, (byte) 0xBB, 0x12};
    /** Of every message that there is; what has another type is damage. */
    private static final String TYPES = "BFIMPQASDLCOR";
    private static final int HEADER = 16;
    private static final int MESSAGE_HEADER = 3;
    private static final int LARGEST_DEFINITIONS = 8 << 20;
    private static final int TAIL = 1 << 20;
    private static final int READ_WHOLE = 32 << 20;
    /** Ten days in microseconds: what says more is damaged. */
    private static final long LONGEST_LOG = 864_000_000_000L;
    private static final int MOST_FACTS = 100;
    private static final int MOST_FORMATS = 4096;
    private static final int LONGEST_TEXT = 256;
    private static final int APPENDED_FLAG_AT = 8;
    private static final int APPENDED_OFFSET_AT = 16;

    private final FileWindow file;
    private final Map<String, Object> info = new LinkedHashMap<>();
    private final Set<String> timed = new HashSet<>();
    private final Map<Integer, Boolean> subscribed = new HashMap<>();
    private long start;
    private long end;
    private long last = -1;
    private boolean defined;

    private ULog(FileChannel file) throws IOException {
        this.file = new FileWindow(file);
        this.end = file.size();
    }

    /** What the log says; empty when the file is none, has no definitions or cannot be read. One that was cut off is read as far as it goes. */
    public static Optional<ULogFacts> facts(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            return new ULog(file).read();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<ULogFacts> read() throws IOException {
        if (end < HEADER || !Arrays.equals(file.copy(0, MAGIC.length).array(), MAGIC)) {
            return Optional.empty();
        }
        int version = file.at(MAGIC.length, 1).get() & 0xFF;
        start = file.at(MAGIC.length + 1L, Long.BYTES).getLong();
        long data = definitions();
        if (!defined || start < 0) {
            return Optional.empty();
        }
        if (end - data <= READ_WHOLE) {
            times(data);
        } else {
            long mark = mark(end - TAIL);
            if (mark > 0) {
                times(mark);
            }
        }
        return Optional.of(new ULogFacts(version, start, last, info));
    }

    /** Reads definitions and subscriptions. @return where the data begin */
    private long definitions() throws IOException {
        long position = HEADER;
        while (position + MESSAGE_HEADER <= Math.min(end, LARGEST_DEFINITIONS)) {
            ByteBuffer head = file.at(position, MESSAGE_HEADER);
            int length = head.getShort() & 0xFFFF;
            char type = (char) (head.get() & 0xFF);
            if (type == 'D' || type == 'L' || type == 'C' || position + MESSAGE_HEADER + length > end || "BFIMPQASR".indexOf(type) < 0) {
                return position;
            }
            if ("BFIA".indexOf(type) >= 0) {
                define(type, file.copy(position + MESSAGE_HEADER, length));
            }
            position += MESSAGE_HEADER + length;
        }
        return position;
    }

    private void define(char type, ByteBuffer content) {
        switch (type) {
            case 'B' -> flags(content);
            case 'F' -> format(text(content, content.remaining()));
            case 'I' -> information(content);
            default -> subscription(content);
        }
    }

    /** What was appended after the log was closed, such as the dump of a crash, is not its end. */
    private void flags(ByteBuffer content) {
        defined = true;
        if (content.remaining() >= APPENDED_OFFSET_AT + Long.BYTES && (content.get(APPENDED_FLAG_AT) & 1) != 0) {
            long appended = content.getLong(APPENDED_OFFSET_AT);
            end = appended > HEADER && appended < end ? appended : end;
        }
    }

    /** Only formats that begin with the time stamp, as PX4's do, tell a time. */
    private void format(String definition) {
        defined = true;
        int colon = definition.indexOf(':');
        if (colon > 0 && definition.startsWith("uint64_t timestamp;", colon + 1) && timed.size() < MOST_FORMATS) {
            timed.add(definition.substring(0, colon));
        }
    }

    private void subscription(ByteBuffer content) {
        if (content.remaining() > 3) {
            content.get();
            int id = content.getShort() & 0xFFFF;
            subscribed.put(id, timed.contains(text(content, content.remaining())));
        }
    }

    private void information(ByteBuffer content) {
        int length = content.hasRemaining() ? content.get() & 0xFF : 0;
        if (length == 0 || length > content.remaining() || info.size() >= MOST_FACTS) {
            return;
        }
        String key = text(content, length);
        int space = key.indexOf(' ');
        Object value = space < 1 ? null : value(key.substring(0, space), content.slice().order(ByteOrder.LITTLE_ENDIAN));
        if (value != null) {
            defined = true;
            info.put(key.substring(space + 1), value);
        }
    }

    /** A text or a number; null for an array of numbers and for what is too short. */
    private static Object value(String type, ByteBuffer value) {
        if (type.startsWith("char[")) {
            return text(value, Math.min(LONGEST_TEXT, value.remaining())).replaceAll("\\p{Cntrl}", " ").strip();
        }
        return switch (type + "/" + value.remaining()) {
            case "bool/1" -> value.get() != 0;
            case "int8_t/1" -> (int) value.get();
            case "uint8_t/1" -> value.get() & 0xFF;
            case "int16_t/2" -> (int) value.getShort();
            case "uint16_t/2" -> value.getShort() & 0xFFFF;
            case "int32_t/4" -> value.getInt();
            case "uint32_t/4" -> value.getInt() & 0xFFFFFFFFL;
            case "int64_t/8" -> value.getLong();
            case "uint64_t/8" -> value.getLong(0) >= 0 ? (Object) value.getLong() : Long.toUnsignedString(value.getLong());
            case "float/4" -> number(value.getFloat());
            case "double/8" -> number(value.getDouble());
            default -> null;
        };
    }

    /** JSON knows no others. */
    private static Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String text(ByteBuffer content, int length) {
        byte[] bytes = new byte[length];
        content.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The place of the first synchronisation mark from there on; -1 when there is none. */
    private long mark(long from) throws IOException {
        byte[] tail = file.copy(from, (int) (end - from)).array();
        for (int i = 0; i + SYNC.length <= tail.length; i++) {
            if (Arrays.equals(tail, i, i + SYNC.length, SYNC, 0, SYNC.length)) {
                return from + i;
            }
        }
        return -1;
    }

    /** Goes through messages until the log ends, cleanly or in the middle of one, and takes the latest time. */
    private void times(long from) throws IOException {
        long position = from;
        while (position + MESSAGE_HEADER <= end) {
            ByteBuffer head = file.at(position, MESSAGE_HEADER);
            int length = head.getShort() & 0xFFFF;
            char type = (char) (head.get() & 0xFF);
            long content = position + MESSAGE_HEADER;
            position = content + length;
            if (position > end || TYPES.indexOf(type) < 0) {
                return;
            }
            switch (type) {
                case 'A' -> define(type, file.copy(content, length));
                case 'D' -> {
                    if (length >= 2 + Long.BYTES && subscribed.getOrDefault(file.at(content, 2).getShort() & 0xFFFF, false)) {
                        seen(content + 2);
                    }
                }
                case 'L' -> time(content + 1, length - 1);
                case 'C' -> time(content + 3, length - 3);
                default -> { }
            }
        }
    }

    private void time(long position, int room) throws IOException {
        if (room >= Long.BYTES) {
            seen(position);
        }
    }

    private void seen(long position) throws IOException {
        long time = file.at(position, Long.BYTES).getLong();
        if (time >= start && time - start < LONGEST_LOG) {
            last = Math.max(last, time);
        }
    }
}
