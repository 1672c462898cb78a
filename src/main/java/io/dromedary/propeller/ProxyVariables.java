package io.dromedary.propeller;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of environment variables, as the proxy that we stand in for writes them. */
final class ProxyVariables {

    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");
    /** What the original's settings library takes for a truth value. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False", "");

    private final UnaryOperator<String> variable;
    private final List<String> faults;

    /** @param faults takes a sentence for each value that cannot be understood */
    ProxyVariables(UnaryOperator<String> variable, List<String> faults) {
        this.variable = variable;
        this.faults = faults;
    }

    /** The first of the names that is set and not empty; an empty text if none is. */
    String text(String... names) {
        return first("", names);
    }

    /** The same with another text if none is. */
    String first(String otherwise, String... names) {
        for (String name : names) {
            String value = variable.apply(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return otherwise;
    }

    /** A whole number within limits. */
    int number(String name, int otherwise, int least, int most) {
        String text = first(String.valueOf(otherwise), name);
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        faults.add(name + " is '" + text + "'; it must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /** Whether it is set to what means yes. */
    boolean truth(String name) {
        String text = text(name);
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            faults.add(name + " is '" + text + "'; it must be true or false");
        }
        return TRUE.contains(text);
    }

    /** Durations are written as the original's language has them: {@code 30s}, {@code 1m30s}. */
    Duration duration(String name, Duration otherwise) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher part = DURATION_PART.matcher(text);
        double millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            end = part.end();
            millis += Double.parseDouble(part.group(1)) * switch (part.group(2)) {
                case "ms" -> 1;
                case "s" -> 1_000;
                case "m" -> 60_000;
                default -> 3_600_000;
            };
        }
        if (end != text.length() || millis < 1 || millis > Integer.MAX_VALUE) {
            faults.add(name + " is '" + text + "'; it must be a duration such as 30s or 1m30s");
            return otherwise;
        }
        return Duration.ofMillis((long) millis);
    }
}
