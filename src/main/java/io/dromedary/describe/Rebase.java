package io.dromedary.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Moves a schema into another document. */
final class Rebase {

    private Rebase() {
    }

    /** References to the schema's own parts lead to where they are now. */
    static void references(JsonNode schema, String place) {
        if (schema instanceof ObjectNode object && object.path("$ref").asText().startsWith("#")) {
            object.put("$ref", place + object.get("$ref").asText().substring(1));
        }
        schema.forEach(part -> references(part, place));
    }
}
