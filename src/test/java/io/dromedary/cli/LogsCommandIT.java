package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.RunningProduct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The subcommands at the running product with its embedded services and a simulated vehicle. */
class LogsCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;
    private final Map<String, String> environment = new HashMap<>();
    private int exit;
    private String out;
    private String err;

    @Test
    void findsBringsDeletesAndClears() throws Exception {
        Path card = Files.createDirectories(temp.resolve("vehicle"));
        Path logs = Files.createDirectories(card.resolve("fs/microsd/log/2026-01-15"));
        Files.write(logs.resolve("11_00_00.ulg"), ulog(50_000));
        Files.write(logs.resolve("12_00_00.ulg"), ulog(60_000));
        Path bags = Files.createDirectories(temp.resolve("bags"));
        Files.write(bags.resolve("LeafFC_2026-01-15-11-00-00.bag"), bag(4_096));
        Files.write(bags.resolve("LeafFC_2026-01-15-12-00-00.bag"), bag(4_097));
        Files.writeString(card.resolve("fs/microsd/fail_2026_01_15.log"), "hard fault");
        try (SimulatedVehicle vehicle = SimulatedVehicle.start(SimulatedVehicleSettings.px4(card).logs(0))) {
            environment.putAll(Map.of("DROMEDARY_DATA_DIR", temp.resolve("data").toString(), "DROMEDARY_FLOWS", "bus,proxies,flight-log",
                    "PETAL_MAVLINK_ENDPOINT", vehicle.address(), "DROMEDARY_MQTT_PORT", "0", "DROMEDARY_REDIS_PORT", "0", "DROMEDARY_S3_PORT", "0",
                    "DROMEDARY_HTTP_PORT", "0", "DROMEDARY_MANAGEMENT_PORT", "0", "DROMEDARY_STARTUP_ARCHIVE", "false"));
            environment.putAll(Map.of("PETAL_ROSBAG_DIR", bags.toString(), "PETAL_ULOG_DIR", temp.resolve("ulogs").toString(),
                    "DROMEDARY_ORGANIZATION_ID", "org-001", "DROMEDARY_MACHINE_ID", "drone-001"));
            try (RunningProduct product = RunningProduct.start(temp.resolve("product.log"), environment, "-XX:TieredStopAtLevel=1")) {
                story(logs);
            }
        }
    }

    private static byte[] ulog(int size) {
        return begun(new byte[] {'U', 'L', 'o', 'g', 0x01, 0x12, 0x35, 0x01}, size);
    }

    private static byte[] bag(int size) {
        return begun("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII), size);
    }

    private static byte[] begun(byte[] magic, int size) {
        return Arrays.copyOf(magic, size);
    }

    private void story(Path logs) throws Exception {
        logs("ls");
        assertThat(exit).as(err).isEqualTo(ExitCode.DONE);
        assertThat(out).isEmpty();
        assertThat(err).contains("No flights are known yet");

        logs("fetch", "--json");
        assertThat(exit).as(out + err).isEqualTo(ExitCode.DONE);
        List<JsonNode> progress = lines();
        assertThat(progress.get(progress.size() - 1).path("total_records").asInt()).isEqualTo(2);

        logs("ls", "--json");
        String id = lines().get(0).path("id").asText();
        String other = lines().get(1).path("id").asText();

        logs("sync", "--json", id);
        assertThat(exit).as(out + err).isEqualTo(ExitCode.DONE);
        assertThat(lines().get(lines().size() - 1).path("status").asText()).isEqualTo("completed");
        logs("ls");
        assertThat(out.lines().filter(line -> line.startsWith(id))).singleElement().asString().contains("completed");

        logs("sync", "no-such-flight");
        assertThat(exit).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("no-such-flight not found");

        logs("rm", "no-such-flight", "nor-this-one");
        assertThat(exit).as(out).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("2 failed");

        logs("rm", id);
        assertThat(out + err).contains("Flight record " + id + " deleted successfully");
        assertThat(exit).isEqualTo(ExitCode.DONE);
        logs("ls");
        assertThat(out.lines()).singleElement().asString().startsWith(other);

        logs("clear-errors", "--dry-run", "--json");
        assertThat(lines().get(0).path("total_files").asInt()).as(out).isEqualTo(1);
        logs("clear-errors");
        assertThat(out + err).contains("Cleared 1 error log file(s)");

        logs("clear");
        assertThat(out + err).contains("Completed successfully");
        assertThat(exit).isEqualTo(ExitCode.DONE);
        try (var left = Files.walk(logs.getParent())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void saysThatNothingIsRunning() throws Exception {
        environment.put("DROMEDARY_MQTT_URL", "tcp://127.0.0.1:" + FreePort.next());
        logs("ls");
        assertThat(exit).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err).contains("is it running?");
    }

    private void logs(String... arguments) {
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        exit = new CommandLine(new LogsCommand(new Settings(environment))).setOut(new PrintWriter(said)).setErr(new PrintWriter(complained))
                .execute(arguments);
        out = said.toString();
        err = complained.toString();
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
