package io.dromedary.mavlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;

/** The element types of MAVLink fields, all little-endian on the wire. */
public enum FieldType {

    CHAR(1, "char", "0", "255"),
    UINT8(1, "uint8_t", "0", "255"),
    INT8(1, "int8_t", "-128", "127"),
    UINT16(2, "uint16_t", "0", "65535"),
    INT16(2, "int16_t", "-32768", "32767"),
    UINT32(4, "uint32_t", "0", "4294967295"),
    INT32(4, "int32_t", "-2147483648", "2147483647"),
    UINT64(8, "uint64_t", "0", "18446744073709551615"),
    INT64(8, "int64_t", "-9223372036854775808", "9223372036854775807"),
    FLOAT(4, "float", null, null),
    DOUBLE(8, "double", null, null);

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int size;
    private final String wireName;
    private final BigInteger smallest;
    private final BigInteger largest;

    FieldType(int size, String wireName, String smallest, String largest) {
        this.size = size;
        this.wireName = wireName;
        this.smallest = smallest == null ? null : new BigInteger(smallest);
        this.largest = largest == null ? null : new BigInteger(largest);
    }

    /** Bytes of one element. */
    public int size() {
        return size;
    }

    /** The name in dialect files, such as {@code uint8_t}; it is part of CRC_EXTRA. */
    public String wireName() {
        return wireName;
    }

    /** Whether this is {@code float} or {@code double}. */
    public boolean isFloating() {
        return smallest == null;
    }

    static FieldType ofWireName(String name) {
        // The version field of HEARTBEAT has a type of its own in dialect files, but counts as uint8_t everywhere else.
        String plain = name.equals("uint8_t_mavlink_version") ? "uint8_t" : name;
        for (FieldType type : values()) {
            if (type.wireName.equals(plain)) {
                return type;
            }
        }
        throw new IllegalArgumentException("Unknown MAVLink field type '" + name + "'");
    }

    /** One element as a long: the value of integer types (a uint64_t keeps its 64 bits), the truncated value of floating ones. */
    long readLong(byte[] data, int at) {
        return switch (this) {
            case CHAR, UINT8 -> data[at] & 0xFF;
            case INT8 -> data[at];
            case UINT16 -> (short) SHORTS.get(data, at) & 0xFFFF;
            case INT16 -> (short) SHORTS.get(data, at);
            case UINT32 -> (int) INTS.get(data, at) & 0xFFFFFFFFL;
            case INT32 -> (int) INTS.get(data, at);
            case UINT64, INT64 -> (long) LONGS.get(data, at);
            case FLOAT, DOUBLE -> (long) readDouble(data, at);
        };
    }

    double readDouble(byte[] data, int at) {
        return switch (this) {
            case FLOAT -> Float.intBitsToFloat((int) INTS.get(data, at));
            case DOUBLE -> Double.longBitsToDouble((long) LONGS.get(data, at));
            default -> readLong(data, at);
        };
    }

    /** One element in the smallest of Integer, Long, BigInteger that holds the type's range, or Float, Double. */
    Number read(byte[] data, int at) {
        return switch (this) {
            case FLOAT -> (float) readDouble(data, at);
            case DOUBLE -> readDouble(data, at);
            case UINT32, INT64 -> readLong(data, at);
            case UINT64 -> {
                long bits = readLong(data, at);
                if (bits >= 0) {
                    yield bits;
                }
                yield new BigInteger(Long.toUnsignedString(bits));
            }
            default -> (int) readLong(data, at);
        };
    }

    /** Writes the low bytes of an integer without a range check; a floating field gets the number. */
    void writeLong(byte[] data, int at, long value) {
        switch (this) {
            case FLOAT -> INTS.set(data, at, Float.floatToRawIntBits(value));
            case DOUBLE -> LONGS.set(data, at, Double.doubleToRawLongBits(value));
            default -> writeBits(data, at, value);
        }
    }

    /** Writes bits as they are, whatever the type: an integer parameter in a float field must not pass through a float. */
    void writeBits(byte[] data, int at, long bits) {
        switch (size) {
            case 1 -> data[at] = (byte) bits;
            case 2 -> SHORTS.set(data, at, (short) bits);
            case 4 -> INTS.set(data, at, (int) bits);
            default -> LONGS.set(data, at, bits);
        }
    }

    /**
     * Writes a value a user gave: a number, a text with a number in it, or null for "not set" (NaN in floating fields).
     *
     * @throws IllegalArgumentException when it is no number, has a fraction in an integer field, or is out of range
     */
    void write(byte[] data, int at, Object value) {
        if (this == FLOAT) {
            INTS.set(data, at, Float.floatToRawIntBits(value instanceof Float f ? f : (float) floating(value)));
        } else if (this == DOUBLE) {
            LONGS.set(data, at, Double.doubleToRawLongBits(floating(value)));
        } else {
            writeBits(data, at, integer(value));
        }
    }

    private static double floating(Object value) {
        if (value == null) {
            return Double.NaN;
        }
        if (value instanceof Number n) {
            return n.doubleValue();
        }
        try {
            return Double.parseDouble(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + value + "' is not a number");
        }
    }

    private long integer(Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte || value instanceof Long && this != UINT64) {
            long number = ((Number) value).longValue();
            if (size == 8 && (this == INT64 || number >= 0) || size < 8 && number >= smallest.longValue() && number <= largest.longValue()) {
                return number;
            }
        }
        BigInteger number = exact(value);
        if (number.compareTo(smallest) < 0 || number.compareTo(largest) > 0) {
            throw new IllegalArgumentException("Value " + value + " out of range for " + name() + " [" + smallest + ", " + largest + "]");
        }
        return number.longValue();
    }

    private static BigInteger exact(Object value) {
        if (value instanceof BigInteger big) {
            return big;
        }
        if (!(value instanceof Number) && !(value instanceof CharSequence)) {
            throw new IllegalArgumentException("'" + value + "' is not a whole number");
        }
        try {
            BigDecimal number = new BigDecimal(value.toString().trim());
            // A short text may name a number of a billion digits; nothing here is longer than 20.
            if (number.precision() - (long) number.scale() > 20) {
                throw new ArithmeticException();
            }
            return number.toBigIntegerExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + value + "' is not a whole number of at most 20 digits");
        }
    }
}
