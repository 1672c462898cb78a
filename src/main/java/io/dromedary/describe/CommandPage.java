package io.dromedary.describe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

/** The reference page of a command. */
final class CommandPage {

    private CommandPage() {
    }

    static String index(Collection<CommandFacts> commands) {
        Map<String, List<CommandFacts>> petals = new TreeMap<>();
        commands.forEach(command -> petals.computeIfAbsent(petal(command), petal -> new ArrayList<>()).add(command));
        StringBuilder page = new StringBuilder("# Commands\n\nEvery command of the bus with its payload. A running system describes itself as AsyncAPI: "
                + "`./dromedary docs asyncapi`, or `/asyncapi.json` over HTTP.\n");
        petals.forEach((petal, list) -> {
            page.append("\n## ").append(petal).append("\n\n| command | what it does |\n| --- | --- |\n");
            list.forEach(command -> page.append("| [`").append(command.name()).append("`](").append(command.name()).append(".md) | ")
                    .append(ReferencePages.cell(command.about())).append(" |\n"));
        });
        return page.toString();
    }

    private static String petal(CommandFacts command) {
        return command.name().substring(0, command.name().indexOf('/'));
    }

    static String of(CommandFacts command) {
        StringBuilder page = new StringBuilder("# ").append(command.name()).append("\n\n").append(command.about()).append("\n\n## Payload\n\n");
        JsonNode schema = command.declared();
        if (schema.path("properties").isEmpty()) {
            page.append("None, or an empty object.\n");
        } else {
            page.append("| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
            schema.path("properties").properties().forEach(field -> page.append(row(field.getKey(), field.getValue(), isRequired(schema, field.getKey()))));
            String others = schema.path("additionalProperties").asBoolean(true) ? schema.path("x-drop-unknown").asBoolean() ? "are ignored" : "may be" : "are refused";
            page.append(schema.path("required").isEmpty() ? "\nNone must be there" : "\nFields in bold must be there").append("; others ").append(others)
                    .append(schema.path("x-lenient").asBoolean() ? ". A number may come as text.\n" : ".\n");
        }
        page.append("\n## Example\n\n```json\n").append(message(command)).append("\n```\n");
        if (command.reply().isObject()) {
            page.append("\nThe reply has beside the fields of every reply:\n\n```json\n").append(command.reply().toPrettyString()).append("\n```\n");
        }
        return page.append(errors(command)).toString();
    }

    private static String message(CommandFacts command) {
        return CommandFacts.JSON.createObjectNode().put("messageId", "7d3c5f0e").put("command", command.name()).put("waitResponse", true)
                .set("payload", command.payloads().get(0)).toPrettyString();
    }

    private static boolean isRequired(JsonNode schema, String name) {
        return StreamSupport.stream(schema.path("required").spliterator(), false).anyMatch(one -> one.asText().equals(name));
    }

    private static String row(String name, JsonNode field, boolean required) {
        String shown = "`" + name + "`";
        return "| " + (required ? "**" + shown + "**" : shown) + " | " + ReferencePages.cell(type(field)) + " | " + ReferencePages.code(field.path("default")) + " | "
                + ReferencePages.cell(field.path("description").asText()) + " |\n";
    }

    private static String type(JsonNode field) {
        StringJoiner text = new StringJoiner(", ");
        if (field.has("enum")) {
            text.add("one of " + list(field.get("enum")));
        } else if (field.has("oneOf")) {
            text.add(String.join(" or ", StreamSupport.stream(field.get("oneOf").spliterator(), false).map(CommandPage::type).toList()));
        } else {
            text.add(field.path("type").isArray() ? list(field.get("type")).replace(", ", " or ") : field.path("type").asText("any JSON"));
        }
        if (field.path("items").has("type")) {
            text.add("each " + type(field.get("items")));
        }
        Map.of("minimum", "at least ", "maximum", "at most ", "minItems", "items: at least ", "maxItems", "items: at most ", "pattern", "form ")
                .entrySet().stream().sorted(Map.Entry.comparingByKey()).filter(limit -> field.has(limit.getKey()))
                .forEach(limit -> text.add(limit.getValue() + (field.get(limit.getKey()).isNumber() ? field.get(limit.getKey()).asText() : ReferencePages.code(field.get(limit.getKey())))));
        if (field.has("x-format")) {
            text.add(field.get("x-format").asText());
        }
        return text.toString();
    }

    private static String list(JsonNode values) {
        return String.join(", ", StreamSupport.stream(values.spliterator(), false).map(value -> value.isTextual() ? value.asText() : value.toString()).toList());
    }

    /** Codes that this command has instead of the usual ones. */
    private static String errors(CommandFacts command) {
        int up = command.name().split("/").length - 1;
        String all = "\n## Errors\n\n";
        JsonNode refusal = command.declared().path("x-refusal");
        JsonNode failure = command.declared().path("x-failure");
        JsonNode notReady = command.declared().path("x-not-ready");
        if (refusal.has("error_code") || failure.has("error_code")) {
            all += "| `error_code` | when |\n| --- | --- |\n"
                    + (refusal.has("error_code") ? "| `" + refusal.get("error_code").asText() + "` | the payload does not fit |\n" : "")
                    + (failure.has("error_code") ? "| `" + failure.get("error_code").asText() + "` | it failed |\n" : "")
                    + (notReady.has("error_code") ? "| `" + notReady.get("error_code").asText() + "` | "
                            + notReady.path("when").asText("jobs have not been started, or are stopping") + " |\n" : "")
                    + "\nAnd ";
            return all + "[those of the bus](" + "../".repeat(up) + "errors.md).\n";
        }
        return all + "[Those of the bus](" + "../".repeat(up) + "errors.md).\n";
    }
}
