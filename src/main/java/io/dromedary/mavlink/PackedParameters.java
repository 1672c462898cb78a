package io.dromedary.mavlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ArduPilot's file {@code @PARAM/param.pck}: all parameters in a few kilobytes, names packed against their predecessor. Layout from
 * the public MAVLink FTP documentation of ArduPilot.
 */
public final class PackedParameters {

    /** Where the file lies on the vehicle. */
    public static final String PATH = "@PARAM/param.pck";

    private static final int MAGIC = 0x671B;
    private static final int MAGIC_WITH_DEFAULTS = 0x671C;
    private static final int HEADER = 6;
    private static final int DEFAULT_FOLLOWS = 1;

    private PackedParameters() {
    }

    /**
     * Reads a file. The values keep the bits that PARAM_VALUE would have, so they are those of a converted number.
     *
     * @throws IOException when it is no such file or is cut short
     */
    public static Map<String, ParameterValue> decode(byte[] file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int magic = file.length < HEADER ? 0 : in.getShort() & 0xFFFF;
        if (magic != MAGIC && magic != MAGIC_WITH_DEFAULTS) {
            throw new IOException("The vehicle's packed parameter file begins with an unknown mark");
        }
        int count = in.getShort() & 0xFFFF;
        int total = in.getShort() & 0xFFFF;
        Map<String, ParameterValue> values = new LinkedHashMap<>();
        String name = "";
        while (values.size() < count) {
            int first = next(in);
            if (first < 0) {
                throw new IOException("The vehicle's packed parameter file ends after " + values.size() + " of " + count + " parameters");
            }
            try {
                int lengths = in.get() & 0xFF;
                byte[] rest = new byte[(lengths >> 4) + 1];
                in.get(rest);
                name = name.substring(0, Math.min(name.length(), lengths & 0xF)) + new String(rest, StandardCharsets.US_ASCII);
                ParameterType type = type(first & 0xF);
                Number value = number(in, type);
                if ((first >> 4 & DEFAULT_FOLLOWS) != 0) {
                    number(in, type);
                }
                int bits = Float.floatToRawIntBits(value.floatValue());
                values.put(name, new ParameterValue(name, value, bits, type.code(), total, values.size()));
            } catch (java.nio.BufferUnderflowException e) {
                throw new IOException("The vehicle's packed parameter file is cut short in parameter " + values.size(), e);
            }
        }
        return values;
    }

    /** The next byte that is no padding, or -1. */
    private static int next(ByteBuffer in) {
        while (in.hasRemaining()) {
            int value = in.get() & 0xFF;
            if (value != 0) {
                return value;
            }
        }
        return -1;
    }

    private static ParameterType type(int code) throws IOException {
        return switch (code) {
            case 1 -> ParameterType.INT8;
            case 2 -> ParameterType.INT16;
            case 3 -> ParameterType.INT32;
            case 4 -> ParameterType.REAL32;
            default -> throw new IOException("The vehicle's packed parameter file has the unknown type " + code);
        };
    }

    private static Number number(ByteBuffer in, ParameterType type) {
        return switch (type) {
            case INT8 -> (Number) (int) in.get();
            case INT16 -> (Number) (int) in.getShort();
            case INT32 -> (Number) in.getInt();
            default -> (Number) in.getFloat();
        };
    }
}
