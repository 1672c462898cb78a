package io.dromedary.command;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;

/**
 * Reads the message that carries a command. No field is checked here: the reference checks none, and a sender that leaves one
 * out gets the same answer from us as from it.
 */
final class Envelope {

    /** Levels of arrays and objects; what is deeper is not a command anybody sends. */
    private static final int MAX_DEPTH = 200;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads a value in the middle of a message. */
    private static final ObjectReader ONE_VALUE = JSON.readerFor(Object.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Envelope() {
    }

    /**
     * Reads a whole message.
     *
     * @param body bytes, text, or a map that is used as it is
     * @throws CommandRefused silently, if it is not a JSON object
     */
    static Map<String, Object> read(Object body) throws CommandRefused {
        if (body instanceof Map<?, ?> map) {
            return copy(map);
        }
        try {
            Object value = body instanceof byte[] bytes ? JSON.readValue(bytes, Object.class) : JSON.readValue(String.valueOf(body), Object.class);
            if (value instanceof Map<?, ?> map) {
                return copy(map);
            }
            throw CommandRefused.silently(ErrorCodes.NOT_A_COMMAND, "not a JSON object but " + pythonType(value));
        } catch (JsonProcessingException e) {
            throw CommandRefused.silently(ErrorCodes.NOT_A_COMMAND, "not JSON: " + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw CommandRefused.silently(ErrorCodes.NOT_A_COMMAND, "not readable: " + firstLine(e.getMessage()));
        }
    }

    /** Reads only the flat fields of a message, without building its payload: for messages too large to accept. */
    static Map<String, Object> readHead(byte[] body) {
        Map<String, Object> head = new LinkedHashMap<>();
        try (JsonParser parser = JSON.getFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return head;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isStructStart()) {
                    parser.skipChildren();
                } else {
                    head.put(name, ONE_VALUE.readValue(parser));
                }
            }
        } catch (IOException e) {
            // What was read until here is enough to answer, or nothing is.
            return head;
        }
        return head;
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private static String firstLine(String text) {
        return text == null ? "unknown" : text.lines().findFirst().orElse("");
    }

    /** Truth as the reference's language sees it: {@code false}, 0, "", null and empty collections are false, {@code "false"} is true. */
    static boolean truthy(Object value) {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof CharSequence text) {
            return !text.isEmpty();
        }
        return !(value instanceof Collection<?> list && list.isEmpty()) && !(value instanceof Map<?, ?> map && map.isEmpty());
    }

    /** The text of the reference's failure on a {@code command} that is not a text. */
    static String notAText(Object value) {
        String type = pythonType(value);
        return type.equals("list") || type.equals("dict")
                ? "unhashable type: '" + type + "'" : "'" + type + "' object has no attribute 'startswith'";
    }

    private static String pythonType(Object value) {
        if (value == null) {
            return "NoneType";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Number) {
            return value instanceof Double || value instanceof Float || value instanceof java.math.BigDecimal ? "float" : "int";
        }
        if (value instanceof Collection<?>) {
            return "list";
        }
        return value instanceof Map<?, ?> ? "dict" : "str";
    }
}
