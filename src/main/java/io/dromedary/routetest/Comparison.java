package io.dromedary.routetest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Compares a value with what a test expects and tells each difference with its path. In an expected value {@code $any},
 * {@code $text}, {@code $number}, {@code $boolean}, {@code $uuid}, {@code $time}, {@code $contains:…} and {@code $matches:…}
 * stand for values that are not known beforehand; {@code $more} as a key or as a list's last item allows others.
 */
final class Comparison {

    private static final String MORE = "$more";
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:?\\d\\d)?");
    private static final int SHOWN = 300;

    private final List<String> differences = new ArrayList<>();

    private Comparison() {
    }

    /** One line per difference; none if the value is as expected. */
    static List<String> differences(String path, JsonNode expected, JsonNode actual) {
        Comparison comparison = new Comparison();
        comparison.compare(path, expected, actual);
        return comparison.differences;
    }

    private void compare(String path, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual.isObject()) {
            objects(path, expected, actual);
        } else if (expected.isArray() && actual.isArray()) {
            arrays(path, expected, actual);
        } else if (!same(expected, actual)) {
            differences.add(path + ": expected " + shown(expected) + " but was " + shown(actual));
        }
    }

    private void objects(String path, JsonNode expected, JsonNode actual) {
        expected.properties().forEach(entry -> {
            String key = entry.getKey();
            if (key.equals(MORE)) {
                return;
            }
            if (actual.has(key)) {
                compare(path + "." + key, entry.getValue(), actual.get(key));
            } else if (!entry.getValue().asText().equals("$absent")) {
                differences.add(path + "." + key + ": missing, expected " + shown(entry.getValue()));
            }
        });
        if (!expected.has(MORE)) {
            actual.properties().stream().filter(entry -> !expected.has(entry.getKey()))
                    .forEach(entry -> differences.add(path + "." + entry.getKey() + ": not expected, was " + shown(entry.getValue())));
        }
    }

    private void arrays(String path, JsonNode expected, JsonNode actual) {
        boolean more = !expected.isEmpty() && expected.get(expected.size() - 1).asText().equals(MORE);
        int wanted = more ? expected.size() - 1 : expected.size();
        for (int i = 0; i < wanted; i++) {
            if (i < actual.size()) {
                compare(path + "[" + i + "]", expected.get(i), actual.get(i));
            } else {
                differences.add(path + "[" + i + "]: missing, expected " + shown(expected.get(i)));
            }
        }
        for (int i = wanted; i < actual.size() && !more; i++) {
            differences.add(path + "[" + i + "]: not expected, was " + shown(actual.get(i)));
        }
    }

    private static boolean same(JsonNode expected, JsonNode actual) {
        if (expected.isTextual() && expected.asText().startsWith("$")) {
            return fits(expected.asText(), actual);
        }
        if (expected.isNumber() && actual.isNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        return expected.equals(actual) || expected.isNull() && actual.isMissingNode();
    }

    private static boolean fits(String pattern, JsonNode actual) {
        int colon = pattern.indexOf(':');
        String argument = pattern.substring(colon + 1);
        return switch (colon < 0 ? pattern : pattern.substring(0, colon)) {
            case "$any" -> !actual.isMissingNode();
            case "$absent" -> actual.isMissingNode();
            case "$text" -> actual.isTextual();
            case "$number" -> actual.isNumber();
            case "$boolean" -> actual.isBoolean();
            case "$uuid" -> UUID.matcher(actual.asText()).matches();
            case "$time" -> TIME.matcher(actual.asText()).matches();
            case "$contains" -> (actual.isContainerNode() ? actual.toString() : actual.asText()).contains(argument);
            case "$matches" -> Pattern.matches(argument, actual.asText());
            default -> actual.isTextual() && actual.asText().equals(pattern);
        };
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "… (" + text.length() + " characters)" : text;
    }
}
