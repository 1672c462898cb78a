package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.embedded.SimulatedVehicleSettings.Shell;
import io.dromedary.testing.SimulatedFleet;

/** Reboot, actuators, card and shell of a simulated vehicle where the recordings have no case. */
@Timeout(90)
class VehicleControlTest {

    private static final int REBOOT = 246;
    private static final Duration BRIEF = Duration.ofMillis(500);
    private static final Duration SECONDS = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private SimulatedFleet fleet;

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private void start(SimulatedVehicleSettings settings) throws Exception {
        fleet = SimulatedFleet.start(settings);
    }

    private VehicleReboot reboot() {
        return new VehicleReboot(fleet.link, 1, 1, false);
    }

    private void arm() {
        fleet.vehicle.flight().arm(true);
        await().atMost(SECONDS).until(() -> fleet.known().armed());
    }

    @Test
    void believesInARebootWithoutAnAcknowledgement() throws Exception {
        start(SimulatedFleet.quiet(folder).outage(Duration.ofMillis(2500)));
        fleet.vehicle.acknowledge(REBOOT);
        assertThat(reboot().reboot(false, BRIEF).statusCode()).isEqualTo("OK_REBOOT_CONFIRMED_NO_ACK");
        assertThat(fleet.vehicle.journal().received("COMMAND_LONG")).hasSize(1);
    }

    @Test
    void tellsWhenTheVehicleDoesNotReturn() throws Exception {
        start(SimulatedFleet.quiet(folder).outage(Duration.ofSeconds(30)));
        VehicleReboot.Confirmation c = new VehicleReboot.Confirmation(false, SECONDS, SECONDS, Duration.ofMillis(1500), BRIEF, false, 3, BRIEF);
        VehicleOutcome outcome = reboot().rebootConfirmed(c);
        assertThat(outcome.statusCode()).isEqualTo("FAIL_REBOOT_NOT_CONFIRMED_HB_NO_RETURN");
        assertThat(outcome.reason()).contains("within 0.5s");
        assertThat(outcome.ackResult()).isZero();
    }

    @Test
    void seesTheSilenceThatBeganWithTheFirstAttempt() throws Exception {
        start(SimulatedFleet.quiet(folder).outage(Duration.ofSeconds(3)));
        fleet.vehicle.acknowledge(REBOOT);
        VehicleOutcome outcome = reboot().rebootConfirmed(VehicleReboot.Confirmation.DEFAULT);
        assertThat(outcome.statusCode()).isEqualTo("OK_HB_CONFIRMED_NO_ACK");
        assertThat(fleet.vehicle.journal().received("COMMAND_LONG")).hasSize(1);
    }

    @Test
    void toleratesADenialOfASimulation() throws Exception {
        start(SimulatedFleet.quiet(folder));
        fleet.vehicle.acknowledge(REBOOT, 2);
        fleet.vehicle.reboot(Duration.ofSeconds(3));
        VehicleReboot.Confirmation c = new VehicleReboot.Confirmation(false, SECONDS, SECONDS, Duration.ofMillis(1500), SECONDS, true, 3, BRIEF);
        assertThat(reboot().rebootConfirmed(c).statusCode()).isEqualTo("OK_HB_CONFIRMED_NO_ACK");
    }

    @Test
    void namesResultsThatAreNewToUs() throws Exception {
        start(SimulatedFleet.quiet(folder));
        fleet.vehicle.acknowledge(REBOOT, 77);
        VehicleOutcome outcome = reboot().reboot(false, SECONDS);
        assertThat(outcome.statusCode()).isEqualTo("FAIL_ACK_UNKNOWN");
        assertThat(outcome.reason()).isEqualTo("Autopilot rejected the reboot command: UNKNOWN(77).");
        for (int result : new int[] {3, 4, 6}) {
            fleet.vehicle.acknowledge(REBOOT, result);
            assertThat(reboot().reboot(false, SECONDS).statusCode()).isEqualTo("FAIL_ACK_" + CommandResult.nameOf(result));
        }
    }

    @Test
    void tellsWhenNoHeartbeatCanBeWatched() throws Exception {
        start(SimulatedFleet.quiet(folder));
        VehicleReboot other = new VehicleReboot(fleet.link, 1, 154, false);
        assertThat(other.reboot(false, BRIEF).statusCode()).isEqualTo("FAIL_NO_HEARTBEAT_TRACKING");
        assertThat(other.rebootConfirmed(VehicleReboot.Confirmation.DEFAULT).statusCode()).isEqualTo("FAIL_NO_HEARTBEAT_TRACKING");
    }

    @Test
    void sendsNothingDangerousToAnArmedVehicle() throws Exception {
        start(SimulatedFleet.quiet(folder));
        arm();
        VehicleActuators actuators = new VehicleActuators(fleet.link, fleet.known());
        assertThat(reboot().reboot(false, BRIEF).statusCode()).isEqualTo("FAIL_ARMED");
        assertThat(reboot().rebootConfirmed(VehicleReboot.Confirmation.DEFAULT).statusCode()).isEqualTo("FAIL_ARMED");
        assertThat(actuators.test(1, 0.1, BRIEF, BRIEF).statusCode()).isEqualTo("FAIL_ARMED");
        assertThat(actuators.format(1, true, BRIEF).statusCode()).isEqualTo("FAIL_ARMED");
        assertThat(fleet.vehicle.journal().received("COMMAND_LONG")).isEmpty();
        assertThat(new VehicleReboot(fleet.link, 1, 1, true).reboot(false, SECONDS).statusCode()).isEqualTo("FAIL_ACK_DENIED");
    }

    @Test
    void checksActuatorsAndFormatBeforeSending() throws Exception {
        start(SimulatedFleet.quiet(folder));
        VehicleActuators actuators = new VehicleActuators(fleet.link, fleet.known());
        assertThatThrownBy(() -> actuators.test(0, 0.1, BRIEF, BRIEF)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> actuators.test(1, 1.1, BRIEF, BRIEF)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> actuators.test(1, 0.1, Duration.ofMinutes(1), BRIEF)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> actuators.format(1, false, BRIEF)).isInstanceOf(IllegalArgumentException.class);
        assertThat(fleet.vehicle.journal().received("COMMAND_LONG")).isEmpty();
        assertThat(actuators.test(2, Double.NaN, BRIEF, SECONDS).success()).isTrue();
        fleet.vehicle.acknowledge(310);
        assertThat(actuators.test(2, 0.1, BRIEF, BRIEF).statusCode()).isEqualTo("FAIL_NO_ACK");
    }

    @Test
    void readsTheShellToItsPrompt() throws Exception {
        start(SimulatedFleet.quiet(folder));
        fleet.vehicle.faults().link(20, 0);
        try (VehicleShell shell = VehicleShell.open(fleet.link, fleet.known(), true, SECONDS)) {
            VehicleShell.Answer answer = shell.run("ver all", SECONDS);
            assertThat(answer.complete()).isTrue();
            assertThat(answer.output()).startsWith("HW arch: PX4_FMU_V6X\n").endsWith("(184549631)");
            assertThat(shell.run("nonsense", SECONDS).saysFailure()).isTrue();
        }
        assertThat(fleet.vehicle.journal().shell()).containsExactly("ver all", "nonsense");
        MavlinkMessage last = await().atMost(SECONDS).until(() -> {
            List<MavlinkMessage> all = fleet.vehicle.journal().received("SERIAL_CONTROL");
            return all.get(all.size() - 1);
        }, message -> message.getInt("count") == 0);
        assertThat(last.getInt("flags")).isZero();
    }

    @Test
    void endsWithTheSilenceOfAShellWithoutPrompt() throws Exception {
        start(SimulatedFleet.quiet(folder).shell(Shell.NO_PROMPT, true));
        try (VehicleShell shell = VehicleShell.open(fleet.link, fleet.known(), true, SECONDS)) {
            VehicleShell.Answer answer = shell.run("free", SECONDS);
            assertThat(answer.complete()).isFalse();
            assertThat(answer.output()).contains("Umem");
        }
    }

    @Test
    void doesNotTakeSilenceForSuccess() throws Exception {
        start(SimulatedFleet.quiet(folder).shell(Shell.NONE, true));
        try (VehicleShell shell = VehicleShell.open(fleet.link, fleet.known(), true, BRIEF)) {
            assertThatThrownBy(() -> shell.run("ver all", BRIEF)).isInstanceOf(TimeoutException.class).hasMessageContaining("unknown");
            assertThatThrownBy(() -> shell.remove("fs/microsd/x", false, BRIEF)).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> shell.remove("fs/microsd/x;reboot", false, BRIEF)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void letsOneSessionWaitForAnother() throws Exception {
        start(SimulatedFleet.quiet(folder));
        try (VehicleShell first = VehicleShell.open(fleet.link, fleet.known(), true, SECONDS)) {
            assertThatThrownBy(() -> VehicleShell.open(fleet.link, fleet.known(), true, BRIEF)).isInstanceOf(TimeoutException.class);
            assertThat(first.run("help", SECONDS).complete()).isTrue();
        }
        VehicleShell.open(fleet.link, fleet.known(), true, SECONDS).close();
    }

    @Test
    void readsControlSequencesThatAreCutInTwo() {
        ShellText text = new ShellText();
        for (byte b : "ver\r\nh\u00e9\u001b[31m!\u001b[0m\r\nnsh> \u001b[K".getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            text.append(new byte[] {b}, 1);
            assertThat(text.text()).doesNotContain("\u001b");
        }
        assertThat(text.endsWithPrompt()).isTrue();
        assertThat(text.output("ver")).isEqualTo("h\u00e9!");
        ShellText inside = new ShellText();
        byte[] notAtTheEnd = "a nsh> ".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        inside.append(notAtTheEnd, notAtTheEnd.length);
        assertThat(inside.endsWithPrompt()).isFalse();
    }

    @Test
    void runsOnlyWhatIsAllowed() {
        List<String> allowed = List.of("ver all", "logger *");
        VehicleShell.requireAllowed("ver all", allowed);
        VehicleShell.requireAllowed("logger status", allowed);
        VehicleShell.requireAllowed("anything; at all", List.of("*"));
        for (String command : new String[] {"ver", "reboot", "logger status; reboot", "logger $(reboot)", "ver all\nreboot", ""}) {
            assertThatThrownBy(() -> VehicleShell.requireAllowed(command, allowed)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> VehicleShell.requireAllowed("ver all", List.of())).hasMessageContaining("off");
    }
}
