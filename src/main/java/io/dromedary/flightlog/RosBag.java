package io.dromedary.flightlog;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads when a ROS bag of format 2.0 was recorded, without ROS: from the chunk records of its index, and, when the recording was cut off
 * before there was one, from the index that follows each chunk. Format: wiki.ros.org/Bags/Format/2.0. Contents are skipped, whatever
 * their compression.
 */
public final class RosBag {

    private static final byte[] MAGIC = "#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII);
    private static final int OP_MESSAGE = 2;
    private static final int OP_BAG_HEADER = 3;
    private static final int OP_INDEX = 4;
    private static final int OP_CHUNK = 5;
    private static final int OP_CHUNK_INFO = 6;
    private static final int LARGEST_HEADER = 1 << 20;
    private static final int INDEX_ENTRY = 12;
    private static final double NANO = 1e-9;

    private final FileWindow file;
    private final long size;
    private long position = MAGIC.length;
    private double start = Double.MAX_VALUE;
    private double end = -1;

    private RosBag(FileChannel file) throws IOException {
        this.file = new FileWindow(file);
        this.size = file.size();
    }

    /** What the bag says; {@link BagFacts#UNKNOWN} when it is none, is empty or cannot be read. */
    public static BagFacts facts(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            RosBag bag = new RosBag(file);
            return bag.read();
        } catch (IOException e) {
            return BagFacts.UNKNOWN;
        }
    }

    private BagFacts read() throws IOException {
        if (size < MAGIC.length || !Arrays.equals(file.copy(0, MAGIC.length).array(), MAGIC)) {
            return BagFacts.UNKNOWN;
        }
        Map<String, ByteBuffer> header = header();
        if (op(header) != OP_BAG_HEADER) {
            return BagFacts.UNKNOWN;
        }
        skipData();
        long afterHeader = position;
        long index = header.containsKey("index_pos") && header.get("index_pos").limit() == 8 ? header.get("index_pos").getLong(0) : 0;
        boolean indexed = index >= afterHeader && index < size;
        if (indexed) {
            position = index;
            scan(false);
        }
        if (end < 0) {
            indexed = false;
            position = afterHeader;
            scan(true);
        }
        return end < 0 ? BagFacts.UNKNOWN : new BagFacts(start, end, indexed);
    }

    /** Goes through records until the file ends, cleanly or in the middle of one. */
    private void scan(boolean chunks) throws IOException {
        try {
            while (position < size) {
                Map<String, ByteBuffer> header = header();
                switch (op(header)) {
                    case OP_CHUNK_INFO -> {
                        seen(header.get("start_time"));
                        seen(header.get("end_time"));
                        skipData();
                    }
                    case OP_INDEX -> index();
                    case OP_CHUNK -> chunk(header, chunks);
                    case OP_MESSAGE -> {
                        seen(header.get("time"));
                        skipData();
                    }
                    default -> skipData();
                }
            }
        } catch (EOFException e) {
            // A recording that was cut off; what came before counts.
            position = size;
        }
    }

    /** A chunk is skipped, since an index follows it; only the last one of a cut recording, uncompressed, is looked into. */
    private void chunk(Map<String, ByteBuffer> header, boolean lookInto) throws IOException {
        long length = u32();
        boolean cut = position + length >= size;
        ByteBuffer compression = header.get("compression");
        boolean plain = compression != null && StandardCharsets.US_ASCII.decode(compression.duplicate()).toString().equals("none");
        if (!(lookInto && cut && plain)) {
            position = Math.addExact(position, length);
        }
    }

    /** Times of one connection's messages in the chunk before: seconds, nanoseconds, offset. They need not be in order. */
    private void index() throws IOException {
        long length = u32();
        long until = Math.min(size, position + length);
        while (position + INDEX_ENTRY <= until) {
            long seconds = u32();
            long nanoseconds = u32();
            u32();
            seen(seconds + nanoseconds * NANO);
        }
        position = until;
    }

    private void seen(ByteBuffer time) {
        if (time != null && time.limit() == 8) {
            seen((time.getInt(0) & 0xFFFFFFFFL) + (time.getInt(4) & 0xFFFFFFFFL) * NANO);
        }
    }

    private void seen(double time) {
        start = Math.min(start, time);
        end = Math.max(end, time);
    }

    private static int op(Map<String, ByteBuffer> header) {
        ByteBuffer op = header.get("op");
        return op == null || op.limit() != 1 ? -1 : op.get(0);
    }

    /** The fields {@code name=value} of the record that begins here. */
    private Map<String, ByteBuffer> header() throws IOException {
        long length = u32();
        if (length > LARGEST_HEADER || position + length > size) {
            throw new EOFException("record header of " + length + " bytes");
        }
        ByteBuffer content = file.copy(position, (int) length);
        position += length;
        Map<String, ByteBuffer> fields = new HashMap<>();
        while (content.remaining() >= 4) {
            int field = content.getInt();
            if (field <= 0 || field > content.remaining()) {
                throw new EOFException("field of " + field + " bytes");
            }
            ByteBuffer text = content.slice(content.position(), field);
            content.position(content.position() + field);
            int equals = 0;
            while (equals < field && text.get(equals) != '=') {
                equals++;
            }
            if (equals < field) {
                fields.put(StandardCharsets.US_ASCII.decode(text.slice(0, equals)).toString(),
                        text.slice(equals + 1, field - equals - 1).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return fields;
    }

    private void skipData() throws IOException {
        long length = u32();
        position = Math.addExact(position, length);
    }

    private long u32() throws IOException {
        if (position + 4 > size) {
            throw new EOFException("end of the bag");
        }
        long value = file.at(position, 4).getInt() & 0xFFFFFFFFL;
        position += 4;
        return value;
    }
}
