package io.dromedary.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** What is shipped follows its own rules. */
class RouteLintTest {

    @Test
    void findsNothingInWhatIsShipped() throws Exception {
        List<Path> shipped = new ArrayList<>(SeededDefectsTest.SHIPPED);
        shipped.add(Path.of("docs"));
        shipped.add(Path.of("README.md"));
        assertThat(new Linter(SeededDefectsTest.SHIPPED, null).lint(shipped)).isEmpty();
    }

    @Test
    void thePageNamesEveryRule() throws Exception {
        String page = Files.readString(Path.of("docs/lint.md"));
        Linter.rules().forEach((id, about) -> assertThat(page).contains("| `" + id + "` | " + about + " |"));
    }
}
