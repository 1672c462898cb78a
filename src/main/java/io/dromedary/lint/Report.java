package io.dromedary.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Collects the findings of one rule in one file. A comment {@code # lint: allow <rule> – reason} on the line or the one above
 * silences a finding.
 */
final class Report {

    private final String rule;
    private final SourceFile file;
    private final List<Finding> findings;
    private final List<String> lines;

    Report(String rule, SourceFile file, List<String> lines, List<Finding> findings) {
        this.rule = rule;
        this.file = file;
        this.lines = lines;
        this.findings = findings;
    }

    /** Something that has to be corrected. */
    void error(int line, String message, String remedy) {
        add(true, line, message, remedy);
    }

    /** Something that would be better otherwise. */
    void advice(int line, String message, String remedy) {
        add(false, line, message, remedy);
    }

    private void add(boolean error, int line, String message, String remedy) {
        int place = Math.max(1, line);
        if (!isAllowed(place) && !isAllowed(place - 1)) {
            findings.add(new Finding(rule, error, file.path(), place, message, remedy));
        }
    }

    private boolean isAllowed(int line) {
        return line >= 1 && line <= lines.size()
                && Pattern.compile("#.*\\blint: allow " + Pattern.quote(rule) + "\\b").matcher(lines.get(line - 1)).find();
    }

    /** The nearest of some names, as the end of a remedy: {@code ; did you mean 'x'?} or nothing. */
    static String nearest(String wrong, Iterable<String> names) {
        org.apache.commons.text.similarity.LevenshteinDistance distance =
                new org.apache.commons.text.similarity.LevenshteinDistance(Math.max(2, wrong.length() / 3));
        List<String> sorted = new ArrayList<>();
        names.forEach(name -> {
            if (distance.apply(wrong, name) >= 0) {
                sorted.add(name);
            }
        });
        return sorted.stream().min(java.util.Comparator.comparing(name -> distance.apply(wrong, name)))
                .map(name -> "; did you mean '" + name + "'?").orElse("");
    }
}
