package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.embedded.SimulatedVehicleSettings.Shell;
import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.SimulatedFleet;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log is removed from the card of a simulated vehicle by the routes, with the shell lines that were recorded from the reference. */
@Timeout(120)
class CardRemovalContractTest {

    private static final String LOG = "fs/microsd/log/2025-09-01/08_10_02.ulg";

    @TempDir
    Path folder;

    private record Outcome(Exception failure, List<String> shell) {
    }

    private Outcome remove(Shell shell) throws Exception {
        SimulatedVehicleSettings settings = SimulatedVehicleSettings.px4(folder).telemetry(false).logs(0).hash(false).shell(shell, false);
        try (SimulatedFleet fleet = SimulatedFleet.start(settings, 2, 140);
                ProxiesFixture routes = new ProxiesFixture(Map.of("camel.component.mavlink.address", fleet.vehicle.address().replace("udpin:", "udpout:"),
                        "camel.component.mavftp.address", fleet.vehicle.address().replace("udpin:", "udpout:"), "dromedary.data-dir", folder.resolve("data").toString()),
                        Map.of("sdCard", new SdCard(), "flightTransfers", new FlightTransfers(), "httpActions", new HttpActions()), "vehicle/link")) {
            Exchange exchange = routes.template().request("direct:vehicle/stop-logger", call -> { });
            if (exchange.getException() == null) {
                exchange = routes.template().request("direct:vehicle/remove-file", call -> call.setVariable("cardPath", LOG));
            }
            Exception failure = exchange.getException();
            routes.template().request("direct:vehicle/start-logger", call -> { });
            return new Outcome(failure, fleet.vehicle.journal().shell());
        }
    }

    private static List<String> recordedShell(String name) throws Exception {
        List<String> lines = new ArrayList<>();
        JsonNode saw = ProxiesFixture.golden(name).get("autopilot_saw");
        saw.get("shell").forEach(line -> lines.add(line.asText()));
        return lines;
    }

    @Test
    void byTheShellWhileTheLoggerIsStopped() throws Exception {
        Path log = folder.resolve(LOG);
        Files.createDirectories(log.getParent());
        Files.write(log, new byte[10]);
        Outcome outcome = remove(Shell.NUTTX);
        assertThat(outcome.failure).isNull();
        assertThat(log).doesNotExist();
        assertThat(withoutGreetings(outcome.shell)).isEqualTo(recordedShell("mavftp_delete_shell"));
    }

    /** A folder under the log's name is what no vehicle removes as a file. */
    @Test
    void neitherByAShellThatCannotNorByTheFileServerThatWillNot() throws Exception {
        Path log = folder.resolve(LOG);
        Files.createDirectories(log.resolve("held"));
        Outcome outcome = remove(Shell.SIMULATION);
        assertThat(outcome.failure).isNotNull().hasMessageContaining(LOG);
        assertThat(log).exists();
        assertThat(withoutGreetings(outcome.shell)).isEqualTo(recordedShell("mavftp_delete_protected"));
    }

    /** Ours begins with an empty line, to see whether there is a prompt. */
    private static List<String> withoutGreetings(List<String> shell) {
        return shell.stream().filter(line -> !line.isBlank()).toList();
    }
}
