package io.dromedary.describe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of commands and kamelets are those of the files. With {@code -Ddromedary.write-docs=true} it writes them anew. */
class ReferencePagesTest {

    private static final Path COMMANDS = Path.of("docs/commands");
    private static final Path KAMELETS = Path.of("docs/kamelets");
    private static final Path ROUTES = Path.of("src/main/resources/routes");

    private static Map<String, String> written(Path folder) throws IOException {
        Map<String, String> pages = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                pages.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return pages;
    }

    private static void compare(Map<String, String> pages, Path folder) throws IOException {
        if (Boolean.getBoolean("dromedary.write-docs")) {
            for (Map.Entry<String, String> page : pages.entrySet()) {
                Files.createDirectories(folder.resolve(page.getKey()).getParent());
                Files.writeString(folder.resolve(page.getKey()), page.getValue());
            }
        }
        assertThat(written(folder)).containsExactlyInAnyOrderEntriesOf(pages);
    }

    @Test
    void everyCommandHasItsPage() throws IOException {
        Map<String, String> pages = ReferencePages.commands(ROUTES, COMMANDS);
        assertThat(pages).hasSizeGreaterThan(60);
        pages.put("errors.md", Files.readString(COMMANDS.resolve("errors.md")));
        compare(pages, COMMANDS);
    }

    @Test
    void everyPageOfACommandSaysWhyItIsThere() throws IOException {
        written(COMMANDS).forEach((name, page) -> {
            if (name.contains("/")) {
                assertThat(page).as(name).contains("\n## Why and when\n");
            }
        });
    }

    @Test
    void everyKameletHasItsPage() throws IOException {
        Map<String, String> pages = ReferencePages.kamelets(Path.of("kamelets"), KAMELETS);
        assertThat(pages).hasSizeGreaterThan(50);
        compare(pages, KAMELETS);
    }

    @Test
    void keepsWhatIsWrittenByHand(@TempDir Path folder) throws IOException {
        Path page = Files.createDirectories(folder.resolve("redis")).resolve("get.md");
        Files.writeString(page, "Outdated.\n" + ReferencePages.BY_HAND + "\nMine.\n");
        assertThat(ReferencePages.commands(ROUTES, folder).get("redis/get.md")).startsWith("# redis/get\n").endsWith(ReferencePages.BY_HAND + "\nMine.\n").doesNotContain("Outdated.");
    }
}
