package io.dromedary.routetest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One {@code <name>.test.yaml}: which routes it loads, and its cases. The format is described in {@code docs/testing.md} and
 * checked against {@code schema/route-test.schema.json}.
 *
 * @param file       the file
 * @param routes     route files to load, as resource locations
 * @param properties override those of the application
 * @param mocks      answer in every case
 * @param cases      the cases in their order
 */
public record TestFile(Path file, List<String> routes, Map<String, String> properties, List<Mock> mocks, List<Case> cases) {

    /** How the name of a file with tests ends. */
    public static final String ENDING = ".test.yaml";

    static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema SCHEMA = schema();

    /**
     * One case.
     *
     * @param name   what it shows
     * @param given  the message and where it goes in
     * @param mocks  answer before those of the file
     * @param expect what has to come out
     */
    public record Case(String name, JsonNode given, List<Mock> mocks, JsonNode expect) {
    }

    /** Thrown for a file that is no test: the message says what to correct. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }

    private static JsonSchema schema() {
        try (InputStream in = TestFile.class.getResourceAsStream("/schema/route-test.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with the content of a test file, as JSON pointers with a message each. */
    public static Set<ValidationMessage> problems(JsonNode content) {
        return SCHEMA.validate(content);
    }

    /**
     * Reads a test file.
     *
     * @throws Invalid if it is not YAML or not of the format
     */
    public static TestFile read(Path file) throws IOException, Invalid {
        JsonNode content = parse(file);
        Set<ValidationMessage> problems = problems(content);
        if (!problems.isEmpty()) {
            throw new Invalid(problems.stream().map(ValidationMessage::getMessage).sorted().collect(Collectors.joining("; ")));
        }
        Map<String, String> properties = new java.util.LinkedHashMap<>();
        content.path("properties").properties().forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
        List<Case> cases = new ArrayList<>();
        for (JsonNode test : content.get("tests")) {
            cases.add(new Case(test.get("name").asText(), test.path("given"), Mock.list(test.path("mocks")), test.path("expect")));
        }
        return new TestFile(file, routes(file, content), properties, Mock.list(content.path("mocks")), cases);
    }

    private static JsonNode parse(Path file) throws IOException, Invalid {
        try {
            return JSON.valueToTree(new Load(LoadSettings.builder().setLabel(file.getFileName().toString()).build())
                    .loadFromString(Files.readString(file)));
        } catch (YamlEngineException e) {
            throw new Invalid("Not YAML: " + e.getMessage().replaceAll("\\s*\\n\\s*", " "));
        }
    }

    /** The route beside the file, if there is one, and those it names. */
    private static List<String> routes(Path file, JsonNode content) throws Invalid {
        List<String> routes = new ArrayList<>();
        Path beside = file.resolveSibling(name(file) + ".camel.yaml");
        if (Files.exists(beside)) {
            routes.add("file:" + beside);
        }
        for (JsonNode named : content.path("routes")) {
            String route = named.asText();
            if (!route.startsWith("classpath:")) {
                Path path = file.resolveSibling(route).normalize();
                if (!Files.exists(path)) {
                    throw new Invalid("There is no " + route + " beside the test; 'routes' are relative to it, or begin with classpath:");
                }
                route = "file:" + path;
            }
            if (!routes.contains(route)) {
                routes.add(route);
            }
        }
        if (routes.isEmpty()) {
            throw new Invalid("There is no " + beside.getFileName() + " beside it; name the files to load under 'routes'");
        }
        return routes;
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ENDING.length());
    }

    /** The file's folder and name, such as {@code petal-lab/greet}. */
    public String title() {
        Path folder = file.toAbsolutePath().getParent();
        return Optional.ofNullable(folder.getFileName()).map(parent -> parent + "/").orElse("") + name(file);
    }

    /** All test files at and below the paths, sorted. */
    public static List<Path> find(List<Path> paths) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : paths) {
            try (Stream<Path> files = Files.walk(path)) {
                files.filter(file -> file.getFileName() != null && file.getFileName().toString().endsWith(ENDING)).sorted().forEach(found::add);
            }
        }
        return found;
    }
}
