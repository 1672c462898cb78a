package io.dromedary.embedded;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a flight log in ULog, version 1 (PX4's public file format description): header, flag bits, formats, information, parameters,
 * subscriptions, then data. Not safe for use by several threads at once.
 */
final class ULogWriter implements AutoCloseable {

    private static final byte[] MAGIC = {0x55, 0x4c, 0x6f, 0x67, 0x01, 0x12, 0x35};
    private static final int VERSION = 1;
    private static final int FLAG_BYTES = 40;
    private static final int LONGEST_MESSAGE = 512;

    private final OutputStream out;
    private final ByteBuffer message = ByteBuffer.allocate(LONGEST_MESSAGE).order(ByteOrder.LITTLE_ENDIAN);

    /** @param startMicros microseconds since the vehicle's boot */
    ULogWriter(Path file, long startMicros) throws IOException {
        Files.createDirectories(file.getParent());
        out = new BufferedOutputStream(Files.newOutputStream(file));
        message.put(MAGIC).put((byte) VERSION).putLong(startMicros);
        out.write(message.array(), 0, message.position());
        begin('B').put(new byte[FLAG_BYTES]);
        end();
    }

    private ByteBuffer begin(char type) {
        return message.clear().putShort((short) 0).put((byte) type);
    }

    private void end() throws IOException {
        message.putShort(0, (short) (message.position() - 3));
        out.write(message.array(), 0, message.position());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A message format such as {@code battery_status:uint64_t timestamp;float voltage_v;}. */
    void format(String definition) throws IOException {
        begin('F').put(ascii(definition));
        end();
    }

    /** A text about the whole log. */
    void info(String name, String value) throws IOException {
        key('I', "char[" + value.length() + "] " + name).put(ascii(value));
        end();
    }

    /** A number about the whole log. */
    void info(String name, long value) throws IOException {
        key('I', "uint64_t " + name).putLong(value);
        end();
    }

    /** The value of a parameter at the start. */
    void parameter(String name, Number value) throws IOException {
        boolean real = value instanceof Float;
        ByteBuffer buffer = key('P', (real ? "float " : "int32_t ") + name);
        if (real) {
            buffer.putFloat(value.floatValue());
        } else {
            buffer.putInt(value.intValue());
        }
        end();
    }

    private ByteBuffer key(char type, String key) {
        return begin(type).put((byte) key.length()).put(ascii(key));
    }

    /** Says under which number the data of a format comes. */
    void subscribe(int id, String format) throws IOException {
        begin('A').put((byte) 0).putShort((short) id).put(ascii(format));
        end();
    }

    /** One record: the timestamp in microseconds since boot and floats. */
    void data(int id, long micros, float... values) throws IOException {
        ByteBuffer buffer = begin('D').putShort((short) id).putLong(micros);
        for (float value : values) {
            buffer.putFloat(value);
        }
        end();
    }

    /** A line of text, severity 0 to 7. */
    void log(int severity, long micros, String text) throws IOException {
        begin('L').put((byte) ('0' + severity)).putLong(micros).put(ascii(text));
        end();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
