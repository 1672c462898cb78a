package io.dromedary.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Reference pages in Markdown, one for each command or kamelet and an index. What stands behind {@link #BY_HAND} in a page that exists
 * is kept.
 */
public final class ReferencePages {

    /** Ends what is generated of a page. */
    static final String BY_HAND = "<!-- Generated up to here from the files of the routes; what follows is written by hand and kept. -->\n";

    private static final String INDEX = "README.md";

    private ReferencePages() {
    }

    /**
     * Pages of the commands below a folder {@code commands/<petal>/}; only those with a schema.
     *
     * @param routes folder of routes
     * @param docs   where the pages lie; what exists there is read, nothing is written
     * @return content by name below {@code docs}
     */
    public static Map<String, String> commands(Path routes, Path docs) throws IOException {
        Map<String, CommandFacts> commands = new TreeMap<>();
        try (Stream<Path> files = Files.walk(routes)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".camel.yaml")).toList()) {
                for (JsonNode item : yaml(file)) {
                    String uri = item.path("route").path("from").path("uri").asText();
                    if (uri.startsWith("direct:command/") && Files.exists(beside(file))) {
                        String name = uri.substring("direct:command/".length());
                        commands.put(name, CommandFacts.read(name, item.path("route").path("description").asText(), file.getParent()));
                    }
                }
            }
        }
        Map<String, String> pages = new TreeMap<>();
        pages.put(INDEX, kept(docs.resolve(INDEX), CommandPage.index(commands.values()), "Next: [errors of the command bus](errors.md).\n"));
        for (CommandFacts command : commands.values()) {
            String name = command.name() + ".md";
            pages.put(name, kept(docs.resolve(name), CommandPage.of(command), "Next: [all commands](../README.md).\n"));
        }
        return pages;
    }

    private static Path beside(Path route) {
        return route.resolveSibling(route.getFileName().toString().replace(".camel.yaml", ".schema.json"));
    }

    /**
     * Pages of the kamelets in a folder.
     *
     * @return content by name below {@code docs}
     */
    public static Map<String, String> kamelets(Path folder, Path docs) throws IOException {
        Map<String, JsonNode> kamelets = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".kamelet.yaml")).toList()) {
                JsonNode kamelet = yaml(file);
                kamelets.put(kamelet.path("metadata").path("name").asText(), kamelet);
            }
        }
        Map<String, String> pages = new TreeMap<>();
        pages.put(INDEX, kept(docs.resolve(INDEX), KameletPage.index(kamelets.values()), "Next: [the cookbook](../cookbook/README.md).\n"));
        for (Map.Entry<String, JsonNode> kamelet : kamelets.entrySet()) {
            String name = kamelet.getKey() + ".md";
            pages.put(name, kept(docs.resolve(name), KameletPage.of(kamelet.getValue()), "Next: [all kamelets](README.md).\n"));
        }
        return pages;
    }

    private static JsonNode yaml(Path file) throws IOException {
        return CommandFacts.JSON.valueToTree(new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(Files.readString(file)));
    }

    private static String kept(Path page, String generated, String otherwise) throws IOException {
        String before = Files.exists(page) ? Files.readString(page) : "";
        int hand = before.indexOf(BY_HAND);
        return generated + "\n" + BY_HAND + "\n" + (hand < 0 ? otherwise : before.substring(hand + BY_HAND.length()).stripLeading());
    }

    /** Text that stays in its cell. */
    static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|").trim();
    }

    /** Text as it is written in code, or nothing. */
    static String code(JsonNode value) {
        if (value.isMissingNode()) {
            return "";
        }
        return value.isTextual() && value.asText().isEmpty() ? "(empty)" : "`" + cell(value.isTextual() ? value.asText() : value.toString()) + "`";
    }
}
