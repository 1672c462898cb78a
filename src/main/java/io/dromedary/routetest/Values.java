package io.dromedary.routetest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/** Turns what is in messages into JSON values, and what is in test files into messages. */
final class Values {

    private Values() {
    }

    /** A body as a value: JSON text is read, a stream is taken as text and can be read again afterwards. */
    static JsonNode ofBody(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof StreamCache cache) {
            byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
            cache.reset();
            return of(bytes);
        }
        if (body instanceof InputStream in) {
            try {
                byte[] bytes = in.readAllBytes();
                exchange.getMessage().setBody(bytes);
                return of(bytes);
            } catch (IOException e) {
                return JsonNodeFactory.instance.textNode("unreadable stream: " + e.getMessage());
            }
        }
        return of(body);
    }

    /** Any object as a value. */
    static JsonNode of(Object value) {
        if (value instanceof byte[] bytes) {
            return of(new String(bytes, StandardCharsets.UTF_8));
        }
        if (value instanceof String text) {
            String trimmed = text.strip();
            if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
                try {
                    return TestFile.JSON.readTree(trimmed);
                } catch (JsonProcessingException e) {
                    return JsonNodeFactory.instance.textNode(text);
                }
            }
            return JsonNodeFactory.instance.textNode(text);
        }
        try {
            JsonNode tree = TestFile.JSON.valueToTree(value);
            return tree == null ? JsonNodeFactory.instance.nullNode() : tree;
        } catch (IllegalArgumentException e) {
            return JsonNodeFactory.instance.textNode(String.valueOf(value));
        }
    }

    /** Headers or variables as a value; what is no value itself is shown by its type's name. */
    static JsonNode of(Map<String, Object> entries) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        entries.forEach((key, value) -> node.set(key, of(value)));
        return node;
    }

    /** A value of a test file as a route sees it: maps, lists, texts, numbers. */
    static Object toJava(JsonNode value) {
        return TestFile.JSON.convertValue(value, Object.class);
    }
}
