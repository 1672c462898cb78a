package io.dromedary.mavlink;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a parameter shall become.
 *
 * @param value finite or not, as the type allows
 * @param type  as the caller gave it or as his number suggests; the vehicle's own type wins when it becomes known
 */
public record ParameterSpec(Number value, ParameterType type) {

    private static final int LONGEST_NAME = 16;

    /**
     * Reads one of the three forms: a number; a list of a number and a type; a map with {@code value} and, if wanted, {@code type}.
     * Without a type a whole number is INT32 and any other REAL32; true and false are 1 and 0.
     *
     * @throws IllegalArgumentException when it is none of these, of an unknown or 64-bit type, or does not fit its type
     */
    public static ParameterSpec parse(String name, Object specification) {
        Object value = specification;
        Object type = null;
        if (specification instanceof ParameterSpec spec) {
            return spec;
        }
        if (specification instanceof Map<?, ?> map) {
            if (!map.containsKey("value")) {
                throw new IllegalArgumentException("Param '" + name + "' dict spec must include 'value'");
            }
            value = map.get("value");
            type = map.get("type");
        } else if (specification instanceof Collection<?> || specification instanceof Object[]) {
            List<?> pair = specification instanceof Collection<?> c ? List.copyOf(c) : Arrays.asList((Object[]) specification);
            if (pair.size() != 2) {
                throw new IllegalArgumentException("Param '" + name + "' tuple spec must be (value, type)");
            }
            value = pair.get(0);
            type = pair.get(1);
        }
        if (value instanceof Boolean truth) {
            value = truth ? 1 : 0;
        }
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException("Unsupported value type: " + pythonClass(value) + " (expected int or float)");
        }
        ParameterType parsed = type != null ? ParameterType.parse(type) : isWhole(number) ? ParameterType.INT32 : ParameterType.REAL32;
        parsed.require(number);
        return new ParameterSpec(number, parsed);
    }

    /**
     * Reads many before anything is sent, so that a mistake in the last leaves the first as it was.
     *
     * @throws IllegalArgumentException for the first that is wrong
     */
    public static Map<String, ParameterSpec> parseAll(Map<String, ?> specifications) {
        Map<String, ParameterSpec> all = new LinkedHashMap<>();
        specifications.forEach((name, specification) -> all.put(requireName(name), parse(name, specification)));
        return all;
    }

    /** @throws IllegalArgumentException when it cannot be the name of a parameter: 1 to 16 printable ASCII characters */
    static String requireName(String name) {
        if (name == null || !name.matches("[!-~]{1," + LONGEST_NAME + "}")) {
            throw new IllegalArgumentException("'" + name + "' is no parameter name: 1 to " + LONGEST_NAME + " characters without spaces");
        }
        return name;
    }

    private static boolean isWhole(Number number) {
        return number instanceof Integer || number instanceof Long || number instanceof Short || number instanceof Byte
                || number instanceof BigInteger;
    }

    /** Clients of the original match its texts, which name Python classes. */
    private static String pythonClass(Object value) {
        String name = value == null ? "NoneType" : value instanceof String ? "str" : value instanceof Map ? "dict"
                : value instanceof Collection || value instanceof Object[] ? "list" : value.getClass().getSimpleName();
        return "<class '" + name + "'>";
    }
}
