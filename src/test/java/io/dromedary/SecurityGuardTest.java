package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.junit.jupiter.api.Test;

/** The guards of docs/security.md, as far as they are properties of the shipped files. */
class SecurityGuardTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    /** Where messages with headers of their own come in, by the scheme of their consumer. ZeroMQ and Vantiq messages have none. */
    private static final List<String> OUTER_SCHEMES = List.of("paho-mqtt5", "proxy-mqtt", "platform-http");

    /** Beans that take what they know from the headers and remove all of them; HttpContractTest sends some that must not count. */
    private static final List<String> OPENERS = List.of("fleetCommands", "httpEdge", "bucketHttp");

    /** One route of the shipped files. */
    record Route(Path file, JsonNode from) {
        String uri() {
            return from.path("uri").asText();
        }
    }

    private static List<Route> routes() throws IOException {
        List<Route> routes = new ArrayList<>();
        for (Path file : files("src/main/resources/routes", ".camel.yaml")) {
            for (JsonNode item : YAML.readTree(file.toFile())) {
                if (item.has("route")) {
                    routes.add(new Route(file, item.get("route").get("from")));
                }
            }
        }
        assertThat(routes).isNotEmpty();
        return routes;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(Path.of(folder))) {
            return walk.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void theLauncherForbidsJavaSerialization() throws IOException {
        assertThat(Files.readString(Path.of("dromedary"))).contains("-Djdk.serialFilter=!*");
    }

    @Test
    void noRouteConsumesFromVertxWebsocketOrUsesASaga() throws IOException {
        assertThat(routes()).noneMatch(route -> route.uri().startsWith("vertx-websocket"));
        for (Path file : files("src/main/resources/routes", ".camel.yaml")) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContain("saga:");
        }
    }

    @Test
    void corsIsOff() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/application.properties"))).doesNotContainIgnoringCase("cors");
    }

    @Test
    void noRouteSendsCredentialsWithCamelHttp() throws IOException {
        for (Path file : files("src/main/resources/routes", ".camel.yaml")) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContain("authUsername", "authPassword", "authBearerToken");
        }
    }

    @Test
    void everyEdgeDropsTheHeadersThatCameFromOutside() throws IOException {
        Map<String, JsonNode> byConsumer = new java.util.HashMap<>();
        for (Route route : routes()) {
            byConsumer.put(route.uri(), route.from());
        }
        List<Route> edges = routes().stream().filter(route -> OUTER_SCHEMES.stream().anyMatch(route.uri()::startsWith)).toList();
        assertThat(edges).isNotEmpty();
        for (Route edge : edges) {
            assertThat(dropsHeaders(edge.from(), byConsumer)).as(edge.file() + " " + edge.uri()).isTrue();
        }
    }

    /** The first step that does more than note something down removes all headers, or hands over to a route whose first step does. */
    private static boolean dropsHeaders(JsonNode from, Map<String, JsonNode> byConsumer) {
        int at = 0;
        while (from.path("steps").path(at).has("setVariable")) {
            at++;
        }
        JsonNode first = from.path("steps").path(at);
        if (first.path("removeHeaders").path("pattern").asText().equals("*")) {
            return true;
        }
        if (OPENERS.contains(first.path("bean").path("ref").asText())) {
            return true;
        }
        JsonNode next = byConsumer.get(first.path("to").path("uri").asText());
        return next != null && dropsHeaders(next, byConsumer);
    }
}
