package io.dromedary.trainer;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON text as Python's {@code json} module writes and reads it: ASCII only with lower-case escapes, numbers in Python's shortest form,
 * NaN and Infinity allowed. Java's own writers differ in all three, and the reference's clients see the difference.
 */
public final class PythonJson {

    /** As deep as Python's own reader goes. */
    private static final int MAX_DEPTH = 900;
    private static final int MAX_NUMBER = 4300;
    private static final int MAX_TEXT = 64 << 20;

    private static final JsonMapper READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(MAX_NUMBER)
                            .maxStringLength(MAX_TEXT).build())
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /**
     * How to write.
     *
     * @param comma between elements
     * @param colon between key and value
     * @param strict whether UUIDs and times are refused, as the reference refuses them in replies
     * @param keys what becomes of each key
     * @param protect whether capitals and white space in text values are written as escapes, which survive a text-level decamelise
     */
    public record Style(String comma, String colon, boolean strict, UnaryOperator<String> keys, boolean protect) {

        /** Python's default separators and nothing changed. */
        public static final Style PYTHON = new Style(", ", ": ", false, UnaryOperator.identity(), false);
        /** The same, without UUIDs and times. */
        public static final Style PYTHON_STRICT = new Style(", ", ": ", true, UnaryOperator.identity(), false);
    }

    private PythonJson() {
    }

    /**
     * Writes a value.
     *
     * @throws IllegalArgumentException when something in it has no JSON form, naming where it is
     */
    public static String write(Object value, Style style) {
        StringBuilder out = new StringBuilder(256);
        append(out, value, style, 0);
        return out.toString();
    }

    /** Writes a text as a JSON string literal. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + text.length() / 8 + 2);
        appendText(out, text, false);
        return out.toString();
    }

    /**
     * Reads a text; whole numbers become Integer, Long or BigInteger, others Double.
     *
     * @throws MalformedMessageException when it is no JSON
     */
    public static Object read(String text) throws MalformedMessageException {
        try {
            return READER.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("Not JSON: " + e.getOriginalMessage());
        }
    }

    private static void append(StringBuilder out, Object value, Style style, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("Nested deeper than " + MAX_DEPTH + " levels");
        }
        if (value == null) {
            out.append("null");
        } else if (value instanceof CharSequence text) {
            appendText(out, text, style.protect());
        } else if (value instanceof Map<?, ?> map) {
            appendMap(out, map, style, depth);
        } else if (value instanceof Iterable<?> list) {
            appendList(out, list, style, depth);
        } else if (value instanceof Boolean || value instanceof Number) {
            out.append(scalar(value));
        } else if (value instanceof Object[] array) {
            appendList(out, java.util.Arrays.asList(array), style, depth);
        } else if (value.getClass().isArray() && !(value instanceof byte[])) {
            out.append('[');
            for (int i = 0; i < Array.getLength(value); i++) {
                out.append(i == 0 ? "" : style.comma());
                append(out, Array.get(value, i), style, depth + 1);
            }
            out.append(']');
        } else {
            appendSpecial(out, value, style);
        }
    }

    private static void appendSpecial(StringBuilder out, Object value, Style style) {
        if (!style.strict() && value instanceof UUID id) {
            appendText(out, id.toString(), style.protect());
        } else if (!style.strict() && instant(value) != null) {
            Instant time = instant(value);
            // As Python does: whole microseconds, then one division.
            out.append(real((time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000) / 1e6));
        } else {
            throw new IllegalArgumentException("Object of type " + value.getClass().getSimpleName() + " is not JSON serializable");
        }
    }

    private static Instant instant(Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof Date date) {
            return Instant.ofEpochMilli(date.getTime());
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        return value instanceof ZonedDateTime time ? time.toInstant() : null;
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map, Style style, int depth) {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                out.append(style.comma());
            }
            first = false;
            appendText(out, style.keys().apply(key(entry.getKey())), false);
            out.append(style.colon());
            append(out, entry.getValue(), style, depth + 1);
        }
        out.append('}');
    }

    private static String key(Object key) {
        if (key instanceof CharSequence) {
            return key.toString();
        }
        if (key == null) {
            return "null";
        }
        if (key instanceof Boolean || key instanceof Number) {
            return scalar(key);
        }
        throw new IllegalArgumentException("Keys must be text or numbers, not " + key.getClass().getSimpleName());
    }

    private static void appendList(StringBuilder out, Iterable<?> list, Style style, int depth) {
        out.append('[');
        boolean first = true;
        for (Object element : list) {
            if (!first) {
                out.append(style.comma());
            }
            first = false;
            append(out, element, style, depth + 1);
        }
        out.append(']');
    }

    private static String scalar(Object value) {
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long || value instanceof BigInteger
                || value instanceof Short || value instanceof Byte) {
            return value.toString();
        }
        if (value instanceof Double real) {
            return real(real);
        }
        if (value instanceof Float real) {
            return real(Double.parseDouble(Float.toString(real)));
        }
        if (value instanceof BigDecimal decimal) {
            return real(decimal.doubleValue());
        }
        if (value instanceof java.util.concurrent.atomic.AtomicInteger || value instanceof java.util.concurrent.atomic.AtomicLong) {
            return value.toString();
        }
        throw new IllegalArgumentException("Object of type " + value.getClass().getSimpleName() + " is not JSON serializable");
    }

    /** The shortest digits that read back the same; an exponent only below 1e-4 and from 1e16 on, with at least two digits. */
    static String real(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return (long) value + ".0";
        }
        String text = NumberOutput.toString(value, true);
        int e = text.indexOf('E');
        if (e < 0) {
            return text;
        }
        boolean negative = text.charAt(0) == '-';
        String mantissa = text.substring(negative ? 1 : 0, e);
        int point = mantissa.indexOf('.');
        String fraction = mantissa.endsWith(".0") ? "" : mantissa.substring(point + 1);
        String digits = mantissa.substring(0, point) + fraction;
        return (negative ? "-" : "") + place(digits, Integer.parseInt(text.substring(e + 1)));
    }

    /** Digits d.ddd times ten to the exponent. */
    private static String place(String digits, int exponent) {
        if (exponent < -4 || exponent >= 16) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            int size = Math.abs(exponent);
            return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
        }
        if (exponent < 0) {
            return "0." + "0".repeat(-exponent - 1) + digits;
        }
        if (digits.length() <= exponent + 1) {
            return digits + "0".repeat(exponent + 1 - digits.length()) + ".0";
        }
        return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
    }

    private static void appendText(StringBuilder out, CharSequence text, boolean protect) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
            if (plain && !(protect && (c == ' ' || c >= 'A' && c <= 'Z'))) {
                out.append(c);
            } else {
                escape(out, c, protect);
            }
        }
        out.append('"');
    }

    private static void escape(StringBuilder out, char c, boolean protect) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\f' -> out.append("\\f");
            case '\b' -> out.append("\\b");
            default -> out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 15]).append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
        }
    }
}
