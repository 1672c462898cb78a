package io.dromedary.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads a component's page in {@code docs/components} so that tests can load its examples and compare its tables. */
public final class ComponentPage {

    private static final Pattern YAML = Pattern.compile("^```yaml\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private final String text;

    public ComponentPage(String component) throws IOException {
        this.text = Files.readString(Path.of("docs/components", component + ".md"));
    }

    /** The YAML examples in their order. */
    public List<String> examples() {
        return YAML.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** Options and headers of the generated metadata that no table row of the page begins with. */
    public List<String> missing(String metadataResource) throws IOException {
        JsonNode metadata = new ObjectMapper().readTree(ComponentPage.class.getClassLoader().getResource(metadataResource));
        return Stream.concat(names(metadata.path("properties")), names(metadata.path("headers")))
                .filter(name -> text.lines().noneMatch(line -> line.startsWith("| `" + name + "`")))
                .toList();
    }

    private static Stream<String> names(JsonNode node) {
        Stream.Builder<String> names = Stream.builder();
        node.fieldNames().forEachRemaining(names);
        return names.build();
    }
}
