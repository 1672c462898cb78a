package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.testing.Product;
import io.dromedary.testing.SimulatedFleet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vehicle's operations as commands of the running product: over MQTT, with a vehicle behind a real MAVLink link. */
class VehicleOperationsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "org/org-001/device/Instance-drone-001/";
    private static final String PETAL = "petal-user-journey-coordinator/";

    @TempDir
    Path folder;
    private final List<JsonNode> responses = new CopyOnWriteArrayList<>();
    private final List<JsonNode> broadcasts = new CopyOnWriteArrayList<>();
    private Mqtt5AsyncClient client;

    private void connect(String address) throws Exception {
        String[] parts = address.split(":");
        client = Mqtt5Client.builder().serverHost(parts[0]).serverPort(Integer.parseInt(parts[1])).buildAsync();
        client.connect().get(30, TimeUnit.SECONDS);
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> {
            try {
                (publish.getTopic().toString().endsWith("/response") ? responses : broadcasts).add(JSON.readTree(publish.getPayloadAsBytes()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (String topic : List.of("response", "command/web")) {
            client.subscribeWith().topicFilter(BASE + topic).qos(MqttQos.AT_LEAST_ONCE).send().get(30, TimeUnit.SECONDS);
        }
    }

    private void send(String id, String command, Object payload) throws Exception {
        client.publishWith().topic(BASE + "command/edge").qos(MqttQos.AT_LEAST_ONCE).payload(JSON.writeValueAsBytes(Map.of("messageId", id, "command", PETAL + command,
                "waitResponse", true, "deviceId", "Instance-drone-001", "payload", payload))).send().get(30, TimeUnit.SECONDS);
    }

    private static JsonNode await(List<JsonNode> messages, String id) {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                .until(() -> messages.stream().filter(message -> message.path("messageId").asText().equals(id)).findFirst().orElse(null), found -> found != null);
    }

    /** Sends a command, whose answer comes first, and returns what is told everybody. */
    private JsonNode outcome(String id, String command, Object payload, String said, String status) throws Exception {
        send(id, command, payload);
        JsonNode answer = await(responses, id);
        assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
        assertThat(answer.path("message").asText()).isEqualTo(said);
        JsonNode told = await(broadcasts, id);
        assertThat(told.path("command").asText()).isEqualTo("/" + PETAL + status);
        return told.path("payload");
    }

    @Test
    void setsAndReadsParametersAndRebootsOneAfterTheOther() throws Exception {
        Path card = Files.createDirectories(folder.resolve("card"));
        try (SimulatedVehicle vehicle = SimulatedVehicle.start(SimulatedFleet.quiet(card).outage(Duration.ofSeconds(3)));
             Product product = Product.start(folder, Map.of("DROMEDARY_FLOWS", "proxies", "DROMEDARY_ORGANIZATION_ID", "org-001",
                     "DROMEDARY_MACHINE_ID", "drone-001", "PETAL_MAVLINK_ENDPOINT", vehicle.address()))) {
            connect(product.addresses().get("mqtt"));
            JsonNode set = outcome("set", "bulk_set_parameters", Map.of("parameters", List.of(Map.of("parameter_name", "NAV_ACC_RAD", "parameter_value", 2.5),
                    Map.of("parameter_name", "CA_ROTOR_COUNT", "parameter_value", "6", "parameter_type", "UINT8"))),
                    "Bulk parameter set command initiated", "bulk-parameter-set");
            assertThat(set.path("success").asBoolean()).as(set.toString()).isTrue();
            assertThat(vehicle.parameters().value("NAV_ACC_RAD")).isEqualTo(2.5f);
            assertThat(vehicle.parameters().value("CA_ROTOR_COUNT")).isEqualTo(6);

            JsonNode get = outcome("get", "bulk_get_parameters", Map.of("parameter_names", List.of("NAV_ACC_RAD", "NOBODY_HAS_IT")),
                    "Bulk parameter get command initiated", "bulk-parameter-get");
            assertThat(get.at("/data/results/NAV_ACC_RAD/value").asDouble()).as(get.toString()).isEqualTo(2.5);
            assertThat(get.at("/data/results/NOBODY_HAS_IT/success").asBoolean(true)).as(get.toString()).isFalse();
            assertThat(get.at("/data/results/NOBODY_HAS_IT/reason").asText()).isNotEmpty();

            send("reboot", "reboot_autopilot", Map.of());
            assertThat(await(responses, "reboot").path("message").asText()).isEqualTo("PX4 reboot command initiated");
            send("busy", "reboot_autopilot", Map.of());
            assertThat(await(responses, "busy").path("error_code").asText()).isEqualTo("OPERATION_ACTIVE");
            JsonNode reboot = await(broadcasts, "reboot").path("payload");
            assertThat(reboot.path("reboot_success").asBoolean()).as(reboot.toString()).isTrue();
            outcome("again", "bulk_get_parameters", Map.of("parameter_names", List.of("NAV_ACC_RAD")), "Bulk parameter get command initiated",
                    "bulk-parameter-get");
            assertThat(broadcasts).noneMatch(message -> message.path("messageId").asText().equals("busy"));
        } finally {
            if (client != null) {
                client.disconnect();
            }
        }
    }
}
