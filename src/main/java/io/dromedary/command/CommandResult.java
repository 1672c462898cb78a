package io.dromedary.command;

import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;

/** Reads what the route of a command ends with, or what a route hands over to be sent. */
final class CommandResult {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private CommandResult() {
    }

    /**
     * The fields of a map or of a text that is a JSON object; anything else is the field {@code data}. Bytes, streams and files are
     * read as text.
     *
     * @throws IllegalArgumentException if the result cannot be read, or begins like a JSON object and is none
     */
    static Map<String, Object> fields(Message result) {
        Object value = result.getBody();
        if (value instanceof byte[] || value instanceof InputStream || value instanceof Reader || value instanceof StreamCache
                || value instanceof WrappedFile) {
            value = text(result);
        }
        if (value instanceof String text && text.startsWith("{")) {
            value = object(text);
        }
        if (value instanceof JsonNode node) {
            value = JSON.convertValue(node, Object.class);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, field) -> fields.put(String.valueOf(key), field));
        } else if (value != null) {
            fields.put("data", value);
        }
        return fields;
    }

    private static String text(Message result) {
        try {
            return new String(result.getMandatoryBody(byte[].class), StandardCharsets.UTF_8);
        } catch (InvalidPayloadException e) {
            // Camel would read it again on the way to whoever tells of the failure.
            result.setBody(null);
            throw new IllegalArgumentException("The result cannot be read: " + e.getMessage(), e);
        }
    }

    private static Object object(String text) {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The result is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
