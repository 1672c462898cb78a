package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recordings without a job monitor, which the running product always has: the real commands, with the job component stopped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsNotReadyContractTest {

    private BusFixture bus;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        bus = new BusFixture(folder, Map.of("petal.machine-id", "drone-001"), "classpath:routes/commands/petal-flight-log/*fetch_flight_records.camel.yaml",
                "classpath:routes/commands/petal-flight-log/*bulk_delete_flight_records.camel.yaml", "classpath:routes/commands/petal-flight-log/*clear_all_ulogs.camel.yaml",
                "classpath:routes/commands/petal-flight-log/*subscribe_sync_job_value_stream.camel.yaml",
                "classpath:routes/flight-log/flight-log.camel.yaml", "classpath:routes/flight-log/streams.camel.yaml");
        bus.context().getComponent("job").stop();
    }

    @AfterAll
    void stop() {
        bus.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fetch-monitor-not-ready", "clear-monitor-not-ready", "bulk-monitor-not-ready-start", "sync-unsubscribe-monitor-not-ready"})
    void answersAsRecorded(String scenario) throws Exception {
        JsonNode golden = BusFixture.JSON.readTree(getClass().getResource("/golden/petal-flight-log/" + scenario + ".json"));
        List<JsonNode> requests = new ArrayList<>();
        golden.path("earlier_requests").forEach(requests::add);
        requests.add(golden.path("request"));
        for (int i = 0; i < requests.size(); i++) {
            ObjectNode request = ((ObjectNode) requests.get(i)).put("messageId", scenario + i);
            ObjectNode expected = ((ObjectNode) golden.at("/responses/" + i)).put("messageId", scenario + i);
            if (golden.has("drop_in")) {
                // the ruling
                expected.put("error_code", "JOB_MONITOR_NOT_INITIALIZED").put("message", "Job monitoring system not initialized").putNull("unsubscribed_stream_id");
            }
            ObjectNode answer = answer(BusFixture.JSON.convertValue(request, Map.class));
            String text = expected.get("message").asText();
            int accident = text.indexOf("'NoneType'");
            if (accident > 0) {
                assertThat(answer.get("message").asText()).startsWith(text.substring(0, accident));
                expected.set("message", answer.get("message"));
            }
            assertThat(answer).isEqualTo(expected);
        }
    }

    @Test
    void fetchSaysThatItCannotCancelWhatRuns() throws Exception {
        Map<String, Object> payload = new java.util.HashMap<>();
        List.of("start_time", "end_time", "base").forEach(field -> payload.put(field, null));

        ObjectNode answer = answer(BusFixture.envelope("fetch-1", "petal-flight-log/fetch_flight_records", payload));

        assertThat(answer.get("error_code").asText()).isEqualTo("PROCESSING_ERROR");
        assertThat(answer.get("message").asText()).isEqualTo("Error starting fetch_flight_records job: 500: Error cancelling all sync jobs");
    }

    @Test
    void theStreamOfASyncHasALongerText() throws Exception {
        ObjectNode answer = answer(BusFixture.envelope("sync-1", "petal-flight-log/subscribe_sync_job_value_stream", Map.of("subscribed_stream_id", "x")));

        assertThat(answer.get("error_code").asText()).isEqualTo("JOB_MONITOR_NOT_INITIALIZED");
        assertThat(answer.get("message").asText()).isEqualTo("Job monitoring system not initialized");
        assertThat(answer.path("job_state").isNull()).isTrue();
    }

    private ObjectNode answer(Map<?, ?> request) throws Exception {
        List<BusFixture.Sent> sent = bus.exchange(request);
        assertThat(sent).hasSize(1);
        ObjectNode answer = BusFixture.JSON.valueToTree(sent.get(0).message());
        return answer.put("timestamp", "<iso8601>");
    }
}
