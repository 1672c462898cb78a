package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.testing.Cli;
import io.dromedary.testing.Product;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engineer does with a system that runs, by the real subcommands; and what it tells of itself, read by the standards' own tools. */
class KitIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;
    private static Map<String, String> environment;
    private static Path routes;
    private static Product running;

    @BeforeAll
    static void start() throws IOException {
        routes = Files.createDirectories(folder.resolve("my-routes"));
        environment = new HashMap<>(Map.of("DROMEDARY_DATA_DIR", folder.resolve("data").toString(), "DROMEDARY_ROUTES_DIR", routes.toString(),
                "DROMEDARY_ORGANIZATION_ID", "org-1", "DROMEDARY_MACHINE_ID", "drone-1", "DROMEDARY_HTTP_TOKEN", "let-me-in"));
        running = Product.start(folder, environment);
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    private static JsonNode described(String what) throws Exception {
        Cli docs = Cli.dromedary(environment, "docs", what);
        assertThat(docs.exit()).as(docs.err()).isZero();
        return JSON.readTree(docs.out());
    }

    @Test
    @RequiresPeer(python = "openapi_spec_validator")
    void describesEveryHttpPathAsOpenApi() throws Exception {
        JsonNode document = described("openapi");
        Path file = Files.writeString(folder.resolve("openapi.json"), document.toString());
        Cli validated = Cli.python("", "openapi_spec_validator", file.toString());
        assertThat(validated.exit()).as(validated.out() + validated.err()).isZero();
        Files.writeString(file, document.toString().replace("\"responses\"", "\"answers\""));
        assertThat(Cli.python("", "openapi_spec_validator", file.toString()).exit()).as("what is wrong is seen").isNotZero();
        assertThat(document.get("paths").properties()).extracting(Map.Entry::getKey).contains("/openapi.json", "/asyncapi.json", "/cloud/get-item",
                "/petals/petal-flight-log/jobs/{id}/status", "/test/bucket/download/{path}", "/admin-dashboard");
        assertThat(document.at("/paths/~1petals~1petal-flight-log~1jobs/get/parameters")).extracting(one -> one.path("name").asText())
                .containsExactly("status", "job_type");
        assertThat(document.at("/paths/~1cloud~1get-item/post/requestBody").isObject()).isTrue();
    }

    @Test
    void whatItDescribesAsOpenApiIsThere() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        String host = "http://" + running.addresses().get("http");
        int asked = 0;
        for (Map.Entry<String, JsonNode> path : described("openapi").get("paths").properties()) {
            // The bucket and the vehicle would be asked, and are not there.
            if (path.getValue().has("get") && !path.getKey().matches(".*([{]|bucket|petal-flight-log).*")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(host + path.getKey())).header("Authorization", "Bearer let-me-in").build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).as(path.getKey()).isLessThan(300);
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(10);
    }

    @Test
    @RequiresPeer(node = "@asyncapi/parser")
    void describesTheBusAsAsyncApi() throws Exception {
        JsonNode document = described("asyncapi");
        Cli parsed = Cli.node(document.toString(), "asyncapi.mjs");
        assertThat(parsed.exit()).as(parsed.err()).isZero();
        assertThat(parsed.out()).doesNotContain("error ").contains("read " + document.get("operations").size() + " operations");
        assertThat(Cli.node(document.toString().replace("\"receive\"", "\"take\""), "asyncapi.mjs").out()).as("what is wrong is seen").contains("error ");
        assertThat(document.at("/channels/commands/address").asText()).isEqualTo("org/org-1/device/Instance-drone-1/command/edge");
        assertThat(document.at("/channels/broadcasts/address").asText()).endsWith("Instance-drone-1/command/web");
        assertThat(document.at("/servers/bus/host").asText()).isEqualTo(running.addresses().get("mqtt"));
        JsonNode operation = document.at("/operations/petal-flight-log.fetch_flight_records");
        assertThat(operation.path("action").asText()).isEqualTo("receive");
        assertThat(operation.at("/reply/channel/$ref").asText()).isEqualTo("#/channels/replies");
        assertThat(document.at("/components/schemas/petal-flight-log.fetch_flight_records/required")).hasSize(3);
        assertThat(document.at("/operations/flight-log-stream.broadcast/action").asText()).isEqualTo("send");
        for (JsonNode message : document.at("/channels/commands/messages")) {
            assertThat(document.at(message.get("$ref").asText().substring(1)).path("examples")).as(message.toString()).isNotEmpty();
        }
    }

    @Test
    void aCommandIsAddedCheckedAppliedUsedDescribedAndTakenBack() throws Exception {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        copy(Path.of("src/main/resources/routes"), scratch.resolve("routes"));
        Map<String, String> before = contents(scratch);
        assertThat(Cli.dromedary(environment, "new", "command", "petal-kit/greet", "--description", "Greets", "--dir", scratch.resolve("routes").toString()).exit()).isZero();
        assertThat(contents(scratch)).containsAllEntriesOf(before).hasSizeGreaterThan(before.size() + 2);

        assertThat(Cli.dromedary(environment, "new", "command", "petal-kit/greet", "--description", "Greets").exit()).isZero();
        assertThat(Cli.dromedary(environment, "new", "command", "petal-kit/greet", "--description", "Greets").exit()).as("nothing is written over").isEqualTo(ExitCode.FAILED);
        Cli lint = Cli.dromedary(environment, "lint", "--json", routes.toString());
        assertThat(lint.exit()).as(lint.out()).isZero();
        assertThat(lint.out()).isEmpty();
        Cli test = Cli.dromedary(environment, "test", routes.toString());
        assertThat(test.exit()).as(test.out()).isZero();

        Cli diff = Cli.dromedary(environment, "diff", "--json");
        assertThat(diff.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(JSON.readTree(diff.out()).get("added").toString()).contains("greet.camel.yaml", "greet.schema.json");
        Cli apply = Cli.dromedary(environment, "apply", "--json");
        assertThat(apply.exit()).as(apply.out() + apply.err()).isZero();
        assertThat(JSON.readTree(apply.out()).get("status").asText()).isEqualTo("applied");
        assertThat(Cli.dromedary(environment, "diff").exit()).isZero();
        JsonNode answer = JSON.readTree(Cli.dromedary(environment, "send", "--json", "petal-kit/greet", "{\"text\": \"hello\"}").out());
        assertThat(answer.get("status").asText()).isEqualTo("success");
        assertThat(described("asyncapi").at("/operations/petal-kit.greet/action").asText()).isEqualTo("receive");

        Path broken = routes.resolve("commands/petal-kit/broken.camel.yaml");
        Files.writeString(broken, "- route:\n    id: petal-kit.broken\n    from: [");
        assertThat(Cli.dromedary(environment, "lint", routes.toString()).exit()).isEqualTo(ExitCode.FAILED);
        Cli refused = Cli.dromedary(environment, "apply", "--json");
        assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(JSON.readTree(refused.out()).get("problems").get(0).asText()).contains("broken.camel.yaml");
        Files.delete(broken);

        Cli back = Cli.dromedary(environment, "rollback", "--json");
        assertThat(back.exit()).as(back.out() + back.err()).isZero();
        assertThat(described("asyncapi").at("/operations/petal-kit.greet").isMissingNode()).isTrue();
    }

    @Test
    void saysSoWhenNothingRuns() throws Exception {
        Map<String, String> elsewhere = new HashMap<>(environment);
        elsewhere.put("DROMEDARY_DATA_DIR", folder.resolve("nowhere").toString());
        elsewhere.put("DROMEDARY_HTTP_PORT", "1");
        assertThat(Cli.dromedary(elsewhere, "docs", "openapi").exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(Cli.dromedary(elsewhere, "apply", "--timeout", "1").exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(Cli.dromedary(elsewhere, "docs").exit()).isEqualTo(ExitCode.USAGE);
        Map<String, String> wrong = new HashMap<>(environment);
        wrong.put("DROMEDARY_HTTP_TOKEN", "guess");
        Cli refused = Cli.dromedary(wrong, "docs", "openapi");
        assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("401").doesNotContain("guess");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Iterator<Path> all = files.iterator(); all.hasNext();) {
                Path file = all.next();
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : List.copyOf(files.filter(Files::isRegularFile).toList())) {
                contents.put(file.toString(), Files.readString(file));
            }
        }
        return contents;
    }
}
