package io.dromedary.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.dromedary.lint.Linter;
import org.junit.jupiter.api.Test;

/** Every recipe of the cookbook is short, passes lint and its own test. */
class CookbookTest {

    private static final Path COOKBOOK = Path.of("docs/cookbook");
    private static final int MOST_LINES = 60;

    private static List<Path> recipes() throws Exception {
        try (Stream<Path> folders = Files.list(COOKBOOK)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void everyRecipeIsAFolderWithRouteTestAndExplanation() throws Exception {
        assertThat(recipes()).hasSize(7).allSatisfy(folder -> {
            assertThat(folder.resolve("README.md")).isNotEmptyFile();
            assertThat(TestFile.find(List.of(folder))).hasSize(1).first().satisfies(test -> assertThat(Files.readAllLines(
                    Path.of(test.toString().replace(TestFile.ENDING, ".camel.yaml")))).hasSizeLessThanOrEqualTo(MOST_LINES));
        });
    }

    @Test
    void everyRecipePassesLintAndItsTest() throws Exception {
        List<Path> shipped = List.of(Path.of("src/main/resources/routes"), Path.of("kamelets"));
        assertThat(new Linter(shipped, null).lint(List.of(COOKBOOK))).isEmpty();
        List<TestResult> failed = new ArrayList<>();
        RouteTests tests = new RouteTests(List.of());
        tests.run(TestFile.find(List.of(COOKBOOK)), result -> {
            if (!result.passed()) {
                failed.add(result);
            }
        });
        assertThat(failed).isEmpty();
        assertThat(tests.results()).hasSizeGreaterThanOrEqualTo(14);
    }
}
