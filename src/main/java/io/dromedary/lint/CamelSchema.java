package io.dromedary.lint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;

/** Camel's own schema of the YAML DSL, with its findings turned into lines and words. */
final class CamelSchema {

    /** One problem; {@code line} is where the value is. */
    record Problem(int line, String message, String remedy) {
    }

    private static final String RESOURCE = "/schema/camelYamlDsl.json";
    private static final JsonNode SOURCE = source();
    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(SOURCE, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).preloadJsonSchema(false).build());
    /** Messages of a choice between forms say nothing beside those of the form that was meant. */
    private static final Set<String> CHOICES = Set.of("oneOf", "anyOf", "not", "maxProperties");

    private CamelSchema() {
    }

    private static JsonNode source() {
        try (InputStream in = CamelSchema.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Problems of a list of routes, beans and configurations. */
    static List<Problem> problems(YamlNode root) {
        return problems(root, root.toJson(), "");
    }

    /** Problems of a kamelet's template, which is a route without the word. */
    static List<Problem> templateProblems(YamlNode template) {
        ArrayNode wrapped = new ObjectMapper().createArrayNode();
        ObjectNode route = wrapped.addObject().putObject("route");
        if (template.get("route").exists()) {
            route.setAll((ObjectNode) template.get("route").toJson());
        } else {
            route.set("from", template.get("from").toJson());
        }
        return problems(template.get("route").exists() ? template.get("route") : template, wrapped, "/0/route");
    }

    private static List<Problem> problems(YamlNode root, JsonNode content, String prefix) {
        Map<String, List<ValidationMessage>> places = SCHEMA.validate(content).stream()
                .filter(message -> !CHOICES.contains(message.getType()))
                .filter(message -> message.getInstanceNode() == null || !message.getInstanceNode().asText().contains("{{"))
                .collect(Collectors.groupingBy(message -> message.getInstanceLocation().toString(), LinkedHashMap::new, Collectors.toList()));
        List<Problem> problems = new ArrayList<>();
        places.forEach((place, messages) -> {
            boolean deeper = places.keySet().stream().anyMatch(other -> other.startsWith(place + "/"));
            problem(root, place.substring(Math.min(prefix.length(), place.length())), messages, deeper, problems);
        });
        problems.sort(Comparator.comparingInt(Problem::line));
        return problems;
    }

    private static void problem(YamlNode root, String place, List<ValidationMessage> messages, boolean deeper, List<Problem> problems) {
        YamlNode node = at(root, place);
        Set<String> unknown = new TreeSet<>();
        messages.stream().filter(message -> message.getType().equals("additionalProperties")).forEach(message -> unknown.add(message.getProperty()));
        if (!unknown.isEmpty()) {
            for (String key : unknown) {
                Set<String> names = names(messages, key);
                problems.add(new Problem(node.lineOf(key), "'" + key + "' is unknown here",
                        "use one of " + shown(names) + Report.nearest(key, names)));
            }
            return;
        }
        if (deeper) {
            return;
        }
        ValidationMessage first = messages.stream().min(Comparator.comparing(message -> rank(message.getType()))).orElseThrow();
        String name = place.substring(place.lastIndexOf('/') + 1);
        switch (first.getType()) {
            case "required" -> problems.add(new Problem(node.line(), "'" + first.getProperty() + "' is missing in '" + name + "'",
                    "add '" + first.getProperty() + ":' here"));
            case "enum" -> problems.add(new Problem(node.line(), "'" + node.text() + "' is no value of '" + name + "'",
                    "use one of " + first.getMessage().replaceFirst(".*\\[", "[")));
            case "type" -> problems.add(new Problem(node.line(), "'" + name + "' has a value of the wrong type: "
                    + first.getMessage().replaceFirst("^[^:]*: ", ""), typeRemedy(first, node)));
            default -> problems.add(new Problem(node.line(), first.getMessage(), "write it as Camel's YAML DSL has it"));
        }
    }

    private static String typeRemedy(ValidationMessage message, YamlNode node) {
        if (message.getMessage().contains("string expected") && node.isScalar()) {
            return "quote it: \"" + node.text() + "\"";
        }
        if (message.getMessage().contains("string found") && node.isScalar()) {
            return "write it without quotes: " + node.text();
        }
        return "write the type that is expected";
    }

    private static int rank(String type) {
        return switch (type) {
            case "enum" -> 0;
            case "required" -> 1;
            default -> 2;
        };
    }

    /** The names that the schema allows beside a refused one. */
    private static Set<String> names(List<ValidationMessage> messages, String key) {
        Set<String> names = new TreeSet<>();
        messages.stream().filter(message -> key.equals(message.getProperty())).forEach(message -> {
            String pointer = message.getSchemaLocation().getFragment().toString().replaceFirst("/additionalProperties$", "/properties");
            SOURCE.at(pointer).fieldNames().forEachRemaining(names::add);
        });
        return names;
    }

    private static String shown(Set<String> names) {
        int most = 12;
        String list = names.stream().limit(most).collect(Collectors.joining(", "));
        return names.size() > most ? list + ", …" : list;
    }

    private static YamlNode at(YamlNode root, String pointer) {
        YamlNode node = root;
        for (String part : pointer.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            String key = part.replace("~1", "/").replace("~0", "~");
            YamlNode next = node.isList() ? node.items().get(Integer.parseInt(key)) : node.get(key);
            if (!next.exists()) {
                return node;
            }
            node = next;
        }
        return node;
    }
}
