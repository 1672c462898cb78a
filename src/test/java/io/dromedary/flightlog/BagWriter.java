package io.dromedary.flightlog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes real bags of format 2.0: chunks of messages, an index after each, connection and chunk records at the end. */
final class BagWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<byte[]> chunkInfos = new ArrayList<>();
    private final String compression;
    private long afterChunks;

    BagWriter(String compression) {
        this.compression = compression;
        out.writeBytes("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII));
        bagHeader(0, 0);
    }

    private void bagHeader(long index, int chunks) {
        byte[] header = fields(field("op", new byte[] {3}), field("index_pos", u64(index)), field("conn_count", u32(1)), field("chunk_count", u32(chunks)));
        out.writeBytes(u32(header.length));
        out.writeBytes(header);
        byte[] padding = " ".repeat(4096 - 8 - header.length).getBytes(StandardCharsets.US_ASCII);
        out.writeBytes(u32(padding.length));
        out.writeBytes(padding);
    }

    /** A chunk with one message a time, in seconds. A compressed chunk's content is noise, since nobody may look into it. */
    BagWriter chunk(double... times) {
        long at = out.size();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (double time : times) {
            record(content, "a message".getBytes(StandardCharsets.US_ASCII), field("op", new byte[] {2}), field("conn", u32(0)), field("time", time(time)));
        }
        byte[] data = content.toByteArray();
        if (!compression.equals("none")) {
            new java.util.Random(1).nextBytes(data);
        }
        record(out, data, field("op", new byte[] {5}), field("compression", compression.getBytes(StandardCharsets.US_ASCII)), field("size", u32(data.length)));
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        double first = Double.MAX_VALUE;
        double last = 0;
        for (double time : times) {
            index.writeBytes(time(time));
            index.writeBytes(u32(0));
            first = Math.min(first, time);
            last = Math.max(last, time);
        }
        record(out, index.toByteArray(), field("op", new byte[] {4}), field("ver", u32(1)), field("conn", u32(0)), field("count", u32(times.length)));
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        record(info, u64(0), field("op", new byte[] {6}), field("ver", u32(1)), field("chunk_pos", u64(at)), field("start_time", time(first)),
                field("end_time", time(last)), field("count", u32(1)));
        chunkInfos.add(info.toByteArray());
        afterChunks = out.size();
        return this;
    }

    /** The file as a recorder leaves it when it ends in peace. */
    byte[] closed() {
        long index = out.size();
        record(out, new byte[0], field("op", new byte[] {7}), field("conn", u32(0)), field("topic", "/imu".getBytes(StandardCharsets.US_ASCII)));
        chunkInfos.forEach(out::writeBytes);
        byte[] all = out.toByteArray();
        out.reset();
        out.writeBytes("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII));
        bagHeader(index, chunkInfos.size());
        byte[] head = out.toByteArray();
        System.arraycopy(head, 0, all, 0, head.length);
        return all;
    }

    /** The file of a recorder that lost power, without its last bytes. */
    byte[] cut(int bytes) {
        byte[] all = out.toByteArray();
        return java.util.Arrays.copyOf(all, all.length - bytes);
    }

    long size() {
        return afterChunks;
    }

    static Path write(Path file, byte[] content) throws IOException {
        return Files.write(file, content);
    }

    private static void record(ByteArrayOutputStream out, byte[] data, byte[]... fields) {
        byte[] header = fields(fields);
        out.writeBytes(u32(header.length));
        out.writeBytes(header);
        out.writeBytes(u32(data.length));
        out.writeBytes(data);
    }

    private static byte[] fields(byte[]... fields) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            all.writeBytes(u32(field.length));
            all.writeBytes(field);
        }
        return all.toByteArray();
    }

    private static byte[] field(String name, byte[] value) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.writeBytes((name + "=").getBytes(StandardCharsets.US_ASCII));
        field.writeBytes(value);
        return field.toByteArray();
    }

    private static byte[] time(double seconds) {
        long whole = (long) seconds;
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt((int) whole).putInt((int) Math.round((seconds - whole) * 1e9)).array();
    }

    private static byte[] u32(long value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array();
    }

    private static byte[] u64(long value) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }
}
