package io.dromedary.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.mqtt.MqttAddress;
import org.apache.camel.util.TimeUtils;

/** The variables that there are, as {@code variables.txt} lists them: their kinds, and what is wrong with given ones. */
final class Variables {

    private static final Set<String> TRUE = Set.of("true", "1", "yes");
    private static final Set<String> FALSE = Set.of("false", "0", "no");
    private static final Pattern NEEDS = Pattern.compile("; needs ([A-Z_0-9]+)$");
    private static final double MAX_SECONDS = 86_400;
    private static final Variables SHIPPED = read();

    /**
     * One variable.
     *
     * @param kind     as in the file
     * @param fallback empty for none
     */
    record Variable(String name, String kind, String fallback, String meaning) {

        Optional<String> needs() {
            Matcher needs = NEEDS.matcher(meaning);
            return needs.find() ? Optional.of(needs.group(1)) : Optional.empty();
        }
    }

    private final Map<String, List<Variable>> sections = new LinkedHashMap<>();
    private final Map<String, Variable> byName = new LinkedHashMap<>();

    private Variables() {
    }

    /** Those of this program. */
    static Variables shipped() {
        return SHIPPED;
    }

    private static Variables read() {
        Variables variables = new Variables();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Variables.class.getResourceAsStream("/variables.txt"), StandardCharsets.UTF_8))) {
            List<Variable> section = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("## ")) {
                    section = new ArrayList<>();
                    variables.sections.put(line.substring(3), section);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    String[] cells = line.split("\\s*\\|\\s*", 4);
                    Variable variable = new Variable(cells[0], cells[1], cells[2], cells[3]);
                    section.add(variable);
                    variables.byName.put(variable.name(), variable);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return variables;
    }

    Map<String, Variable> byName() {
        return byName;
    }

    /** {@code true}, {@code 1} and {@code yes}, in any case. */
    static boolean isTrue(String value) {
        return TRUE.contains(value.trim().toLowerCase(Locale.ROOT));
    }

    /** A value as routes expect it: truth in Camel's words. */
    String forCamel(String name, String value) {
        Variable variable = byName.get(name);
        return variable != null && variable.kind().equals("boolean") && !value.isBlank() ? Boolean.toString(isTrue(value)) : value;
    }

    /**
     * Looks at all variables at once.
     *
     * @throws BadConfiguration with everything that is malformed or missing; values of secrets and addresses are not shown
     */
    void check(Settings settings) {
        List<String> problems = new ArrayList<>();
        for (Variable variable : byName.values()) {
            settings.value(variable.name()).ifPresent(value -> {
                expected(variable.kind(), value).ifPresent(expected -> problems.add(variable.name() + shown(variable, value) + " is not " + expected + "."));
                variable.needs().filter(other -> settings.value(other).isEmpty())
                        .ifPresent(other -> problems.add(other + " is missing; " + variable.name() + " needs it."));
            });
        }
        if (!problems.isEmpty()) {
            throw new BadConfiguration(problems);
        }
    }

    private static String shown(Variable variable, String value) {
        boolean open = variable.kind().equals("folder") || !Set.of("url", "broker", "secret").contains(variable.kind()) && value.length() < 60;
        return open ? " is '" + value + "', which" : "";
    }

    /** What the value should have been, if it is not. */
    private static Optional<String> expected(String kind, String value) {
        String name = kind.replaceFirst(" .*", "");
        String range = kind.substring(name.length()).trim();
        return switch (name) {
            case "boolean" -> unless(isTrue(value) || FALSE.contains(value.toLowerCase(Locale.ROOT)), "true or false");
            case "port" -> unless(isInteger(value, 0, 65_535), "a port number from 0 to 65535");
            case "number" -> unless(isNumber(value) && Double.parseDouble(value) <= Double.parseDouble(range.replaceFirst(".*\\.\\.", "")),
                    "a number of " + range.replace("..", " to "));
            case "integer" -> {
                String[] ends = range.split("\\.\\.");
                yield unless(isInteger(value, Long.parseLong(ends[0]), Long.parseLong(ends[1])), "a whole number from " + ends[0] + " to " + ends[1]);
            }
            case "seconds" -> unless(isSeconds(value), "a number above 0, at most 86400");
            case "duration" -> unless(isDuration(value), "a time such as 30s");
            case "url" -> unless(isUrl(value), "an address that begins with http:// or https://");
            case "folder" -> unless(new File(value).isDirectory(), "an existing folder");
            case "broker" -> unless(MqttAddress.isOne(value), "an address such as tcp://host:1883, ssl://, ws:// or wss://");
            case "one-of" -> unless(List.of(range.split(" ")).contains(value.toUpperCase(Locale.ROOT)), "one of " + range);
            default -> Optional.empty();
        };
    }

    private static Optional<String> unless(boolean right, String expected) {
        return right ? Optional.empty() : Optional.of(expected);
    }

    private static boolean isInteger(String value, long low, long high) {
        return value.matches("-?\\d{1,18}") && Long.parseLong(value) >= low && Long.parseLong(value) <= high;
    }

    private static boolean isNumber(String value) {
        return value.matches("\\d{1,9}(\\.\\d{1,9})?");
    }

    private static boolean isSeconds(String value) {
        return isNumber(value) && Double.parseDouble(value) > 0 && Double.parseDouble(value) <= MAX_SECONDS;
    }

    private static boolean isDuration(String value) {
        try {
            return TimeUtils.toMilliSeconds(value) > 0;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static boolean isUrl(String value) {
        try {
            URI address = URI.create(value);
            return address.getHost() != null && Set.of("http", "https").contains(String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The tables of the page about configuration. */
    String markdown() {
        StringBuilder page = new StringBuilder();
        sections.forEach((title, variables) -> {
            page.append("\n## ").append(title).append("\n\n| variable | kind | default | meaning |\n| --- | --- | --- | --- |\n");
            for (Variable variable : variables) {
                page.append("| `").append(variable.name()).append("` | ").append(variable.kind()).append(" | ")
                        .append(variable.fallback().isEmpty() ? "" : "`" + variable.fallback() + "`").append(" | ")
                        .append(variable.meaning()).append(" |\n");
            }
        });
        return page.toString();
    }
}
