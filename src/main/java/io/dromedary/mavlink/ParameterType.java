package io.dromedary.mavlink;

import java.util.Locale;

/** MAV_PARAM_TYPE: what a parameter holds. */
public enum ParameterType {

    UINT8(0, 255),
    INT8(-128, 127),
    UINT16(0, 65535),
    INT16(-32768, 32767),
    UINT32(0, 4294967295L),
    INT32(Integer.MIN_VALUE, Integer.MAX_VALUE),
    UINT64(0, Long.MAX_VALUE),
    INT64(Long.MIN_VALUE, Long.MAX_VALUE),
    REAL32(0, 0),
    REAL64(0, 0);

    private static final String PREFIX = "MAV_PARAM_TYPE_";

    private final long least;
    private final long greatest;

    ParameterType(long least, long greatest) {
        this.least = least;
        this.greatest = greatest;
    }

    /** The number on the wire, 1 to 10. */
    public int code() {
        return ordinal() + 1;
    }

    /** The type of a number on the wire, or null when there is none. */
    public static ParameterType ofCode(int code) {
        return code >= 1 && code <= values().length ? values()[code - 1] : null;
    }

    /**
     * The type of a specification: a number, or a name in any case with or without {@code MAV_PARAM_TYPE_}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ParameterType parse(Object specification) {
        if (specification instanceof ParameterType type) {
            return type;
        }
        if (specification instanceof Number number && number.doubleValue() == number.intValue() && ofCode(number.intValue()) != null) {
            return ofCode(number.intValue());
        }
        if (specification instanceof String text) {
            String name = text.trim().toUpperCase(Locale.ROOT);
            name = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
            for (ParameterType type : values()) {
                if (type.name().equals(name)) {
                    return type;
                }
            }
            if (name.matches("[0-9]{1,2}") && ofCode(Integer.parseInt(name)) != null) {
                return ofCode(Integer.parseInt(name));
            }
        }
        throw new IllegalArgumentException("Unsupported param type specifier: "
                + (specification instanceof String ? "'" + specification + "'" : specification));
    }

    public boolean isInteger() {
        return this != REAL32 && this != REAL64;
    }

    /** Whether it is wider than the four bytes of PARAM_SET and PARAM_VALUE. */
    public boolean is64Bit() {
        return this == UINT64 || this == INT64 || this == REAL64;
    }

    /**
     * Checks that a number can be a value of this type.
     *
     * @throws IllegalArgumentException when it cannot; the text names value, type and range
     */
    void require(Number value) {
        if (is64Bit()) {
            throw new IllegalArgumentException("64-bit PARAM_SET not supported; use PARAM_EXT_* for 64-bit/REAL64 parameters");
        }
        double number = value.doubleValue();
        if (isInteger()) {
            if (number != Math.rint(number) || Double.isInfinite(number)) {
                throw new IllegalArgumentException("Value " + value + " is not a whole number, which " + name() + " needs");
            }
            if (number < least || number > greatest) {
                throw new IllegalArgumentException("Value " + value + " out of range for " + name() + " [" + least + ", " + greatest + "]");
            }
        } else if (!Double.isNaN(number) && !Double.isInfinite(number) && Float.isInfinite((float) number)) {
            throw new IllegalArgumentException("Value " + value + " out of range for " + name());
        }
    }
}
