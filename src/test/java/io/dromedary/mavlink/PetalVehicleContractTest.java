package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.embedded.ParameterTable;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.embedded.SimulatedVehicleSettings.Shell;
import io.dromedary.testing.SimulatedFleet;

/**
 * The recorded exchanges of petal-app-manager with a vehicle, played against a simulated vehicle that is set up as the recorded one
 * was. Where the original fails and we do not, see docs/decisions/0045-parameters.md and its successors.
 */
@Timeout(120)
class PetalVehicleContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] CASES = {"ardupilot_ccast_misread", "builders", "burst", "format_sd_card", "get_all_params",
        "get_all_params_during_startup_race", "get_bulk_loss20", "get_bulk_ok", "handlers_dedup", "not_connected", "reboot_accepted",
        "reboot_confirmed_ack_drop_return", "reboot_confirmed_denied", "reboot_confirmed_no_drop", "reboot_denied", "reboot_in_progress",
        "reboot_no_ack_1hz", "reboot_no_ack_no_drop", "reboot_temporarily_rejected", "reboot_with_companion", "set_bulk_bad_specs",
        "set_bulk_large_float_never_verifies", "set_bulk_ok", "set_bulk_type_mismatch", "shell"};
    private static final int REBOOT = 246;

    @TempDir
    Path folder;

    private SimulatedFleet fleet;

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    static Stream<String> cases() {
        return Stream.of(CASES);
    }

    private static JsonNode recording(String name) throws IOException {
        try (InputStream in = PetalVehicleContractTest.class.getResourceAsStream("/golden/petal-proxies/mav_" + name + ".json")) {
            return JSON.readTree(in);
        }
    }

    /** The table of the recorded vehicle; three names between the known ones were not recorded. */
    private static ParameterTable recordedParameters(int benchParameters) {
        ParameterTable table = ParameterTable.empty().put("SYS_AUTOSTART", 4001).put("SYS_HITL", 0).put("NAV_ACC_RAD", 10f)
                .put("MPC_XY_VEL_MAX", 12f).put("MPC_Z_VEL_MAX_UP", 3f).put("COM_DISARM_LAND", 2f).put("COM_ARM_WO_GPS", 1)
                .put("CA_ROTOR_COUNT", 4).put("UNRECORDED_8", 0).put("UNRECORDED_9", 0).put("CAL_GYRO0_ID", 1310988).put("CAL_MAG0_ROT", -1)
                .put("UNRECORDED_12", 0).put("BIG_FLOAT", 123456.703125f).put("INT_MAX", Integer.MAX_VALUE).put("INT_MIN", Integer.MIN_VALUE)
                .put("SIXTEEN_CHARS_XY", 16);
        for (int n = 0; n < benchParameters; n++) {
            String name = "BP_%04d".formatted(n);
            if (n % 2 == 0) {
                table.put(name, n * 0.25f);
            } else {
                table.put(name, -1000 + 7 * n);
            }
        }
        return table;
    }

    /** Starts a vehicle as {@code autopilot_options} says. */
    private JsonNode start(String name) throws Exception {
        JsonNode recording = recording(name);
        Map<String, String> options = new TreeMap<>();
        List<String> words = new ArrayList<>();
        recording.get("autopilot_options").forEach(word -> words.add(word.asText()));
        for (Iterator<String> word = words.iterator(); word.hasNext();) {
            String option = word.next();
            options.put(option, option.equals("--no-reboot-ack") ? "" : word.next());
        }
        SimulatedVehicleSettings settings = SimulatedVehicleSettings.px4(folder).telemetry(false).logs(0).hash(false)
                .shell(Shell.NUTTX, false)
                .parameters(recordedParameters(Integer.parseInt(options.get("--bench-params"))))
                .heartbeatHz(Double.parseDouble(options.getOrDefault("--heartbeat-hz", "1")))
                .autopilot(Integer.parseInt(options.getOrDefault("--autopilot", "12")))
                .encoding("ccast".equals(options.get("--encoding")) ? ParameterEncoding.C_CAST : ParameterEncoding.BYTEWISE)
                .outage(Duration.ofMillis((long) (1000 * Double.parseDouble(options.getOrDefault("--reboot-outage", "3")))))
                .seed(Long.parseLong(options.getOrDefault("--seed", "1")));
        fleet = SimulatedFleet.start(settings, 2, 140);
        fleet.vehicle.faults().link(1000 * Double.parseDouble(options.get("--delay")),
                Double.parseDouble(options.getOrDefault("--loss", "0")));
        if (options.containsKey("--no-reboot-ack")) {
            fleet.vehicle.acknowledge(REBOOT);
        } else if (options.containsKey("--reboot-result")) {
            fleet.vehicle.acknowledge(REBOOT, Integer.parseInt(options.get("--reboot-result")));
        }
        return recording.get("steps");
    }

    /** As the original addresses parameters: component 0. */
    private VehicleParameters parameters() {
        Vehicle vehicle = fleet.known();
        return VehicleParameters.of(fleet.link, vehicle, 0, ParameterEncoding.detect(0, vehicle.autopilot()));
    }

    private static void assertRecords(Map<String, ParameterValue> values, JsonNode recorded) {
        assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(recorded::fieldNames);
        values.forEach((name, value) -> assertRecord(value, recorded.get(name)));
    }

    private static void assertRecord(ParameterValue value, JsonNode recorded) {
        Map<String, Object> record = value.toMap();
        assertThat(record.get("type")).isEqualTo(recorded.get("type").asInt());
        assertThat(record.get("count")).isEqualTo(recorded.get("count").asInt());
        assertThat(record.get("index")).isEqualTo(recorded.get("index").asInt());
        assertThat(record.get("value")).isInstanceOf(recorded.get("value").isInt() ? Integer.class : Float.class);
        assertThat(((Number) record.get("value")).doubleValue()).isEqualTo(recorded.get("value").asDouble());
        if (recorded.get("raw").isTextual()) {
            assertThat(record.get("raw")).isNull();
            assertThat(value.raw()).isNaN();
        } else {
            assertThat(value.raw()).isEqualTo((float) recorded.get("raw").asDouble());
        }
    }

    private static Map<?, ?> asMap(JsonNode node) {
        return JSON.convertValue(node, LinkedHashMap.class);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsAndWritesEveryRecordedFrame(String name) throws Exception {
        JsonNode recording = recording(name);
        List<JsonNode> frames = new ArrayList<>();
        recording.get("frames").forEach(frames::add);
        if (name.equals("builders")) {
            recording.get("steps").get(0).get("result").forEach(frames::add);
        }
        for (JsonNode frame : frames) {
            String hex = frame.has("hex") ? frame.get("hex").asText() : frame.get("frame_hex_seq_varies").asText();
            byte[] bytes = java.util.HexFormat.of().parseHex(hex);
            MavlinkFrame read = Frames.inDatagram(bytes).get(0);
            MavlinkMessage message = read.message();
            assertThat(message.name()).isEqualTo(frame.get(frame.has("type") ? "type" : "message").asText());
            frame.get("fields").fields().forEachRemaining(field -> assertField(message, field.getKey(), field.getValue()));
            FrameWriter writer = new FrameWriter(read.systemId(), read.componentId());
            for (int n = 0; n < read.sequence(); n++) {
                writer.toBytes(message);
            }
            assertThat(writer.toBytes(message)).as(hex).isEqualTo(bytes);
        }
    }

    private static void assertField(MavlinkMessage message, String field, JsonNode recorded) {
        if (!message.definition().has(field)) {
            assertThat(recorded.asInt()).as(field).isZero();
        } else if (recorded.isTextual() && recorded.asText().equals("nan")) {
            assertThat(message.getDouble(field)).isNaN();
        } else if (recorded.isTextual()) {
            assertThat(message.getText(field)).isEqualTo(recorded.asText());
        } else if (recorded.isNumber()) {
            assertThat(message.getDouble(field)).isCloseTo(recorded.asDouble(), within(Math.abs(recorded.asDouble()) * 1e-6));
        }
    }

    /** The payloads that went up, whatever their order and repetitions. */
    private void assertSent(JsonNode recording, String type) {
        List<String> recorded = new ArrayList<>();
        recording.get("frames").forEach(frame -> {
            if (frame.get("dir").asText().equals("up") && frame.get("type").asText().equals(type)) {
                recorded.add(Frames.inDatagram(java.util.HexFormat.of().parseHex(frame.get("hex").asText())).get(0).message().toMap().toString());
            }
        });
        List<String> sent = fleet.vehicle.journal().received(type).stream().map(message -> message.toMap().toString()).distinct().toList();
        assertThat(sent).containsExactlyInAnyOrderElementsOf(recorded.stream().distinct().toList());
    }

    @Test
    void readsManyParameters() throws Exception {
        JsonNode step = start("get_bulk_ok").get(0);
        List<String> names = new ArrayList<>();
        step.get("result").fieldNames().forEachRemaining(names::add);
        ParameterBatch batch = parameters().get(names, ParameterOptions.DEFAULT);
        assertRecords(batch.values(), step.get("result"));
        assertThat(fleet.vehicle.journal().reads()).containsOnlyKeys(names).allSatisfy((name, count) -> assertThat(count).isEqualTo(1));
        assertSent(recording("get_bulk_ok"), "PARAM_REQUEST_READ");
    }

    @Test
    void setsManyParametersInAllForms() throws Exception {
        JsonNode step = start("set_bulk_ok").get(0);
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("NAV_ACC_RAD", 2.0);
        wanted.put("MPC_XY_VEL_MAX", List.of(12.5, "REAL32"));
        wanted.put("CA_ROTOR_COUNT", Map.of("value", 6, "type", "INT32"));
        wanted.put("CAL_MAG0_ROT", -1);
        wanted.put("INT_MIN", Integer.MIN_VALUE);
        ParameterBatch batch = parameters().set(wanted, ParameterOptions.DEFAULT);
        assertRecords(batch.values(), step.get("result"));
        assertSent(recording("set_bulk_ok"), "PARAM_SET");
    }

    @Test
    void readsAllParameters() throws Exception {
        JsonNode step = start("get_all_params").get(0);
        ParameterBatch batch = parameters().getAll(ParameterOptions.DEFAULT);
        assertThat(batch.complete()).isTrue();
        assertThat(batch.values()).hasSize(step.get("result").get("count").asInt());
        step.get("result").get("sample").fields()
                .forEachRemaining(sample -> assertRecord(batch.values().get(sample.getKey()), sample.getValue()));
        assertSent(recording("get_all_params"), "PARAM_REQUEST_LIST");
    }

    @Test
    void readsAllThatTheOriginalLosesOnALossyLink() throws Exception {
        JsonNode step = start("get_bulk_loss20").get(0);
        List<String> names = fleet.vehicle.parameters().names().stream().filter(name -> name.startsWith("BP_")).toList();
        ParameterBatch batch = parameters().get(names, ParameterOptions.DEFAULT);
        assertThat(batch.values()).hasSize(40);
        step.get("result").fields().forEachRemaining(field -> assertRecord(batch.values().get(field.getKey()), field.getValue()));
    }

    @Test
    void readsConvertedIntegersThatTheOriginalMisreads() throws Exception {
        start("ardupilot_ccast_misread");
        VehicleParameters parameters = parameters();
        assertThat(parameters.encoding()).isEqualTo(ParameterEncoding.C_CAST);
        Map<String, ParameterValue> values = parameters.get(List.of("CA_ROTOR_COUNT", "NAV_ACC_RAD"), ParameterOptions.DEFAULT).values();
        assertThat(values.get("CA_ROTOR_COUNT").value()).isEqualTo(4);
        assertThat(values.get("CA_ROTOR_COUNT").raw()).isEqualTo(4.0f);
        assertThat(values.get("NAV_ACC_RAD").value()).isEqualTo(10.0f);
        assertThat(parameters.set("CA_ROTOR_COUNT", 6, ParameterOptions.DEFAULT).value()).isEqualTo(6);
    }

    @Test
    void confirmsALargeFloatThatTheOriginalNeverDoes() throws Exception {
        JsonNode steps = start("set_bulk_large_float_never_verifies");
        ParameterBatch batch = parameters().set(Map.of("BIG_FLOAT", 1234567.89), ParameterOptions.DEFAULT);
        assertRecords(batch.values(), steps.get(1).get("result"));
        assertSent(recording("set_bulk_large_float_never_verifies"), "PARAM_SET");
    }

    @Test
    void learnsTheTypeWhereTheOriginalNeverConfirms() throws Exception {
        start("set_bulk_type_mismatch");
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("NAV_ACC_RAD", 2);
        wanted.put("CA_ROTOR_COUNT", 5.0);
        ParameterBatch batch = parameters().set(wanted, ParameterOptions.DEFAULT);
        assertThat(batch.failures()).isEmpty();
        assertThat(batch.values().get("NAV_ACC_RAD").value()).isEqualTo(2.0f);
        assertThat(batch.values().get("CA_ROTOR_COUNT").value()).isEqualTo(5);
        assertThat(batch.seconds()).isLessThan(4);
    }

    @Test
    void refusesBadSpecificationsInTheWordsOfTheOriginal() throws Exception {
        JsonNode steps = start("set_bulk_bad_specs");
        List<Object> bad = List.of("x", List.of(1, "INT64"), List.of(300, "UINT8"), Map.of("type", "INT32"), List.of(1, "WORD"));
        for (int n = 0; n < bad.size(); n++) {
            Map<String, Object> wanted = new LinkedHashMap<>();
            wanted.put("SYS_AUTOSTART", 1);
            wanted.put("SYS_HITL", bad.get(n));
            assertThatThrownBy(() -> parameters().set(wanted, ParameterOptions.DEFAULT)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(steps.get(n).get("raised").get("message").asText());
        }
        assertThat(parameters().set(Map.of(), ParameterOptions.DEFAULT).values()).isEmpty();
        assertThat(fleet.vehicle.journal().received("PARAM_SET")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"accepted", "denied", "in_progress", "temporarily_rejected", "with_companion", "no_ack_1hz", "no_ack_no_drop"})
    void reboots(String name) throws Exception {
        JsonNode step = start("reboot_" + name).get(0);
        VehicleOutcome outcome = new VehicleReboot(fleet.link, 1, 1, false).reboot(name.equals("with_companion"), Duration.ofSeconds(3));
        assertThat(outcome.toMap()).isEqualTo(asMap(step.get("result")));
        assertCommands("reboot_" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ack_drop_return", "denied", "no_drop"})
    void rebootsConfirmed(String name) throws Exception {
        JsonNode step = start("reboot_confirmed_" + name).get(0);
        VehicleOutcome outcome = new VehicleReboot(fleet.link, 1, 1, false).rebootConfirmed(VehicleReboot.Confirmation.DEFAULT);
        assertThat(outcome.toMap()).isEqualTo(asMap(step.get("result")));
        assertCommands("reboot_confirmed_" + name);
    }

    private void assertCommands(String name) throws IOException {
        assertSent(recording(name), "COMMAND_LONG");
        assertThat(fleet.vehicle.journal().received("COMMAND_LONG")).hasSize(1);
    }

    /** Ours goes to the autopilot, not to every component; storage 1, not 0, is its default in the operation. */
    @Test
    void formatsTheCard() throws Exception {
        JsonNode step = start("format_sd_card").get(0);
        VehicleOutcome outcome = new VehicleActuators(fleet.link, fleet.known()).format(0, true, Duration.ofSeconds(3));
        assertThat(outcome.toMap()).isEqualTo(asMap(step.get("result")));
        MavlinkMessage sent = fleet.vehicle.journal().received("COMMAND_LONG").get(0);
        recording("format_sd_card").get("frames").get(0).get("fields").fields().forEachRemaining(field -> {
            if (!field.getKey().equals("target_component")) {
                assertField(sent, field.getKey(), field.getValue());
            }
        });
    }

    @Test
    void testsAnActuatorWithTheFieldsOfTheOriginal() throws Exception {
        start("burst");
        new VehicleActuators(fleet.link, fleet.known()).test(1, 0.15, Duration.ofSeconds(3), Duration.ofSeconds(3));
        JsonNode built = recording("builders").get("steps").get(0).get("result").get("build_motor_value_command(1, 0.15, 3.0)");
        MavlinkMessage sent = fleet.vehicle.journal().received("COMMAND_LONG").get(0);
        built.get("fields").fields().forEachRemaining(field -> assertField(sent, field.getKey(), field.getValue()));
    }

    @Test
    void runsShellCommands() throws Exception {
        JsonNode steps = start("shell");
        java.nio.file.Files.createDirectories(folder.resolve("fs/microsd/log/2025-09-01"));
        java.nio.file.Files.writeString(folder.resolve("fs/microsd/params"), "");
        java.nio.file.Files.writeString(folder.resolve("fs/microsd/log/2025-09-01/a.ulg"), "");
        Duration timeout = Duration.ofSeconds(3);
        try (VehicleShell shell = VehicleShell.open(fleet.link, fleet.known(), false, timeout)) {
            assertThat(shell.run("ver all\n", timeout).raw()).isEqualTo(steps.get(0).get("result").asText());
            assertThat(shell.run("rm /fs/microsd/params\n", timeout).raw()).isEqualTo(steps.get(1).get("result").asText());
            assertThat(shell.run("x".repeat(75), timeout).raw()).isEqualTo(steps.get(2).get("result").asText());
            assertThatThrownBy(() -> shell.run("", timeout)).isInstanceOf(IllegalArgumentException.class);
            assertThat(shell.remove("fs/microsd/nope", false, timeout)).isEqualTo(steps.get(4).get("result").asBoolean());
            assertThat(shell.remove("fs/microsd/log/2025-09-01", true, timeout)).isEqualTo(steps.get(5).get("result").asBoolean());
        }
        List<String> lines = new ArrayList<>();
        recording("shell").get("autopilot_saw").get("shell").forEach(line -> lines.add(line.asText()));
        assertThat(fleet.vehicle.journal().shell()).isEqualTo(lines);
        assertSentToShell();
    }

    private void assertSentToShell() throws IOException {
        List<String> recorded = new ArrayList<>();
        recording("shell").get("frames").forEach(frame -> {
            if (frame.get("dir").asText().equals("up")) {
                recorded.add(Frames.inDatagram(java.util.HexFormat.of().parseHex(frame.get("hex").asText())).get(0).message().toMap().toString());
            }
        });
        List<String> sent = fleet.vehicle.journal().received("SERIAL_CONTROL").stream().map(message -> message.toMap().toString()).toList();
        assertThat(sent).startsWith(recorded.toArray(String[]::new));
    }

    @Test
    void failsAtOnceWhenNobodyIsConnected() throws Exception {
        try (MavlinkLink lonely = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0"))) {
            Vehicle nobody = new Vehicle(1, 1, 2, 12, 0, 0, 3, System.nanoTime(), 1, true);
            VehicleParameters parameters = VehicleParameters.of(lonely, nobody);
            assertThatThrownBy(() -> parameters.get(List.of("A"), ParameterOptions.DEFAULT)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> parameters.set(Map.of("A", 1), ParameterOptions.DEFAULT)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> new VehicleReboot(lonely, 1, 1, false).reboot(false, Duration.ofSeconds(3)))
                    .hasMessageContaining(recording("not_connected").get("steps").get(0).get("raised").get("message").asText());
            assertThatThrownBy(() -> VehicleShell.open(lonely, nobody, true, Duration.ofSeconds(3)))
                    .hasMessageContaining("MAVLink connection not established");
            VehicleOutcome format = new VehicleActuators(lonely, nobody).format(0, true, Duration.ofSeconds(3));
            assertThat(format.toMap()).isEqualTo(asMap(recording("not_connected").get("steps").get(5).get("result")));
        }
    }
}
