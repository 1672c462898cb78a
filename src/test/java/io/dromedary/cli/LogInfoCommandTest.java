package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LogInfoCommandTest {

    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int info(String... arguments) {
        return new CommandLine(new LogsCommand(new Settings(Map.of()))).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of("info"), Stream.of(arguments)).toArray(String[]::new));
    }

    @Test
    void readsALogOfTheSimulatedVehicleWithoutARunningInstance() throws Exception {
        SimulatedVehicle.start(SimulatedVehicleSettings.px4(folder).logs(1)).close();
        Path log;
        try (Stream<Path> all = Files.walk(folder)) {
            log = all.filter(path -> path.toString().endsWith(".ulg")).findFirst().orElseThrow();
        }

        assertThat(info("--json", log.toString())).as(err.toString()).isEqualTo(ExitCode.DONE);
        JsonNode facts = new ObjectMapper().readTree(out.toString());
        assertThat(facts.path("duration_seconds").asDouble()).isBetween(55.0, 61.0);
        assertThat(facts.path("info").path("ver_hw").asText()).isEqualTo("PX4_FMU_V6X");

        out.getBuffer().setLength(0);
        assertThat(info(log.toString())).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).containsPattern("ver_hw +PX4_FMU_V6X");
    }

    @Test
    void namesWhatItCannotReadAndGoesOn() throws Exception {
        Path other = Files.writeString(folder.resolve("notes.txt"), "no log");
        assertThat(info(other.toString(), folder.resolve("nowhere.bag").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("notes.txt").contains("nowhere.bag");
        assertThat(out.toString()).isEmpty();
    }
}
