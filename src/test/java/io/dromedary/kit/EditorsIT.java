package io.dromedary.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.testing.Cli;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Everything that is shipped, opened and saved by the libraries of Kaoto and Karavan, means the same afterwards. */
@RequiresPeer(node = {"@kaoto/kaoto", "karavan-core", "esbuild"})
class EditorsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Path> SHIPPED = List.of(Path.of("src/main/resources/routes"), Path.of("kamelets"), Path.of("docs/cookbook"));
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z0-9+.-]+)(?::.*)?", Pattern.DOTALL);
    private static final CamelCatalog CATALOG = new DefaultCamelCatalog(true);
    private static final Map<String, String> FILES = new TreeMap<>();
    private static JsonNode saved;

    @BeforeAll
    static void openAndSave(@TempDir Path folder) throws Exception {
        for (Path shipped : SHIPPED) {
            try (Stream<Path> files = Files.walk(shipped)) {
                for (Path file : files.filter(file -> file.toString().matches(".*[.](camel|kamelet)[.]yaml")).toList()) {
                    FILES.put(file.toString(), Files.readString(file));
                }
            }
        }
        ObjectNode given = JSON.createObjectNode();
        assertThat(Cli.dromedary(Map.of(), "docs", "catalog", "--out", folder.toString()).exit()).isZero();
        for (String metadata : contents(folder.resolve("components"))) {
            JsonNode component = JSON.readTree(metadata).get("component");
            CATALOG.addComponent(component.get("scheme").asText(), component.get("javaType").asText(), metadata);
            given.withArray("components").add(metadata);
        }
        contents(folder.resolve("kamelets")).forEach(given.withArray("kamelets")::add);
        given.set("files", JSON.valueToTree(FILES));
        Cli editors = Cli.node(given.toString(), "editors.mjs");
        assertThat(editors.exit()).as(editors.err()).isZero();
        saved = JSON.readTree(editors.out().substring(editors.out().indexOf('{')));
        assertThat(saved).hasSameSizeAs(FILES.keySet());
    }

    private static List<String> contents(Path folder) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                contents.add(Files.readString(file));
            }
        }
        assertThat(contents).hasSizeGreaterThan(20);
        return contents;
    }

    @Test
    void kaotoLosesNothing() throws Exception {
        compare("kaoto");
    }

    @Test
    void karavanLosesNothing() throws Exception {
        compare("karavan");
    }

    @Test
    void kaotoDrawsEveryRoute() {
        FILES.forEach((path, text) -> {
            if (text.contains("  steps:")) {
                assertThat(saved.path(path).path("steps").asInt()).as(path).isGreaterThan(1);
            }
        });
    }

    private static void compare(String editor) throws URISyntaxException, IOException {
        List<String> lost = new ArrayList<>();
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            JsonNode answer = saved.get(file.getKey());
            if (answer.has("error")) {
                lost.add(file.getKey() + ": " + answer.get("error").asText());
                continue;
            }
            JsonNode before = yaml(file.getValue());
            Set<String> ids = new HashSet<>(before.findValuesAsText("id"));
            List<String> was = meaning(before, ids);
            List<String> is = meaning(yaml(answer.get(editor).asText()), ids);
            if (!was.equals(is)) {
                List<String> gone = new ArrayList<>(was);
                gone.removeAll(is);
                is.removeAll(was);
                lost.add(file.getKey() + "\n  - " + String.join("\n  - ", gone) + "\n  + " + String.join("\n  + ", is));
            }
        }
        assertThat(lost).isEmpty();
    }

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    /** The parts of a file in no order: editors put configurations and beans where they like, and Camel reads those first anyway. */
    private static List<String> meaning(JsonNode file, Set<String> ids) throws URISyntaxException {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : file.isArray() ? file : JSON.createArrayNode().add(file)) {
            parts.add(plain(part, ids).toString());
        }
        parts.sort(null);
        return parts;
    }

    /** Without ids that an editor has made up, endpoints by their options, and a kamelet's template in its one form. */
    private static JsonNode plain(JsonNode node, Set<String> ids) throws URISyntaxException {
        if (node.isArray()) {
            var list = JSON.createArrayNode();
            for (JsonNode item : node) {
                list.add(plain(item, ids));
            }
            return list;
        }
        if (!node.isObject()) {
            return JSON.getNodeFactory().textNode(node.isNumber() ? node.decimalValue().stripTrailingZeros().toPlainString() : node.asText());
        }
        Map<String, JsonNode> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getKey().equals("id") || ids.contains(field.getValue().asText())) {
                fields.put(field.getKey(), plain(field.getValue(), ids));
            }
        }
        if (node.path("uri").isTextual()) {
            fields.remove("parameters");
            fields.put("uri", JSON.valueToTree(endpoint(node.get("uri").asText(), node.path("parameters"))));
        }
        if (fields.containsKey("template") && fields.get("template").has("from")) {
            ObjectNode template = (ObjectNode) fields.get("template");
            template.putObject("route").set("from", template.remove("from"));
        }
        return JSON.valueToTree(fields);
    }

    private static Map<String, String> endpoint(String uri, JsonNode parameters) throws URISyntaxException {
        Matcher scheme = SCHEME.matcher(uri);
        Map<String, String> options = new TreeMap<>();
        String name = scheme.matches() ? scheme.group(1) : uri;
        boolean known = CATALOG.componentJSonSchema(name) != null;
        if (known && uri.contains(":")) {
            options.putAll(CATALOG.endpointProperties(uri));
        }
        options.put("", known ? name : uri);
        parameters.properties().forEach(option -> options.put(option.getKey(), option.getValue().asText()));
        return options;
    }
}
