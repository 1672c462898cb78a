package io.dromedary.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A call that left the routes under test.
 *
 * @param endpoint what was called, without options
 * @param step     id of the step that called
 * @param body     what was sent
 * @param headers  what was sent with it
 */
record Call(String endpoint, String step, JsonNode body, JsonNode headers) {

    /** As a test expects it: only what it mentions is compared. */
    JsonNode like(JsonNode expected) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (!expected.isObject() || expected.has("endpoint")) {
            boolean fits = Mock.matches(expected.path("endpoint").asText(), endpoint);
            node.put("endpoint", fits ? expected.path("endpoint").asText() : endpoint);
        }
        if (expected.has("step")) {
            node.put("step", step);
        }
        if (expected.has("body")) {
            node.set("body", body);
        }
        if (expected.has("headers")) {
            ObjectNode wanted = node.putObject("headers");
            expected.get("headers").fieldNames().forEachRemaining(name -> {
                if (headers.has(name)) {
                    wanted.set(name, headers.get(name));
                }
            });
        }
        return node;
    }
}
