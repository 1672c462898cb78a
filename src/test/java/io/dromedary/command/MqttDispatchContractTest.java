package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every recorded exchange of the bus, replayed into our routes in the recorded order. */
class MqttDispatchContractTest {

    /** Values that differ from run to run; that they are there is compared. */
    private static final Set<String> VOLATILE = Set.of("timestamp");

    @TempDir
    private static Path folder;
    private static BusFixture bus;

    @BeforeAll
    static void start() throws Exception {
        bus = new BusFixture(folder, Map.of("dromedary.device-id", "Instance-11111111-2222-3333-4444-555555555555"),
                "classpath:routes/petal-example/petal-example.camel.yaml");
    }

    @AfterAll
    static void stop() {
        bus.close();
    }

    @TestFactory
    Stream<DynamicTest> answersAsRecorded() throws Exception {
        JsonNode recording;
        try (InputStream in = getClass().getResourceAsStream("/golden/petal-proxies/mqtt_dispatch.json")) {
            recording = BusFixture.JSON.readTree(in);
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode step : recording.get("steps")) {
            JsonNode topic = step.path("incoming").path("topic");
            // Other topics are not subscribed; three commands at once is CommandConcurrencyTest's.
            if (topic.isTextual() && topic.asText().endsWith("/command/edge") && topic.asText().startsWith("org/org-1234/")) {
                tests.add(DynamicTest.dynamicTest(step.get("call").asText(), () -> replay(step)));
            }
        }
        assertThat(tests).hasSize(14);
        return tests.stream();
    }

    private static void replay(JsonNode step) throws Exception {
        List<BusFixture.Sent> sent = bus.exchange(BusFixture.JSON.writeValueAsBytes(step.get("incoming").get("payload")));
        List<JsonNode> recorded = new ArrayList<>();
        step.get("outgoing_http").forEach(call -> recorded.add(call.get("body")));
        assertThat(sent).hasSameSizeAs(recorded);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(recorded.get(i).get("topic").asText()).endsWith("/" + sent.get(i).topic());
            JsonNode expected = recorded.get(i).get("payload");
            assertThat(sent.get(i).message().keySet()).containsAll(() -> expected.fieldNames());
            assertThat(comparable(sent.get(i).message())).isEqualTo(comparable(BusFixture.JSON.convertValue(expected, Map.class)));
        }
    }

    /** Our list of commands is longer by two that the recorded petal did not have, and sorted. */
    private static Map<String, Object> comparable(Map<?, ?> message) {
        Map<String, Object> result = new LinkedHashMap<>();
        message.forEach((key, value) -> {
            if (VOLATILE.contains(key)) {
                result.put(key.toString(), "present");
            } else if (value instanceof List<?> names) {
                Set<Object> sorted = new TreeSet<>(names);
                sorted.removeAll(List.of("petal-example/stuck", "petal-example/echo"));
                result.put(key.toString(), sorted);
            } else {
                result.put(key.toString(), value);
            }
        });
        return result;
    }
}
