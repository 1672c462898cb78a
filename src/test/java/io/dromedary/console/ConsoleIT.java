package io.dromedary.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.cli.DromedaryCli;
import io.dromedary.testing.Peers;
import io.dromedary.testing.Product;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console of a running product with a simulated vehicle. */
class ConsoleIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Set where secrets belong, and nowhere else to be seen. */
    private static final Map<String, String> SECRETS = Map.of(
            "DROMEDARY_CONSOLE_PASSWORD", "secret-of-the-console",
            "DROMEDARY_MQTT_PASSWORD", "secret-of-the-broker",
            "CONNECTOR_AUTH_TOKEN", "secret-of-the-connector",
            "DROMEDARY_MAVLINK_SIGNING_KEY", "secret-of-the-link");
    private static final Set<String> LOOPBACK = Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

    @TempDir
    static Path folder;
    private static Product product;
    private static String base;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/telemetry.camel.yaml"), """
                - route:
                    id: telemetry
                    description: Takes what the vehicle says
                    from:
                      uri: mavlink:messages
                      steps:
                        - setVariable:
                            name: seen
                            expression:
                              simple:
                                expression: ${body}
                """);
        Files.writeString(folder.resolve("routes/long.camel.yaml"), """
                - route:
                    id: petal-lab.long
                    description: Starts a job that takes long
                    from:
                      uri: direct:command/petal-lab/long
                      steps:
                        - to:
                            uri: job:start
                            parameters:
                              type: LongJob
                              route: direct:long
                - route:
                    id: long
                    description: Takes long
                    from:
                      uri: direct:long
                      steps:
                        - to:
                            uri: job:progress
                            parameters:
                              percentage: "25"
                        - loop:
                            expression:
                              constant:
                                expression: "600"
                            steps:
                              - delay:
                                  expression:
                                    constant:
                                      expression: "100"
                """);
        Map<String, String> environment = new java.util.HashMap<>(SECRETS);
        environment.put("DROMEDARY_CONSOLE", "yes");
        // The list of all MBeans has 1 MB with this flow and 12 MB with all of them, which a busy machine's browser does not chew in time.
        environment.put("DROMEDARY_FLOWS", "bus");
        environment.put("DROMEDARY_MQTT_USERNAME", "somebody");
        environment.put("DROMEDARY_ROUTES_DIR", folder.resolve("routes").toString());
        product = Product.start(folder, environment, "--sim");
        base = "http://" + product.addresses().get("management");
    }

    @AfterAll
    static void stop() {
        if (product != null) {
            product.close();
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String login(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("dromedary:" + password).getBytes());
    }

    private static String[] right() {
        return new String[] {"Authorization", login(SECRETS.get("DROMEDARY_CONSOLE_PASSWORD"))};
    }

    private JsonNode jolokia(String request) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(base + "/hawtio/jolokia")).headers(right())
                .POST(HttpRequest.BodyPublishers.ofString(request)).build(), HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body());
    }

    @Test
    void asksForTheLoginOnEveryPageAndOnJolokia() throws Exception {
        for (String path : List.of("/hawtio", "/hawtio/", "/hawtio/index.html", "/hawtio/user", "/hawtio/camel/routes", "/hawtio/jolokia",
                "/hawtio/jolokia/version", "/hawtio/jolokia/read/org.apache.camel:*", "/hawtio/auth/config", "/hawtio/../hawtio/user")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
            assertThat(get(path, "Authorization", login("wrong")).statusCode()).as(path).isEqualTo(401);
            assertThat(get(path, "Authorization", login("")).statusCode()).as(path).isEqualTo(401);
            assertThat(get(path, right()).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(get("/observe/health").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesRequestsThatPagesOfOtherSitesSend() throws Exception {
        assertThat(get("/hawtio/jolokia/version", "Authorization", right()[1], "Origin", "http://evil.example").statusCode()).isEqualTo(403);
        assertThat(get("/hawtio/jolokia/version", "Authorization", right()[1], "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(get("/hawtio/jolokia/version", "Authorization", right()[1], "Origin", base).statusCode()).isEqualTo(200);
    }

    @Test
    void letsThroughOnlyWhatIsCamelsOrOurs() throws Exception {
        for (String request : List.of(
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}",
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"InputArguments\"}",
                "{\"type\":\"exec\",\"mbean\":\"com.sun.management:type=DiagnosticCommand\",\"operation\":\"vmSystemProperties\"}",
                "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}",
                "{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}")) {
            assertThat(jolokia(request).path("status").asInt()).as(request).isEqualTo(403);
        }
        JsonNode list = jolokia("{\"type\":\"list\"}").path("value");
        assertThat(list.fieldNames()).toIterable().contains("org.apache.camel", "io.dromedary")
                .isSubsetOf("org.apache.camel", "io.dromedary", "jolokia", "java.lang");
    }

    @Test
    void showsVehiclesEdgesAndTransfers() throws Exception {
        Wait.until(() -> jolokia("{\"type\":\"read\",\"mbean\":\"io.dromedary:context=\\\"dromedary\\\",type=vehicles\"}")
                .at("/value/Vehicles/0/present").asBoolean());
        JsonNode vehicles = jolokia("{\"type\":\"read\",\"mbean\":\"io.dromedary:context=\\\"dromedary\\\",type=vehicles\"}").path("value");
        assertThat(vehicles.at("/Vehicles/0/id").asText()).isEqualTo("1/1");
        assertThat(vehicles.at("/Vehicles/0/autopilot").asInt()).isEqualTo(12);
        assertThat(vehicles.at("/Links/0/received").asLong()).isPositive();
        JsonNode edges = jolokia("{\"type\":\"read\",\"mbean\":\"io.dromedary:context=\\\"dromedary\\\",type=edges\"}").path("value");
        assertThat(edges.path("Unaccounted").asLong()).isZero();
        JsonNode transfers = jolokia("{\"type\":\"read\",\"mbean\":\"io.dromedary:context=\\\"dromedary\\\",type=transfers\"}").path("value");
        assertThat(transfers.path("Count").asInt()).isZero();
    }

    @Test
    void showsTheOptionsOfOurComponents() throws Exception {
        JsonNode docs = jolokia("{\"type\":\"read\",\"mbean\":\"io.dromedary:context=\\\"dromedary\\\",name=\\\"mavlink\\\",type=components\"}").path("value");
        assertThat(docs.path("Syntax").asText()).startsWith("mavlink:");
        assertThat(docs.path("Options").findValuesAsText("name")).contains("address", "bridgeErrorHandler");
        assertThat(docs.path("Options")).allSatisfy(option -> assertThat(option.path("description").asText()).isNotEmpty());
    }

    @Test
    void showsAJobAndItsExchangeUnderWayAndCancelsIt() throws Exception {
        assertThat(DromedaryCli.execute("send", "--json", "--mqtt", "tcp://" + product.addresses().get("mqtt"), "petal-lab/long")).isZero();
        String jobs = "io.dromedary:context=\\\"dromedary\\\",type=jobs,job=\\\"LongJob\\\",*";
        Wait.until(() -> jolokia("{\"type\":\"read\",\"mbean\":\"" + jobs + "\"}").at("/value").toString().contains("in_progress"));
        Map.Entry<String, JsonNode> job = jolokia("{\"type\":\"read\",\"mbean\":\"" + jobs + "\"}").path("value").fields().next();
        assertThat(job.getValue().path("Type").asText()).isEqualTo("LongJob");
        Wait.until(() -> jolokia(JSON.writeValueAsString(Map.of("type", "read", "mbean", job.getKey()))).at("/value/Progress").asDouble() == 25);
        String inflight = jolokia("{\"type\":\"exec\",\"mbean\":\"org.apache.camel:context=dromedary,type=services,name=DefaultInflightRepository\","
                + "\"operation\":\"browse()\"}").path("value").toString();
        assertThat(inflight).contains("\"long\"");
        assertThat(jolokia(JSON.writeValueAsString(Map.of("type", "exec", "mbean", job.getKey(), "operation", "cancel"))).path("value").asBoolean()).isTrue();
        // The page then asks for it no more: an ended job has no MBean.
        Wait.until(() -> jolokia("{\"type\":\"search\",\"mbean\":\"" + jobs + "\"}").path("value").isEmpty());
    }

    @Test
    void tracesARouteWhenAskedTo() throws Exception {
        String tracer = "org.apache.camel:context=dromedary,type=tracer,name=BacklogTracer";
        assertThat(jolokia(JSON.writeValueAsString(Map.of("type", "write", "mbean", tracer, "attribute", "Enabled", "value", true))).path("status").asInt())
                .isEqualTo(200);
        Wait.until(() -> jolokia(JSON.writeValueAsString(Map.of("type", "exec", "mbean", tracer, "operation", "dumpTracedMessagesAsXml(java.lang.String)",
                "arguments", List.of("telemetry")))).path("value").asText().contains("<routeId>telemetry</routeId>"));
        jolokia(JSON.writeValueAsString(Map.of("type", "write", "mbean", tracer, "attribute", "Enabled", "value", false)));
    }

    @Test
    void tellsNoSecretAnywhere() throws Exception {
        StringBuilder everything = new StringBuilder(product.output());
        for (String path : List.of("/observe/health", "/observe/metrics", "/observe/info")) {
            everything.append(get(path).body());
        }
        for (String domain : List.of("org.apache.camel:*", "io.dromedary:*")) {
            JsonNode names = jolokia("{\"type\":\"search\",\"mbean\":\"" + domain + "\"}").path("value");
            assertThat(names).isNotEmpty();
            for (JsonNode name : names) {
                everything.append(jolokia(JSON.writeValueAsString(Map.of("type", "read", "mbean", name.asText(), "config",
                        Map.of("ignoreErrors", "true")))));
            }
        }
        everything.append(jolokia("{\"type\":\"exec\",\"mbean\":\"org.apache.camel:context=dromedary,type=context,name=\\\"dromedary\\\"\","
                + "\"operation\":\"dumpRoutesAsXml(boolean)\",\"arguments\":[true]}"));
        assertThat(everything).contains("paho-mqtt5", "telemetry");
        SECRETS.values().forEach(secret -> assertThat(everything.indexOf(secret)).as(secret).isNegative());
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        assertThat(product.listening()).isNotEmpty().isSubsetOf(LOOPBACK);
    }

    @Test
    @RequiresPeer(value = {"chromium", "chromedriver"}, python = "selenium")
    void showsARunningRouteWithMovingCountersInABrowser() throws Exception {
        Path shots = Files.createDirectories(Path.of("target", "screenshots"));
        Process browser = new ProcessBuilder(Peers.python(), "src/test/python/console_browser.py", product.addresses().get("management"),
                "dromedary", SECRETS.get("DROMEDARY_CONSOLE_PASSWORD"), "telemetry", shots.toString()).redirectErrorStream(false)
                .redirectError(folder.resolve("browser.err").toFile()).start();
        String answer = new String(browser.getInputStream().readAllBytes());
        assertThat(browser.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(browser.exitValue()).as(Files.readString(folder.resolve("browser.err"))).isZero();
        JsonNode seen = JSON.readTree(answer);
        assertThat(seen.path("nodes").asInt()).isEqualTo(2);
        assertThat(seen.path("counted later").asLong()).isGreaterThan(seen.path("counted first").asLong());
        assertThat(seen.path("routes")).extracting(JsonNode::asText).contains("telemetry", "command-run");
        assertThat(seen.path("failed")).isEmpty();
        assertThat(seen.path("errors")).isEmpty();
    }
}
