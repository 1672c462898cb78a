package io.dromedary.describe;

import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a value that fits a schema, where nobody has given one: what is required, in its plainest form. */
final class Examples {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Examples() {
    }

    static JsonNode of(JsonNode schema) {
        for (String given : new String[] {"const", "default"}) {
            if (schema.has(given)) {
                return schema.get(given);
            }
        }
        for (String choices : new String[] {"examples", "enum"}) {
            if (schema.path(choices).size() > 0) {
                return schema.get(choices).get(0);
            }
        }
        for (String choices : new String[] {"oneOf", "anyOf"}) {
            if (schema.path(choices).size() > 0) {
                return of(schema.get(choices).get(0));
            }
        }
        JsonNode type = schema.path("type");
        boolean nothing = type.isArray() && StreamSupport.stream(type.spliterator(), false).anyMatch(one -> one.asText().equals("null"));
        return plainest(schema, nothing ? "null" : type.isArray() ? type.path(0).asText() : type.asText("object"));
    }

    private static JsonNode plainest(JsonNode schema, String type) {
        return switch (type) {
            case "string" -> NODES.textNode("…".repeat(Math.max(1, schema.path("minLength").asInt())));
            case "integer", "number" -> NODES.numberNode(schema.path("minimum").asInt(1));
            case "boolean" -> NODES.booleanNode(true);
            case "null" -> NODES.nullNode();
            case "array" -> schema.path("minItems").asInt() > 0 ? NODES.arrayNode().add(of(schema.path("items"))) : NODES.arrayNode();
            default -> {
                ObjectNode object = NODES.objectNode();
                schema.path("required").forEach(name -> object.set(name.asText(), of(schema.path("properties").path(name.asText()))));
                yield object;
            }
        };
    }
}
