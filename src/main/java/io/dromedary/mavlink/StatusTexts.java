package io.dromedary.mavlink;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Joins STATUSTEXT messages that come in chunks of 50 bytes: those with the same {@code id} other than 0, in the order of
 * {@code chunk_seq}; a shorter one is the last. A text that stays incomplete is given up after a second and comes with {@code ...} for each
 * missing chunk. Texts that wait are bounded. For one thread.
 */
final class StatusTexts {

    static final String NAME = "STATUSTEXT";
    private static final int CHUNK = 50;
    private static final int MOST = 64;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, Text> open = new LinkedHashMap<>();

    private static final class Text {
        private final MavlinkFrame first;
        private final TreeMap<Integer, byte[]> chunks = new TreeMap<>();
        private long changed;
        private int last = -1;

        Text(MavlinkFrame first) {
            this.first = first;
        }

        boolean complete() {
            return last >= 0 && chunks.headMap(last, true).size() == last + 1;
        }
    }

    /** A whole text, with the frame that its other fields and its sender are taken from. */
    record Joined(MavlinkFrame frame, String text) {
    }

    /** Whether a frame is a chunk, which only {@link #add} can make sense of. */
    static boolean isChunk(MavlinkFrame frame) {
        return frame.definition() != null && frame.definition().name().equals(NAME) && frame.message().getInt("id") != 0;
    }

    /** Takes a chunk; returns the texts that are whole now, or were given up to make room. */
    List<Joined> add(MavlinkFrame frame, long now) {
        MavlinkMessage message = frame.message();
        String key = frame.systemId() + "/" + frame.componentId() + "/" + message.getInt("id");
        Text text = open.computeIfAbsent(key, none -> new Text(frame));
        int sequence = message.getInt("chunk_seq");
        byte[] bytes = upToNul(message.getBytes("text"));
        text.chunks.put(sequence, bytes);
        text.changed = now;
        if (bytes.length < CHUNK) {
            text.last = sequence;
        }
        List<Joined> done = new ArrayList<>();
        Iterator<Text> texts = open.values().iterator();
        int over = open.size() - MOST;
        while (texts.hasNext()) {
            Text next = texts.next();
            if (next.complete() || over-- > 0) {
                texts.remove();
                done.add(joined(next));
            }
        }
        return done;
    }

    /** The texts of which nothing more has come for a second. */
    List<Joined> overdue(long now) {
        List<Joined> done = new ArrayList<>();
        open.values().removeIf(text -> now - text.changed >= PATIENCE_NANOS && done.add(joined(text)));
        return done;
    }

    private static byte[] upToNul(byte[] field) {
        int length = 0;
        while (length < field.length && field[length] != 0) {
            length++;
        }
        return Arrays.copyOf(field, length);
    }

    /** Of bytes, since a letter may lie across two chunks. */
    private static Joined joined(Text text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int end = Math.max(text.last, text.chunks.lastKey());
        for (int i = 0; i <= end; i++) {
            bytes.writeBytes(text.chunks.getOrDefault(i, "...".getBytes(StandardCharsets.US_ASCII)));
        }
        return new Joined(text.first, bytes.toString(StandardCharsets.UTF_8));
    }
}
