package io.dromedary.mavlink;

/**
 * How an integer travels in the float field of PARAM_VALUE and PARAM_SET. Bits, not floats, are handled here: the bits of -1 are those
 * of a NaN, which arithmetic may change.
 */
public enum ParameterEncoding {

    /** The integer's bytes are the float's bytes (PX4, MAVSDK). */
    BYTEWISE,
    /** The integer converted to a float, exact to 2^24 (ArduPilot). */
    C_CAST;

    private static final long CAPABILITY_BYTEWISE = 16;
    private static final long CAPABILITY_C_CAST = 131072;
    private static final float SMALLEST_LIKELY = 1e-38f;

    /**
     * What a vehicle uses: by its capabilities when exactly one of the two bits is set, else by its make. Both bits are hints: PX4 does
     * not set its bit, nor do older releases of ArduPilot.
     *
     * @param capabilities of AUTOPILOT_VERSION, 0 when unknown
     * @param autopilot    MAV_AUTOPILOT of its heartbeats
     */
    public static ParameterEncoding detect(long capabilities, int autopilot) {
        boolean bytewise = (capabilities & CAPABILITY_BYTEWISE) != 0;
        boolean cast = (capabilities & CAPABILITY_C_CAST) != 0;
        if (bytewise != cast) {
            return bytewise ? BYTEWISE : C_CAST;
        }
        return autopilot == Vehicle.ARDUPILOT ? C_CAST : BYTEWISE;
    }

    /** The bits on the wire of a value that {@link ParameterType#require} accepts. */
    public int encode(ParameterType type, Number value) {
        if (!type.isInteger() || this == C_CAST) {
            return Float.floatToRawIntBits(value.floatValue());
        }
        long number = value.longValue();
        return switch (type) {
            case UINT8, INT8 -> (int) number & 0xFF;
            case UINT16, INT16 -> (int) number & 0xFFFF;
            default -> (int) number;
        };
    }

    /** The value of bits from the wire: Integer, Long for UINT32, Float for the others. */
    public Number decode(ParameterType type, int bits) {
        float asFloat = Float.intBitsToFloat(bits);
        if (type == null || !type.isInteger() || type.is64Bit()) {
            return asFloat;
        }
        if (this == C_CAST && !looksBytewise(asFloat)) {
            // Not "? :", which would make a long of both.
            if (type == ParameterType.UINT32) {
                return (long) asFloat;
            }
            return (int) asFloat;
        }
        return switch (type) {
            case UINT8 -> bits & 0xFF;
            case INT8 -> (int) (byte) bits;
            case UINT16 -> bits & 0xFFFF;
            case INT16 -> (int) (short) bits;
            case UINT32 -> (Number) Integer.toUnsignedLong(bits);
            default -> (Number) bits;
        };
    }

    /** Whether a float cannot be a converted integer: NaN, or too near to zero. */
    private static boolean looksBytewise(float value) {
        return Float.isNaN(value) || value != 0 && Math.abs(value) < SMALLEST_LIKELY;
    }
}
