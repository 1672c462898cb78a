package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;

/** The subcommands about a vehicle, from the command line to a simulated vehicle and back. */
@Timeout(60)
class VehicleCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private SimulatedVehicle vehicle;
    private String out;
    private String err;

    @BeforeEach
    void start() throws Exception {
        vehicle = SimulatedVehicle.start(SimulatedVehicleSettings.px4(folder.resolve("vehicle")).logs(0).heartbeatHz(4)
                .outage(Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() {
        vehicle.close();
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(List.of("--mavlink", vehicle.address(), "--timeout", "15"));
        return runPlain(all.toArray(String[]::new));
    }

    private int runPlain(String... words) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        CommandLine line = DromedaryCli.commandLine().setOut(new PrintWriter(outText)).setErr(new PrintWriter(errText));
        int exit = line.execute(words);
        out = outText.toString();
        err = errText.toString();
        return exit;
    }

    private List<JsonNode> json() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void showsTheStateLineByLine() throws Exception {
        assertThat(run("vehicle", "--count", "3", "--interval", "0.4", "--json")).isZero();
        assertThat(json()).hasSize(3);
        JsonNode last = json().get(2);
        assertThat(last.get("system_id").asInt()).isEqualTo(1);
        assertThat(last.get("armed").asBoolean()).isFalse();
        assertThat(last.get("latitude").asDouble()).isBetween(47.0, 48.0);
        assertThat(last.get("seconds").asDouble()).isBetween(1.0, 5.0);
        assertThat(run("vehicle", "--count", "1")).isZero();
        assertThat(out).contains("1/1").contains("disarmed");
        assertThat(run("vehicle", "--interval", "0")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void rebootsAndSaysSo() throws Exception {
        assertThat(run("vehicle", "reboot", "--json")).isZero();
        assertThat(json().get(0).get("status_code").asText()).isEqualTo("OK_ACK_ACCEPTED_HB_CONFIRMED");
        vehicle.acknowledge(246, 2);
        assertThat(run("vehicle", "reboot", "--unconfirmed")).isEqualTo(ExitCode.FAILED);
        assertThat(out).startsWith("FAIL_ACK_DENIED");
    }

    @Test
    void getsAndSetsParameters() throws Exception {
        assertThat(run("params", "set", "NAV_ACC_RAD=2", "COM_ARM_WO_GPS=0:INT32", "--json")).isZero();
        assertThat(vehicle.parameters().value("NAV_ACC_RAD")).isEqualTo(2f);
        assertThat(json()).hasSize(3);
        assertThat(json().get(2).get("count").asInt()).isEqualTo(2);
        assertThat(json().get(2).has("seconds")).isTrue();
        assertThat(json().get(2).has("retries")).isTrue();
        assertThat(json().get(2).has("loss")).isTrue();
        assertThat(run("params", "get", "NAV_ACC_RAD")).isZero();
        assertThat(out).isEqualTo("NAV_ACC_RAD = 2.0" + System.lineSeparator());
        assertThat(run("params", "get", "NAV_ACC_RAD", "NOBODY_HAS_IT")).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("NOBODY_HAS_IT: unknown to the vehicle");
        assertThat(run("params", "set", "NAV_ACC_RAD")).isEqualTo(ExitCode.USAGE);
        assertThat(run("params", "set", "NAV_ACC_RAD=two")).isEqualTo(ExitCode.USAGE);
        assertThat(run("params", "set", "CA_ROTOR_COUNT=4.5")).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void savesComparesAndLoadsAllParameters() throws Exception {
        Path file = folder.resolve("vehicle.params");
        assertThat(run("params", "list", "--json")).isZero();
        assertThat(json()).hasSize(vehicle.parameters().names().size() + 1);
        assertThat(run("params", "save", file.toString(), "--json")).isZero();
        byte[] content = Files.readAllBytes(file);
        assertThat(json().get(0).get("bytes").asInt()).isEqualTo(content.length);
        assertThat(json().get(0).get("sha256").asText())
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        assertThat(run("params", "diff", file.toString())).isZero();
        vehicle.parameters().put("NAV_ACC_RAD", 77f).put("CA_ROTOR_COUNT", 8);
        assertThat(run("params", "diff", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(out).contains("NAV_ACC_RAD: file 10.0, vehicle 77.0").contains("2 of ");
        assertThat(run("params", "load", file.toString(), "--json")).isZero();
        assertThat(vehicle.parameters().value("NAV_ACC_RAD")).isEqualTo(10f);
        assertThat(vehicle.journal().sets()).containsOnlyKeys("NAV_ACC_RAD", "CA_ROTOR_COUNT");
        Files.writeString(file, "# two columns\nNAV_ACC_RAD,5\nCA_ROTOR_COUNT 6\n");
        assertThat(run("params", "load", file.toString())).isZero();
        assertThat(vehicle.parameters().value("CA_ROTOR_COUNT")).isEqualTo(6);
        Files.writeString(file, "1\t1\tNAV_ACC_RAD\tx\t9\n");
        assertThat(run("params", "load", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("line 1").contains("'x' is no number");
    }

    @Test
    void runsShellCommands() throws Exception {
        assertThat(run("shell", "ver", "all", "--json")).isZero();
        assertThat(json().get(0).get("output").asText()).startsWith("HW arch");
        assertThat(json().get(0).get("complete").asBoolean()).isTrue();
        InputStream keyboard = System.in;
        System.setIn(new ByteArrayInputStream("free\n\nhelp\nexit\nver\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run("shell")).isZero();
        } finally {
            System.setIn(keyboard);
        }
        assertThat(vehicle.journal().shell()).containsExactly("ver all", "free", "help");
        assertThat(out).contains("Umem").contains("Builtin Apps");
    }

    @Test
    void saysWhenNobodyIsThere() {
        assertThat(runPlain("params", "list", "--mavlink", "udpin:127.0.0.1:0", "--timeout", "0.3")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err).contains("no vehicle was heard");
        assertThat(runPlain("vehicle", "--mavlink", "carrier-pigeon", "--timeout", "0.3")).isEqualTo(ExitCode.USAGE);
        assertThat(runPlain("shell", "ver", "--mavlink", "udpin:127.0.0.1:0", "--timeout", "-1")).isEqualTo(ExitCode.USAGE);
        vehicle.faults().answer("PARAM_VALUE");
        assertThat(runPlain("params", "get", "NAV_ACC_RAD", "--mavlink", vehicle.address(), "--timeout", "1.5")).isEqualTo(ExitCode.TIMED_OUT);
    }
}
