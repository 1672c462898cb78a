package io.dromedary.documents;

import static io.dromedary.proxies.ProxiesFixture.MACHINE;
import static io.dromedary.proxies.ProxiesFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.documents.FakeDataApi.Reply;
import io.dromedary.proxies.ProxiesFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls and answers of the cloud proxy against those recorded from the reference. */
class CloudContractTest {

    private static final String TOKEN_PATH = "/session-manager/access-token";
    private static final Map<String, Map<String, Object>> ITEMS = Map.of(
            "a", Map.of("id", "a", "robot_instance_id", MACHINE, "name", "mine"),
            "b", Map.of("id", "b", "robot_instance_id", "other", "name", "foreign"),
            "c", Map.of("id", "c", "robot_instance_id", MACHINE, "deleted", true),
            "d", Map.of("id", "d", "robot_instance_id", MACHINE, "deleted", "true"));

    private final JsonNode recording;
    private FakeDataApi api;
    private ProxiesFixture proxies;

    CloudContractTest() throws Exception {
        recording = ProxiesFixture.golden("cloud");
    }

    @BeforeEach
    void start() throws Exception {
        api = new FakeDataApi(CloudContractTest::normal);
        proxies = new ProxiesFixture(Map.of("petal.cloud-endpoint", api.address() + "/base",
                "petal.access-token-url", api.address() + TOKEN_PATH), Map.of(), "proxies/cloud");
    }

    @AfterEach
    void stop() {
        proxies.close();
        api.close();
    }

    private static Reply normal(JsonNode request) {
        String path = request.get("path").asText();
        JsonNode body = request.get("body");
        if (path.equals(TOKEN_PATH)) {
            return FakeDataApi.json(FakeDataApi.token("tok-1", "2099-01-01T00:00:00.000Z"));
        }
        if (path.endsWith("getData")) {
            return FakeDataApi.json(ITEMS.getOrDefault(body.get("partition_value").asText(), Map.of()));
        }
        if (path.endsWith("scanData")) {
            List<Object> all = new ArrayList<>(List.of(ITEMS.get("a"), ITEMS.get("b"), ITEMS.get("c"), ITEMS.get("d")));
            all.add(Map.of("id", MACHINE, "robot_instance_id", MACHINE, "robot_type_id", "rt-9"));
            return FakeDataApi.json(all);
        }
        return FakeDataApi.json(Map.of("updated", true));
    }

    private static Map<String, Object> get(String id) {
        return Map.of("table_name", "t", "partition_key", "id", "partition_value", id);
    }

    private static Map<String, Object> key(String id) {
        return Map.of("table_name", "t", "filter_key", "id", "filter_value", id);
    }

    private void replays(String call, String method, Map<String, Object> parameters) {
        JsonNode step = step(recording, call);
        assertThat(proxies.json("cloud/" + method, parameters)).as(call).isEqualTo(step.get("result"));
        List<JsonNode> expected = new ArrayList<>();
        step.get("outgoing_http").forEach(expected::add);
        assertThat(api.takeAsked()).as(call).filteredOn(request -> !request.get("path").asText().equals(TOKEN_PATH)).isEqualTo(expected);
    }

    @Test
    void readsAndScansAsRecorded() {
        replays("get_item('t','id','a')", "get-item", get("a"));
        replays("get_item of a foreign item", "get-item", get("b"));
        replays("get_item of a deleted item", "get-item", get("c"));
        replays("get_item deleted is the text 'true'", "get-item", get("d"));
        replays("get_item missing (backend answers {})", "get-item", get("zz"));
        replays("scan_items('t')", "scan-items", Map.of("table_name", "t"));
        replays("scan_items('t', filters)", "scan-items", Map.of("table_name", "t",
                "filters", List.of(Map.of("filter_key_name", "name", "filter_key_value", "mine"))));
    }

    @Test
    void writesAsRecorded() {
        replays("update_item('t','id','a',{'name':'new','robot_instance_id':'forged'})", "update-item", Map.of("table_name", "t",
                "filter_key", "id", "filter_value", "a", "data", Map.of("name", "new", "robot_instance_id", "forged")));
        replays("set_item('t','id','n',{'id':'n'})", "set-item", Map.of("table_name", "t", "filter_key", "id", "filter_value", "n",
                "data", Map.of("id", "n")));
        replays("delete_item('t','id','a')", "delete-item", key("a"));
        replays("delete_item missing", "delete-item", key("zz"));
    }

    @Test
    void refusesToDeleteAForeignItemWhichTheReferenceTakesOver() {
        assertThat(proxies.call("cloud/delete-item", key("b"))).isEqualTo(Map.of("error", "Item not found or access denied"));
        assertThat(api.takeAsked()).extracting(request -> request.get("path").asText()).doesNotContain("/base/drone/onBoard/config/updateData");
    }

    @Test
    void failsAsRecorded() {
        api.script(request -> request.get("path").asText().equals(TOKEN_PATH) ? normal(request) : new Reply(500, "{}"));
        replays("backend 500: get_item", "get-item", get("a"));
        replays("backend 500: scan_items", "scan-items", Map.of("table_name", "t"));
        api.script(request -> request.get("path").asText().equals(TOKEN_PATH) ? normal(request) : new Reply(200, "<html>"));
        assertThat(proxies.call("cloud/get-item", get("a")).get("error")).asString().startsWith("Failed to parse response: ");
    }

    @Test
    void saysThatThereAreNoCredentials() {
        api.script(request -> new Reply(500, "{}"));
        replaysResult("token endpoint 500: get_item");
    }

    private void replaysResult(String call) {
        assertThat(proxies.json("cloud/get-item", get("a"))).isEqualTo(step(recording, call).get("result"));
    }

    @Test
    void fetchesANewTokenWhenTheApiRefusesTheOld() {
        api.script(request -> "Bearer tok-2".equals(request.path("authorization").asText()) ? normal(request)
                : request.get("path").asText().equals(TOKEN_PATH)
                        ? FakeDataApi.json(FakeDataApi.token(api.takeAsked().size() > 1 ? "tok-2" : "tok-1", "2099-01-01T00:00:00.000Z"))
                        : new Reply(401, "{}"));
        assertThat(proxies.call("cloud/get-item", get("a"))).containsEntry("success", true);
    }

    @Test
    void tellsThatNothingListens() {
        api.close();
        assertThat(proxies.call("cloud/get-item", get("a")).get("error")).asString().contains("Connection refused");
    }
}
