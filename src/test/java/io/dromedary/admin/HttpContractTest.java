package io.dromedary.admin;

import static io.dromedary.proxies.ProxiesFixture.JSON;
import static io.dromedary.proxies.ProxiesFixture.MACHINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.cli.HttpEngine;
import io.dromedary.documents.FakeDataApi;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and answers over a real HTTP server against those recorded from the reference. */
class HttpContractTest {

    private static final String[] ROUTES = {"proxies/redis", "proxies/cloud", "proxies/local", "proxies/bucket", "proxies/health", "proxies/http", "proxies/data-api", "proxies/dashboard", "interfaces",
            "proxies/callback"};
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** Paths whose answers only have the recorded shape: their values are those of this machine. */
    private static final Set<String> SHAPES = Set.of("/health/organization", "/health/detailed", "/health/overview");

    @TempDir
    Path folder;
    private DataDirectory data;
    private EmbeddedDatabase local;
    private FakeDataApi api;
    private ProxiesFixture proxies;
    private String address;
    private Map<String, String> more = Map.of();

    @BeforeEach
    void start() throws Exception {
        data = DataDirectory.open(folder);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        local.start();
        api = new FakeDataApi(HttpContractTest::backend);
        open();
    }

    private void open() throws Exception {
        int port = FreePort.next();
        Map<String, String> settings = new HashMap<>(Map.of("camel.server.enabled", "true", "camel.server.port", Integer.toString(port),
                "dromedary.data-dir", folder.toString(), "dromedary.organization-id", "org-1234", "petal.redis-host", "",
                "petal.cloud-endpoint", api.address() + "/base", "petal.access-token-url", api.address() + "/token"));
        settings.putAll(more);
        FlowInfo petal = new FlowInfo("petal-flight-log", "Flight logs", List.of("flight-log/*"), Set.of("cloud"), Set.of(), true);
        proxies = new ProxiesFixture(settings, Map.of("platform-http-engine", new HttpEngine(), "localDatabase", local.dataSource(),
                Admin.FLOWS, List.of(petal)), with("file:src/test/resources/routes/flight-log/sample.camel.yaml"));
        address = "http://127.0.0.1:" + port;
    }

    private static String[] with(String more) {
        String[] all = java.util.Arrays.copyOf(ROUTES, ROUTES.length + 1);
        all[ROUTES.length] = more;
        return all;
    }

    @AfterEach
    void stop() {
        proxies.close();
        api.close();
        local.stop();
        data.close();
    }

    private static FakeDataApi.Reply backend(JsonNode request) {
        String path = request.get("path").asText();
        if (path.equals("/token")) {
            return FakeDataApi.json(FakeDataApi.token("tok", "2099-01-01T00:00:00.000Z"));
        }
        Map<String, Object> mine = Map.of("id", "a", "robot_instance_id", MACHINE, "name", "mine");
        if (path.endsWith("scanData")) {
            return FakeDataApi.json(List.of(mine, Map.of("id", "d", "robot_instance_id", MACHINE, "deleted", "true"),
                    Map.of("id", MACHINE, "robot_instance_id", MACHINE, "robot_type_id", "rt-9")));
        }
        if (path.endsWith("getData")) {
            String id = request.get("body").get("partition_value").asText();
            return FakeDataApi.json(id.equals("a") ? mine : id.equals("b") ? Map.of("id", "b", "robot_instance_id", "other") : Map.of());
        }
        return FakeDataApi.json(Map.of("updated", true));
    }

    /** A status and its JSON. */
    private record Got(int status, JsonNode json) {
    }

    private Got ask(String method, String path, JsonNode body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path)).header("Content-Type", "application/json")
                .method(method, body == null || body.isNull() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body.toString()));
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Got(response.statusCode(), JSON.readTree(response.body()));
    }

    @Test
    void answersUnderThePathsOfTheCallbackThatABrokerDoesNotNeed() throws Exception {
        Got health = ask("GET", "/mqtt-callback/health", null);
        assertThat(health.status).isEqualTo(200);
        assertThat(fields(health.json)).containsExactlyInAnyOrder("status", "timestamp", "subscriptions");
        assertThat(health.json.get("status").asText()).isEqualTo("healthy");
        assertThat(health.json.get("subscriptions").asInt()).isEqualTo(3);
        Got stats = ask("GET", "/mqtt-callback/stats", null);
        assertThat(stats.status).isEqualTo(200);
        assertThat(stats.json).as("no route of commands runs here").isEqualTo(JSON.readTree("{\"subscriptions\":3,\"handlers\":0}"));
    }

    @Test
    void answersAsRecorded() throws Exception {
        Set<String> deviations = new HashSet<>(DEVIATIONS.keySet());
        for (JsonNode step : ProxiesFixture.golden("http_app").get("steps")) {
            JsonNode request = step.get("request");
            String path = request.get("path").asText();
            String name = request.get("method").asText() + " " + path + (request.get("body").isNull() ? "" : " " + request.get("body"));
            String deviation = DEVIATIONS.keySet().stream().filter(name::startsWith).findFirst().orElse(null);
            if (deviation != null) {
                deviations.remove(deviation);
                continue;
            }
            Got got = ask(request.get("method").asText(), path, request.get("body"));
            assertThat(got.status).as(name).isEqualTo(step.get("status").asInt());
            if (SHAPES.contains(path)) {
                hasFieldsOf(step.get("json"), got.json, path);
            } else {
                assertThat(got.json).as(name).isEqualTo(step.get("json"));
            }
        }
        assertThat(deviations).as("requests that were not recorded").isEmpty();
    }

    /**
     * Recorded requests, by how they begin, that this test does not replay: where we differ on purpose (docs/flows/proxies-recordings.md has
     * the reasons), and where another test does.
     */
    private static final Map<String, String> DEVIATIONS = Map.ofEntries(
            Map.entry("GET /debug/proxies", "names those that are configured here: showsWhatIsSwitchedOn"),
            Map.entry("GET /api/petal-proxies-control/", "names those that are configured here: showsWhatIsSwitchedOn"),
            Map.entry("GET /mqtt/status", "there is no bus here: healthHasEveryRecordedField"),
            Map.entry("GET /mqtt/subscriptions", "fails always in the reference: worksWhereTheReferenceAlwaysFails"),
            Map.entry("POST /mqtt/publish", "fails always in the reference: MqttHttpTest"),
            Map.entry("GET /mqtt-callback/", "answersUnderThePathsOfTheCallbackThatABrokerDoesNotNeed"),
            Map.entry("POST /mqtt-callback/callback", "ClientProcessContractTest"),
            Map.entry("GET /test/bucket/info", "healthHasEveryRecordedField"),
            Map.entry("GET /test/bucket/list", "there is no store here: BucketContractTest"),
            Map.entry("GET /admin", "has a dashboard, which the reference does not mount"),
            Map.entry("POST /mavftp/clear-error-logs", "JobsNotReadyContractTest and the flight logs' own"),
            Map.entry("POST /api/petal-proxies-control/proxies/control {\"petals\":[\"nonsense\"]", "unknown names are refused: refusesWhatNobodyHas"),
            Map.entry("POST /api/petal-proxies-control/proxies/control {\"petals\":[\"ext_mavlink\"]", "no vehicle is configured here: theDependentsOfAVehicleAreNamed"));

    /** Every field of the recorded answer is there, at every depth; ours may have more. */
    private static void hasFieldsOf(JsonNode recorded, JsonNode ours, String where) {
        if (recorded.isObject() && !recorded.isEmpty() && !where.endsWith("/handlers") && !where.endsWith("/petal_versions")) {
            assertThat(fields(ours)).as(where).containsAll(where.endsWith("/proxies") ? Set.of() : fields(recorded));
            recorded.fields().forEachRemaining(field -> {
                if (ours.has(field.getKey())) {
                    hasFieldsOf(field.getValue(), ours.get(field.getKey()), where + "/" + field.getKey());
                }
            });
        } else if (recorded.isArray() && !recorded.isEmpty()) {
            assertThat(ours.isArray()).as(where).isTrue();
            if (!ours.isEmpty()) {
                hasFieldsOf(recorded.get(0), ours.get(0), where + "/0");
            }
        }
    }

    @Test
    void showsWhatIsSwitchedOn() throws Exception {
        assertThat(ask("GET", "/debug/proxies", null).json).isEqualTo(JSON.readTree("{\"proxies\":[\"db\",\"cloud\"]}"));
        for (JsonNode step : ProxiesFixture.golden("http_app").get("steps")) {
            String path = step.get("request").get("path").asText();
            if (path.startsWith("/api/petal-proxies-control/") && step.get("request").get("method").asText().equals("GET")) {
                hasFieldsOf(step.get("json"), ask("GET", path, null).json, path);
            }
        }
    }

    /** None of these services answers: what is told about each of them has the recorded fields all the same. */
    @Test
    void healthHasEveryRecordedField() throws Exception {
        proxies.close();
        more = Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", "1", "petal.s3-bucket-name", "edge-logs", "dromedary.s3-endpoint", "http://127.0.0.1:1",
                "dromedary.s3-access-key", "k", "dromedary.s3-secret-key", "s", "dromedary.vehicle-expected", "true", "petal.mavlink-endpoint", "udp:127.0.0.1:0");
        open();
        for (JsonNode step : ProxiesFixture.golden("http_app").get("steps")) {
            String path = step.get("request").get("path").asText();
            if (path.startsWith("/health/") || path.equals("/mqtt/status") || path.equals("/test/bucket/info")) {
                hasFieldsOf(step.get("json"), ask("GET", path, null).json, path);
            }
        }
        JsonNode detailed = ask("GET", "/health/detailed", null).json.get("proxies");
        assertThat(fields(detailed)).contains("redis", "db", "ext_mavlink", "cloud", "bucket");
        assertThat(detailed.get("redis").get("status").asText()).isEqualTo("unhealthy");
        assertThat(detailed.get("bucket").get("status").asText()).isEqualTo("unhealthy");
    }

    @Test
    void theDependentsOfAVehicleAreNamed() throws Exception {
        proxies.close();
        more = Map.of("dromedary.vehicle-expected", "true", "petal.mavlink-endpoint", "udp:127.0.0.1:0");
        open();
        for (JsonNode step : ProxiesFixture.golden("http_app").get("steps")) {
            if (String.valueOf(step.get("request").get("body")).contains("ext_mavlink")) {
                Got got = ask("POST", step.get("request").get("path").asText(), step.get("request").get("body"));
                assertThat(got.json).isEqualTo(step.get("json"));
            }
        }
    }

    @Test
    void refusesWhatNobodyHas() throws Exception {
        JsonNode unknown = JSON.valueToTree(Map.of("petals", List.of("nonsense"), "action", "ON"));
        JsonNode answer = ask("POST", "/api/petal-proxies-control/proxies/control", unknown).json;
        assertThat(answer.get("success").asBoolean()).isFalse();
        assertThat(answer.get("errors").get(0).asText()).isEqualTo("Unknown proxy: nonsense");
    }

    @Test
    void worksWhereTheReferenceAlwaysFails() throws Exception {
        Got subscriptions = ask("GET", "/mqtt/subscriptions", null);
        assertThat(subscriptions.status).isEqualTo(200);
        assertThat(subscriptions.json.get("count").asInt()).isEqualTo(3);
    }

    /** Those that are not served here belong to other flows, whose route files name them. */
    @Test
    void everyRecordedPathIsServed() throws Exception {
        for (JsonNode route : ProxiesFixture.golden("health_published_on_redis").get("http_routes")) {
            String[] words = route.asText().split(" ");
            String path = words[1].replace("{s3_key}", "a.ulg");
            if (path.startsWith("/mavftp/") || path.equals("/mqtt-callback/callback")) {
                assertThat(Files.readString(Path.of("src/main/resources/routes/flight-log/mavftp.camel.yaml"))
                        + Files.readString(Path.of("src/main/resources/routes/bus/client-process.camel.yaml"))).contains(path.substring(path.lastIndexOf('/')));
            } else {
                assertThat(ask(words[0], path, null)).as(route.asText()).matches(got -> got.status != 405
                        && !(got.status == 404 && "Not Found".equals(got.json.path("detail").asText())));
            }
        }
    }

    private static Set<String> fields(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aRouteThatIsStartedByItselfAddsNoEventNotifier() throws Exception {
        proxies.context().addRoutes(route("first"));
        int before = proxies.context().getManagementStrategy().getEventNotifiers().size();
        for (int i = 0; i < 5; i++) {
            proxies.context().addRoutes(route("more-" + i));
        }
        assertThat(proxies.context().getManagementStrategy().getEventNotifiers()).hasSize(before);
    }

    @Test
    void noEventNotifierIsToldOfEachStep() {
        assertThat(proxies.context().getManagementStrategy().getEventNotifiers())
                .allMatch(each -> each.isIgnoreExchangeEvents() || each.isIgnoreExchangeSendingEvents() && each.isIgnoreExchangeSentEvents());
    }

    private static RouteBuilder route(String id) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).to("mock:" + id);
            }
        };
    }

    @Test
    void aSwitchTakesEffectAtOnceAndSurvivesARestart() throws Exception {
        JsonNode off = JSON.valueToTree(Map.of("petals", List.of("db"), "action", "OFF"));
        assertThat(ask("POST", "/api/petal-proxies-control/proxies/control", off).json.get("results").get(0).asText()).isEqualTo("Disabled proxy: db");
        Map<String, Object> scan = Map.of("table_name", "t");
        assertThat(proxies.call("local/scan-items", scan).get("error")).isEqualTo("LocalDBProxy is not enabled. Please enable 'db' in proxies.yaml.");
        assertThat(ask("POST", "/proxies/local/scan-items", JSON.valueToTree(scan)).status).isEqualTo(503);
        proxies.close();
        open();
        assertThat(proxies.call("local/scan-items", scan)).containsKey("error");
        JsonNode on = JSON.valueToTree(Map.of("petals", List.of("db"), "action", "on"));
        assertThat(ask("POST", "/api/petal-proxies-control/proxies/control", on).json.get("success").asBoolean()).isTrue();
        assertThat(proxies.call("local/scan-items", scan)).containsEntry("data", List.of());
    }

    @Test
    void aSwitchWithWordsThatNobodyKnowsIsNotSet() throws Exception {
        String control = "/api/petal-proxies-control/proxies/control";
        JsonNode before = ask("GET", "/api/petal-proxies-control/status", null).json;
        assertThat(ask("POST", control, JSON.valueToTree(Map.of("petals", List.of("db"), "action", "OFF", "dry_run", true))).status).isEqualTo(422);
        assertThat(ask("POST", control, JSON.valueToTree(Map.of("petals", "db", "action", "OFF"))).status).isEqualTo(422);
        assertThat(ask("POST", control, JSON.valueToTree(Map.of("petals", List.of("redis", 1), "action", "OFF"))).status).isEqualTo(422);
        assertThat(ask("POST", control, JSON.valueToTree(Map.of("action", "OFF"))).status).isEqualTo(400);
        assertThat(ask("GET", "/api/petal-proxies-control/status", null).json).isEqualTo(before);
    }

    @Test
    void aFlowWaitsForTheProxyItNeedsAndStartsWithoutARestart() throws Exception {
        JsonNode petalOff = JSON.valueToTree(Map.of("petals", List.of("petal-flight-log"), "action", "OFF"));
        JsonNode petalOn = JSON.valueToTree(Map.of("petals", List.of("petal-flight-log"), "action", "ON"));
        JsonNode cloudOff = JSON.valueToTree(Map.of("petals", List.of("cloud"), "action", "OFF"));
        JsonNode cloudOn = JSON.valueToTree(Map.of("petals", List.of("cloud"), "action", "ON"));
        String control = "/api/petal-proxies-control/";
        Wait.until(this::runs);
        assertThat(ask("POST", control + "proxies/control", cloudOff).json.get("errors").get(0).asText())
                .isEqualTo("Cannot disable cloud: required by petals ['petal-flight-log']. Disable those first.");
        ask("POST", control + "petals/control", petalOff);
        assertThat(proxies.context().getRouteController().getRouteStatus("flight-log-sample").isStopped()).isTrue();
        ask("POST", control + "proxies/control", cloudOff);
        assertThat(ask("POST", control + "petals/control", petalOn).json.get("errors").get(0).asText())
                .isEqualTo("Cannot enable petal-flight-log: missing dependencies ['cloud']. Enable those proxies first.");
        ask("POST", control + "proxies/control", cloudOn);
        ask("POST", control + "petals/control", petalOn);
        Wait.until(this::runs);
    }

    private boolean runs() {
        return proxies.context().getRouteController().getRouteStatus("flight-log-sample").isStarted();
    }

    @Test
    void aFlowWhoseProxyIsAwayAtTheStartIsHeldBackAlone() throws Exception {
        proxies.close();
        api.close();
        open();
        Wait.until(() -> !runs());
        assertThat(ask("GET", "/health", null).json.get("status").asText()).isEqualTo("ok");
        JsonNode components = ask("GET", "/api/petal-proxies-control/components/list", null).json;
        assertThat(components.get("petals").get(0).get("reason").asText()).startsWith("needs the proxy cloud: ");
        api = new FakeDataApi(URI.create(proxies.bean("cloudProxy", io.dromedary.documents.CloudDatabaseProxy.class).address()).getPort(), HttpContractTest::backend);
        Wait.until(this::runs);
    }

    @Test
    void healthIsHonestAboutADatabaseThatIsAway() throws Exception {
        api.close();
        Wait.until(() -> ask("GET", "/health/detailed", null).json.get("proxies").get("cloud").get("status").asText().equals("unhealthy"));
        JsonNode cloud = ask("GET", "/health/detailed", null).json.get("proxies").get("cloud");
        assertThat(cloud.get("status").asText()).isEqualTo("unhealthy");
        assertThat(cloud.get("error").asText()).isNotEmpty();
        JsonNode services = ask("GET", "/health/overview", null).json.get("services");
        assertThat(StreamSupport.stream(services.spliterator(), false).filter(service -> service.get("component_name").asText().equals("cloud"))
                .findFirst().orElseThrow().get("message").asText()).startsWith("Error: ");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(ask("POST", "/cloud/scan-table", JSON.valueToTree(List.of(1))).status).isEqualTo(422);
        assertThat(ask("POST", "/cloud/scan-table", JSON.valueToTree(Map.of("table_name", "a; DROP TABLE x"))).status).isEqualTo(422);
        assertThat(ask("POST", "/proxies/redis/flushall", JSON.valueToTree(Map.of())).status).isEqualTo(404);
        assertThat(ask("POST", "/proxies/bucket/download-file", JSON.valueToTree(Map.of("s3_key", "a.ulg", "local_path", "/etc/x.ulg"))).status).isEqualTo(422);
        assertThat(ask("POST", "/proxies/bucket/download-file", JSON.valueToTree(Map.of("s3_key", "a.ulg", "local_path", "../../x.ulg"))).status).isEqualTo(422);
    }

    @Test
    void servesTheDataApiToOurOwnClient() throws Exception {
        URI here = URI.create(address);
        try (ProxiesFixture client = new ProxiesFixture(Map.of("dromedary.data-dir", folder.resolve("client").toString(), "dromedary.local-database", "http",
                "petal.local-db-host", here.getHost(), "petal.local-db-port", Integer.toString(here.getPort())), Map.of(), "proxies/local")) {
            Map<String, Object> key = Map.of("table_name", "flights", "filter_key", "id", "filter_value", "f1");
            Map<String, Object> item = new HashMap<>(key);
            item.put("data", Map.of("id", "f1", "minutes", 7));
            assertThat(client.call("local/set-item", item)).containsEntry("success", true);
            item.put("data", Map.of("pilot", "Zoë"));
            assertThat(client.call("local/update-item", item)).containsEntry("success", true);
            Map<String, Object> stored = Map.of("id", "f1", "minutes", 7, "pilot", "Zoë", "robot_instance_id", MACHINE);
            Map<String, Object> read = Map.of("table_name", "flights", "partition_key", "id", "partition_value", "f1");
            assertThat(client.call("local/get-item", read).get("data")).isEqualTo(stored).isEqualTo(proxies.call("local/get-item", read).get("data"));
            assertThat(client.call("local/scan-items", Map.of("table_name", "flights", "filters",
                    List.of(Map.of("filter_key_name", "minutes", "filter_key_value", 7)))).get("data")).isEqualTo(List.of(stored));
            assertThat(client.call("local/delete-item", key)).containsEntry("success", true);
            assertThat(client.call("local/get-item", read)).containsEntry("error", "Item not found or has been deleted");
            assertThat(client.call("local/get-item", Map.of("table_name", "flights", "partition_key", "id", "partition_value", "none"))).containsEntry("data", Map.of());
            JsonNode foreign = JSON.valueToTree(Map.of("onBoardId", "another", "table_name", "flights", "partition_key", "id", "partition_value", "f1"));
            assertThat(ask("POST", "/drone/onBoard/config/getData", foreign).status).isEqualTo(422);
            assertThat(ask("POST", "/drone/onBoard/config/scanData", JSON.valueToTree(Map.of("onBoardId", MACHINE))).status).isEqualTo(400);
        }
    }

    @Test
    void aChangedOrganizationIsShownAndAskedToBeTakenOver() throws Exception {
        Path file = folder.resolve("thing.json");
        Files.writeString(file, "{\"thing\":{\"thingName\":\"t\",\"lastReported\":{\"organizationId\":\"org-1234\"}}}");
        proxies.close();
        more = Map.of("dromedary.organization-file", file.toString(), "dromedary.organization-poll", "100ms");
        open();
        Wait.until(() -> manager().get("organization_info").get("thing_name").asText().equals("t"));
        assertThat(manager().get("status").asText()).isEqualTo("healthy");
        Files.writeString(file, "{\"shadow\":{\"state\":{\"desired\":{\"organizationId\":\"org-5\"}}}}");
        Wait.until(() -> manager().get("organization_info").get("organization_id").asText().equals("org-5"));
        assertThat(manager().get("status").asText()).isEqualTo("warning");
        assertThat(manager().get("message").asText()).isEqualTo("A restart is needed: topics are still those of org-1234");
        Files.writeString(file, "{\"half");
        Wait.until(() -> manager().get("message").asText().contains("cannot be understood"));
        Files.delete(file);
        Wait.until(() -> manager().get("message").asText().contains("is gone"));
        assertThat(manager().get("organization_info").get("organization_id").asText()).isEqualTo("org-5");
        assertThat(manager().get("file_exists").asBoolean()).isFalse();
    }

    private JsonNode manager() throws Exception {
        return ask("GET", "/health/organization", null).json.get("organization_manager");
    }

    @Test
    void stopsInOrderWithAnOpenLink() throws Exception {
        proxies.close();
        more = Map.of("dromedary.vehicle-expected", "true", "petal.mavlink-endpoint", "udp:127.0.0.1:0");
        open();
        assertThat(ask("GET", "/health/detailed", null).json.get("proxies").get("ext_mavlink").get("status").asText()).isEqualTo("unhealthy");
        Admin admin = proxies.bean("admin", Admin.class);
        proxies.close();
        admin.stop();
        new Admin().stop();
    }

    @Test
    void headersFromOutsideSteerNothing() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/admin-dashboard/activity?after=0&CamelBeanMethodName=stop"))
                .header("CamelBeanMethodName", "stop").header("CamelHttpResponseCode", "418").build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()).has("commands")).isTrue();
    }

    @Test
    @RequiresPeer("chromium")
    void theDashboardShowsProxiesAndFlowsInABrowser() throws Exception {
        Path shown = folder.resolve("page.html");
        Process browser = new ProcessBuilder("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=390,844",
                "--user-data-dir=" + folder.resolve("profile"), "--virtual-time-budget=8000", "--dump-dom", address + "/admin-dashboard")
                .redirectError(ProcessBuilder.Redirect.DISCARD).redirectOutput(shown.toFile()).start();
        try {
            assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.destroyForcibly();
        }
        assertThat(Files.readString(shown)).contains("data-name=\"cloud\"", "Switch off cloud", "data-name=\"petal-flight-log\"", "not configured");
    }

    @Test
    void describesItselfAndServesEveryRecordedPath() throws Exception {
        JsonNode described = ask("GET", "/openapi.json", null).json.get("paths");
        Set<String> paths = new HashSet<>();
        described.fieldNames().forEachRemaining(paths::add);
        assertThat(paths).contains("/cloud/scan-table", "/health/detailed", "/api/petal-proxies-control/proxies/control", "/mqtt/publish", "/test/bucket/list", "/drone/onBoard/config/getData");
        assertThat(ask("GET", "/openapi.json", null).json.get("servers").get(0).get("url").asText()).isEqualTo(address);
    }
}
