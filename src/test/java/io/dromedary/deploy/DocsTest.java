package io.dromedary.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** A newcomer finds the way: every link leads somewhere, and every page says where to go next. */
class DocsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            List<Path> pages = new ArrayList<>(docs.filter(file -> file.toString().endsWith(".md")).toList());
            pages.add(Path.of("README.md"));
            pages.add(Path.of("docker/README.md"));
            assertThat(pages).hasSizeGreaterThan(20);
            return pages;
        }
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
            while (link.find()) {
                String target = link.group(1).replaceFirst("#.*", "");
                Path folder = page.getParent() == null ? Path.of("") : page.getParent();
                if (!target.isEmpty() && !target.contains("://") && !Files.exists(folder.resolve(target).normalize())) {
                    dead.add(page + " -> " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    /** What the pages for beginners tell people to type is typed by CI. */
    @Test
    void everyCommandOfThePagesForBeginnersIsRunByCi() throws IOException {
        String ci = Files.readString(Path.of(".ci/documented")) + Files.readString(Path.of(".ci/deployments"));
        Pattern command = Pattern.compile("(?:\\./|bin/)dromedary ((?:new command|(?:logs|ftp|params) [a-z]+|[a-z]+)(?: --sim)?)");
        List<String> unproven = new ArrayList<>();
        int found = 0;
        for (String page : List.of("README.md", "docs/getting-started.md", "docs/deploy.md", "docs/console.md", "docs/reload.md")) {
            Matcher named = command.matcher(Files.readString(Path.of(page)));
            while (named.find()) {
                found++;
                String words = named.group(1);
                if (!ci.contains("dromedary " + words) && !ci.contains("\"$cli\" " + words)) {
                    unproven.add(page + ": " + words);
                }
            }
        }
        assertThat(found).isGreaterThan(20);
        assertThat(unproven).isEmpty();
    }

    @Test
    void everyPageEndsWithTheNextStep() throws IOException {
        for (Path page : pages()) {
            if (!page.startsWith("docs/decisions") && !page.equals(Path.of("README.md"))) {
                assertThat(Files.readString(page).stripTrailing().lines().reduce((first, last) -> last)).as(page.toString()).get().asString()
                        .startsWith("Next: [");
            }
        }
    }
}
