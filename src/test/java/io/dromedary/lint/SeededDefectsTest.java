package io.dromedary.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * Each folder of {@code src/test/resources/lint} has one mistake and a file {@code expected} that says where it is and which
 * rule has to find it.
 */
class SeededDefectsTest {

    static final Path CORPUS = Path.of("src/test/resources/lint");
    static final List<Path> SHIPPED = List.of(Path.of("src/main/resources/routes"), Path.of("kamelets"));

    @Test
    void findsWhatWasSeededWithLineAndRemedy() throws IOException {
        List<String> missed = new ArrayList<>();
        TreeSet<String> rules = new TreeSet<>();
        Linter linter = new Linter(SHIPPED, null);
        int kinds = 0;
        for (Path folder : folders()) {
            kinds++;
            String[] expected = Files.readString(folder.resolve("expected")).trim().split(" ");
            List<Finding> findings = linter.lint(List.of(folder));
            rules.add(expected[1]);
            boolean found = findings.stream().anyMatch(finding -> finding.rule().equals(expected[1]) && !finding.remedy().isBlank()
                    && (folder.relativize(finding.file()) + ":" + finding.line()).equals(expected[0]));
            if (!found) {
                missed.add(folder.getFileName() + ": expected " + String.join(" ", expected) + " but got " + findings);
            }
        }
        assertThat(kinds).isGreaterThanOrEqualTo(40);
        assertThat(missed).as("missed of %d", kinds).isEmpty();
        TreeSet<String> unseeded = new TreeSet<>(Linter.rules().keySet());
        unseeded.removeAll(rules);
        assertThat(unseeded).as("rules that no defect shows").containsExactly("command-page");
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(CORPUS)) {
            return folders.sorted().toList();
        }
    }
}
