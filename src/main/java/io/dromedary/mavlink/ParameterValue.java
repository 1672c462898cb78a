package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A parameter as a vehicle reported it.
 *
 * @param name  1 to 16 characters
 * @param value Integer, Long for UINT32, Float for floating types
 * @param bits  the four bytes on the wire
 * @param type  its MAV_PARAM_TYPE
 * @param count parameters of the vehicle
 * @param index its place in the list; 65535 in answers that do not tell
 */
public record ParameterValue(String name, Number value, int bits, int type, int count, int index) {

    /** Index of an answer that does not tell the parameter's place; some vehicles use 32767. */
    public static final int NO_INDEX = 65535;

    static ParameterValue of(MavlinkMessage message, ParameterEncoding encoding) {
        int bits = (int) message.getBits("param_value");
        int type = message.getInt("param_type");
        return new ParameterValue(message.getText("param_id"), encoding.decode(ParameterType.ofCode(type), bits), bits, type,
                message.getInt("param_count"), message.getInt("param_index"));
    }

    boolean hasIndex() {
        return index < count && index != NO_INDEX && index != 32767;
    }

    /** The wire's float field; NaN for many negative integers. */
    public float raw() {
        return Float.intBitsToFloat(bits);
    }

    /** Ready for JSON with the keys name, value, raw, type, count, index; NaN and infinities, which JSON has not, are null. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("value", finite(value));
        map.put("raw", finite(raw()));
        map.put("type", type);
        map.put("count", count);
        map.put("index", index);
        return map;
    }

    private static Number finite(Number number) {
        return Double.isFinite(number.doubleValue()) ? number : null;
    }
}
