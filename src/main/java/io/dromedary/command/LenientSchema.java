package io.dromedary.command;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;

/**
 * A JSON schema that reads as generously as Python's usual validator before it checks: numbers may come as text or booleans, whole
 * numbers as decimals without a fraction (they are read as Long); {@code default} fills what is left out. Keywords of our own: {@code x-null-is-default} takes
 * null for left out, {@code x-drop-unknown} removes fields that {@code properties} does not name, {@code x-format: iso-8601} wants a
 * text that {@link IsoTime} reads or an empty one.
 */
public final class LenientSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The usual vocabulary and our own words, which check nothing by themselves. */
    static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012, builder -> builder.metaSchema(
            JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                    .keywords(Stream.of("x-lenient", "x-refusal", "x-failure", "x-not-ready", "x-null-is-default", "x-drop-unknown", "x-format")
                            .map(NonValidationKeyword::new).toList()).build()));

    private final JsonNode document;
    private final JsonSchema schema;

    /** What is wrong with one field; the path has dots: {@code ids.1}, empty for the whole. */
    public record Finding(String path, String reason) {

        @Override
        public String toString() {
            return path.isEmpty() ? reason : path + ": " + reason;
        }
    }

    /**
     * What was read.
     *
     * @param value    maps, lists and values; meaningless when there are findings
     * @param findings what is wrong, in the order of the fields
     */
    public record Reading(Object value, List<Finding> findings) {

        /** {@code 2 validation errors: a: reason; b: reason}. */
        public String complaint() {
            return findings.size() + (findings.size() == 1 ? " validation error: " : " validation errors: ")
                    + String.join("; ", findings.stream().map(Finding::toString).toList());
        }
    }

    private LenientSchema(JsonNode document) {
        this.document = document;
        this.schema = FACTORY.getSchema(document);
    }

    /** The schema of a parsed document. */
    public static LenientSchema of(JsonNode document) {
        return new LenientSchema(document);
    }

    /** Reads a schema that is a resource beside a class. */
    public static LenientSchema load(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            return new LenientSchema(JSON.readTree(in));
        } catch (IOException e) {
            throw new IllegalStateException("Schema cannot be read: " + resource, e);
        }
    }

    /** Completes and checks one value. */
    public Reading read(Object value) {
        List<Finding> findings = new ArrayList<>();
        JsonNode read = complete(JSON.valueToTree(value), document, "", findings);
        for (ValidationMessage message : schema.validate(read)) {
            String path = path(message);
            if (findings.stream().noneMatch(known -> path.equals(known.path()) || path.startsWith(known.path() + "."))) {
                findings.add(new Finding(path, reason(message)));
            }
        }
        return new Reading(JSON.convertValue(read, Object.class), List.copyOf(findings));
    }

    private static String path(ValidationMessage message) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < message.getInstanceLocation().getNameCount(); i++) {
            path.append(path.isEmpty() ? "" : ".").append(message.getInstanceLocation().getName(i));
        }
        if ("required".equals(message.getType())) {
            path.append(path.isEmpty() ? "" : ".").append(message.getProperty());
        }
        return path.toString();
    }

    private static String reason(ValidationMessage message) {
        if ("required".equals(message.getType())) {
            return "is required";
        }
        String text = message.getMessage();
        return text.contains(": ") ? text.substring(text.indexOf(": ") + 2) : text;
    }

    private JsonNode complete(JsonNode value, JsonNode rule, String path, List<Finding> findings) {
        JsonNode resolved = rule.has("$ref") ? document.at(rule.get("$ref").asText().substring(1)) : rule;
        if (value.isNull() && resolved.path("x-null-is-default").asBoolean()) {
            return complete(resolved.get("default"), resolved, path, findings);
        }
        if (value.isObject() && resolved.has("properties")) {
            return object((ObjectNode) value, resolved, path, findings);
        }
        if (value.isArray() && resolved.has("items")) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < value.size(); i++) {
                items.add(complete(value.get(i), resolved.get("items"), join(path, String.valueOf(i)), findings));
            }
            return items;
        }
        if (value.isTextual() && "iso-8601".equals(resolved.path("x-format").asText()) && !value.textValue().isBlank()
                && IsoTime.parse(value.textValue()).isEmpty()) {
            findings.add(new Finding(path, "'" + value.textValue() + "' is no date or time of ISO 8601"));
        }
        return scalar(value, types(resolved));
    }

    private JsonNode object(ObjectNode given, JsonNode rule, String path, List<Finding> findings) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        Iterator<Map.Entry<String, JsonNode>> properties = rule.get("properties").properties().iterator();
        while (properties.hasNext()) {
            Map.Entry<String, JsonNode> property = properties.next();
            String name = property.getKey();
            if (given.has(name)) {
                result.set(name, complete(given.get(name), property.getValue(), join(path, name), findings));
            } else if (property.getValue().has("default")) {
                result.set(name, complete(property.getValue().get("default"), property.getValue(), join(path, name), findings));
            }
        }
        if (!rule.path("x-drop-unknown").asBoolean()) {
            given.properties().forEach(field -> {
                if (!result.has(field.getKey())) {
                    result.set(field.getKey(), field.getValue());
                }
            });
        }
        return result;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Set<String> types(JsonNode rule) {
        JsonNode type = rule.path("type");
        if (type.isArray()) {
            Set<String> types = new java.util.HashSet<>();
            type.forEach(each -> types.add(each.asText()));
            return types;
        }
        return type.isTextual() ? Set.of(type.asText()) : Set.of();
    }

    private static JsonNode scalar(JsonNode value, Set<String> types) {
        boolean whole = types.contains("integer");
        if (!whole && !types.contains("number") || types.contains("string") && value.isTextual()) {
            return value;
        }
        BigDecimal number = number(value);
        if (number == null) {
            return value;
        }
        if (!whole) {
            return value.isNumber() ? value : DoubleNode.valueOf(number.doubleValue());
        }
        BigDecimal stripped = number.stripTrailingZeros();
        if (stripped.scale() > 0 || stripped.precision() - stripped.scale() > 18) {
            return value.isNumber() ? value : DecimalNode.valueOf(number);
        }
        return LongNode.valueOf(number.longValue());
    }

    private static BigDecimal number(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value.isTextual() && value.textValue().strip().matches("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,3})?")) {
            return new BigDecimal(value.textValue().strip().replaceFirst("\\.(?=$|[eE])", ""));
        }
        return null;
    }
}
