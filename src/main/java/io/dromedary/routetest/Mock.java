package io.dromedary.routetest;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Answers in place of a step or of everything behind an endpoint. One whose {@code answers} are used up is passed over, unless
 * it repeats its single one.
 *
 * @param step     id of the step it stands for, or null
 * @param endpoint {@code scheme:path} without options, a trailing {@code *} matches the rest; or null
 * @param when     what the message has to contain, or missing
 * @param answers  what it answers, one after the other
 */
record Mock(String step, String endpoint, JsonNode when, List<JsonNode> answers) {

    static List<Mock> list(JsonNode nodes) {
        List<Mock> mocks = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<JsonNode> answers = new ArrayList<>();
            if (node.has("replies")) {
                node.get("replies").forEach(answers::add);
            } else {
                answers.add(node);
            }
            mocks.add(new Mock(node.path("step").asText(null), node.path("endpoint").asText(null), node.path("when"), answers));
        }
        return mocks;
    }

    /** Whether it stands for this step or endpoint, whatever the message. */
    boolean standsFor(String stepId, String uri) {
        if (step != null) {
            return step.equals(stepId);
        }
        return matches(endpoint, uri);
    }

    static boolean matches(String pattern, String uri) {
        if (pattern.endsWith("*")) {
            return uri.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        // A scheme alone means all that go there.
        return uri.equals(pattern) || !pattern.contains(":") && uri.startsWith(pattern + ":");
    }
}
