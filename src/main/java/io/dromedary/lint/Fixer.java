package io.dromedary.lint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Corrects what can be corrected without knowing what was meant. Works on lines, so everything else stays as it is. */
public final class Fixer {

    private static final Pattern QUOTE = Pattern.compile("^quote it: \"(.*)\"$");
    private static final Pattern WRITE = Pattern.compile("^write '(id: )?([^']+)'$");
    private static final Pattern SHORT = Pattern.compile("^(\\s*(?:- )?)(\\w+): (.+)$");
    private static final Pattern BELOW = Pattern.compile("with '(\\w+): ");
    private static final String ANNOTATIONS = """
              annotations:
                camel.apache.org/kamelet.support.level: Stable
                camel.apache.org/catalog.version: 0.1.0
                camel.apache.org/provider: Dromedary
                camel.apache.org/kamelet.group: Dromedary
                camel.apache.org/kamelet.namespace: Dromedary
            """;

    private Fixer() {
    }

    /**
     * Rewrites the files of some findings.
     *
     * @return the findings that were corrected
     */
    public static List<Finding> fix(Collection<Finding> findings) throws IOException {
        Map<Path, List<Finding>> files = new LinkedHashMap<>();
        findings.stream().filter(finding -> finding.file().toString().endsWith(".yaml"))
                .forEach(finding -> files.computeIfAbsent(finding.file(), file -> new ArrayList<>()).add(finding));
        List<Finding> fixed = new ArrayList<>();
        for (Map.Entry<Path, List<Finding>> file : files.entrySet()) {
            List<String> lines = new ArrayList<>(Files.readAllLines(file.getKey()));
            // From the end, so that the lines of what comes before stay the same.
            List<Finding> ordered = new ArrayList<>(file.getValue());
            ordered.sort((one, other) -> other.line() - one.line());
            int before = fixed.size();
            ordered.stream().filter(finding -> fix(lines, finding)).forEach(fixed::add);
            if (fixed.size() > before) {
                Files.writeString(file.getKey(), String.join("\n", lines) + "\n");
            }
        }
        return fixed;
    }

    private static boolean fix(List<String> lines, Finding finding) {
        int at = finding.line() - 1;
        String line = lines.get(at);
        String changed = switch (finding.rule()) {
            case "camel-schema" -> quoted(line, finding);
            case "route-id-form", "step-id", "variable-name", "command-id" -> renamed(line, finding);
            case "canonical-step" -> inFull(line, finding);
            case "canonical-expression" -> expressionInFull(line, finding);
            case "secret-raw" -> line.replaceFirst("\"?(\\{\\{[^}]+}})\"?", "\"RAW($1)\"");
            case "kamelet-annotations" -> line.equals("metadata:") ? line + "\n" + ANNOTATIONS.stripTrailing() : line;
            default -> line;
        };
        lines.set(at, changed);
        return !changed.equals(line);
    }

    private static String quoted(String line, Finding finding) {
        Matcher quote = QUOTE.matcher(finding.remedy());
        if (finding.remedy().startsWith("write it without quotes: ")) {
            String value = finding.remedy().substring("write it without quotes: ".length());
            return value.matches("-?\\d+|true|false") ? line.replaceFirst("([\"'])" + value + "\\1\\s*$", value) : line;
        }
        return quote.matches() ? line.replaceFirst(":\\s+" + Pattern.quote(quote.group(1)) + "\\s*$", ": \"" + Matcher.quoteReplacement(quote.group(1)) + "\"") : line;
    }

    /** Only the name itself: where others refer to it, the next run says so. */
    private static String renamed(String line, Finding finding) {
        Matcher write = WRITE.matcher(finding.remedy());
        return write.matches() ? line.replaceFirst(":\\s+\\S+\\s*$", ": " + Matcher.quoteReplacement(write.group(2))) : line;
    }

    /** {@code - to: direct:x} becomes {@code - to:} with {@code uri: direct:x} below. */
    private static String inFull(String line, Finding finding) {
        Matcher parts = SHORT.matcher(line);
        Matcher below = BELOW.matcher(finding.remedy());
        if (!parts.matches() || !below.find() || below.group(1).equals("expression")) {
            return line;
        }
        return parts.group(1) + parts.group(2) + ":\n" + " ".repeat(parts.group(1).length() + 2) + below.group(1) + ": " + parts.group(3);
    }

    /** {@code simple: x} becomes {@code expression:}, {@code simple:}, {@code expression: x}; or the last two below an {@code expression:}. */
    private static String expressionInFull(String line, Finding finding) {
        Matcher parts = SHORT.matcher(line);
        if (!parts.matches() || parts.group(1).contains("-")) {
            return line;
        }
        String indent = parts.group(1);
        boolean direct = finding.message().contains("directly below");
        String deeper = direct ? indent + "  " : indent;
        return (direct ? indent + "expression:\n" : "") + deeper + parts.group(2) + ":\n" + deeper + "  expression: " + parts.group(3);
    }
}
