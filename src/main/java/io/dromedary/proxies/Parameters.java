package io.dromedary.proxies;

import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of one call. Each getter refuses what does not fit with a message that names the parameter. */
public final class Parameters {

    private static final int MAX_DIGITS = 100;

    private final Map<String, Object> values;

    /** Wraps a map; {@code null} means no parameters. */
    public Parameters(Map<String, Object> values) {
        this.values = values == null ? Map.of() : values;
    }

    /** Refuses every parameter that is not named here. */
    public Parameters only(String... names) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        Arrays.asList(names).forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new BadParameter("Unknown parameter " + String.join(", ", unknown.stream().map(Parameters::shown).toList())
                    + "; known are " + String.join(", ", names));
        }
        return this;
    }

    /** Whether a parameter is there and not null. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** The value as it was sent, or null. */
    public Object value(String name) {
        return values.get(name);
    }

    /** The first of several spellings that is there, or the first of all. */
    public String spelling(String... names) {
        return Arrays.stream(names).filter(this::has).findFirst().orElse(names[0]);
    }

    /** A text that is there and not empty. */
    public String text(String name) {
        String text = text(name, null);
        if (text == null || text.isEmpty()) {
            throw BadParameter.missing(name);
        }
        return text;
    }

    /** A text, or the fallback when it is not there. */
    public String text(String name, String fallback) {
        Object value = values.get(name);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof CharSequence)) {
            throw new BadParameter(name + " must be a text");
        }
        return checked(name, value.toString());
    }

    /** A text, a number or a boolean as text. */
    public String scalar(String name) {
        Object value = values.get(name);
        if (!isFinite(value)) {
            throw new BadParameter(name + " is out of range");
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        return text(name);
    }

    /** Whether a value is none of the numbers that JSON does not have, which one like 1e999 becomes when it is read. */
    public static boolean isFinite(Object value) {
        return !(value instanceof Double || value instanceof Float) || Double.isFinite(((Number) value).doubleValue());
    }

    /** Refuses what is no text: zero characters and halves of surrogate pairs. */
    public static String checked(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new BadParameter(name + " holds binary data, which is no text");
        }
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new BadParameter(name + " holds binary data, which is no text");
        }
        return text;
    }

    /** A whole number within limits, or the fallback when it is not there. */
    public long number(String name, long fallback, long min, long max) {
        Object value = values.get(name);
        if (value == null) {
            return fallback;
        }
        String text = value.toString().trim();
        if (text.length() > MAX_DIGITS) {
            // To read a million digits takes long.
            throw new BadParameter(name + " must be a whole number");
        }
        try {
            long number = new BigDecimal(text).longValueExact();
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new BadParameter(name + " must be a whole number");
        }
        throw new BadParameter(name + " must be from " + min + " to " + max);
    }

    /** An object. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> object(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw BadParameter.missing(name);
        }
        if (!(value instanceof Map<?, ?> map) || map.keySet().stream().anyMatch(key -> !(key instanceof String))) {
            throw new BadParameter(name + " must be an object");
        }
        return (Map<String, Object>) map;
    }

    /** A list, empty when it is not there. */
    public List<Object> list(String name, int max) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new BadParameter(name + " must be a list");
        }
        if (list.size() > max) {
            throw new BadParameter(name + " has " + list.size() + " entries; at most " + max + " are allowed");
        }
        return new ArrayList<>(list);
    }

    /** A foreign text for an error message: short, and without control characters. */
    public static String shown(Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "'";
    }
}
