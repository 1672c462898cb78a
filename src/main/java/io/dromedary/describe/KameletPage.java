package io.dromedary.describe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

/** The reference page of a kamelet. */
final class KameletPage {

    private static final String GROUP = "camel.apache.org/kamelet.group";

    private KameletPage() {
    }

    static String index(Collection<JsonNode> kamelets) {
        Map<String, List<JsonNode>> groups = new TreeMap<>();
        kamelets.forEach(kamelet -> groups.computeIfAbsent(kamelet.path("metadata").path("annotations").path(GROUP).asText("Others"), group -> new ArrayList<>()).add(kamelet));
        StringBuilder page = new StringBuilder("# Kamelets\n\nBuilding blocks for routes: a source begins one, an action is a step, a sink ends one.\n");
        groups.forEach((group, list) -> {
            page.append("\n## ").append(group).append("\n\n| kamelet | what it does |\n| --- | --- |\n");
            list.forEach(kamelet -> page.append("| [`").append(name(kamelet)).append("`](").append(name(kamelet)).append(".md) | ")
                    .append(ReferencePages.cell(definition(kamelet).path("description").asText())).append(" |\n"));
        });
        return page.toString();
    }

    private static String name(JsonNode kamelet) {
        return kamelet.path("metadata").path("name").asText();
    }

    private static JsonNode definition(JsonNode kamelet) {
        return kamelet.path("spec").path("definition");
    }

    static String of(JsonNode kamelet) {
        JsonNode definition = definition(kamelet);
        StringBuilder page = new StringBuilder("# ").append(definition.path("title").asText()).append("\n\n")
                .append(definition.path("description").asText().trim()).append("\n\n## Properties\n\n");
        if (definition.path("properties").isEmpty()) {
            page.append("None.\n");
        } else {
            page.append("| property | type | default | example | meaning |\n| --- | --- | --- | --- | --- |\n");
            definition.path("properties").properties().forEach(field -> page.append(row(field.getKey(), field.getValue(), isRequired(definition, field.getKey()))));
            page.append(definition.path("required").isEmpty() ? "" : "\nThose in bold must be set.\n");
        }
        return page.append("\n## Example\n\n```yaml\n").append(example(kamelet)).append("```\n").toString();
    }

    private static boolean isRequired(JsonNode definition, String name) {
        return StreamSupport.stream(definition.path("required").spliterator(), false).anyMatch(one -> one.asText().equals(name));
    }

    private static String row(String name, JsonNode field, boolean required) {
        String shown = "`" + name + "`";
        return "| " + (required ? "**" + shown + "**" : shown) + " | " + field.path("type").asText() + " | " + ReferencePages.code(field.path("default")) + " | "
                + ReferencePages.code(field.path("example")) + " | " + ReferencePages.cell(field.path("description").asText()) + " |\n";
    }

    /** A route that uses it, with what has no default. */
    private static String example(JsonNode kamelet) {
        String name = name(kamelet);
        boolean source = name.endsWith("-source");
        StringBuilder yaml = new StringBuilder("- route:\n    id: ").append(name).append("-example\n    description: Shows how ").append(name).append(" is used\n");
        if (source) {
            yaml.append("    routeConfigurationId: command-edge\n");
        }
        yaml.append("    from:\n      uri: ").append(source ? "kamelet:" + name : "direct:" + name + "-example").append('\n');
        if (source) {
            return yaml.append(parameters(kamelet, "      ")).append("      steps:\n        - log:\n            message: ${body}\n").toString();
        }
        return yaml.append("      steps:\n        - to:\n            uri: kamelet:").append(name).append('\n').append(parameters(kamelet, "            ")).toString();
    }

    private static String parameters(JsonNode kamelet, String indent) {
        JsonNode definition = definition(kamelet);
        StringBuilder lines = new StringBuilder();
        definition.path("properties").properties().stream().filter(field -> !field.getValue().has("default") && field.getValue().has("example"))
                .forEach(field -> lines.append(indent).append("  ").append(field.getKey()).append(": ")
                        // JSON is YAML, and a text in it stays a text.
                        .append(CommandFacts.JSON.getNodeFactory().textNode(field.getValue().path("example").asText())).append('\n'));
        return lines.isEmpty() ? "" : indent + "parameters:\n" + lines;
    }
}
