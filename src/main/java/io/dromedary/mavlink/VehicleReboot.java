package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Reboots an autopilot and finds out whether it did. A reboot of an armed vehicle is refused unless it is allowed. */
public final class VehicleReboot {

    private static final String REBOOT = "reboot";
    private static final int COMMAND = 246;
    private static final int COMMAND_ACK = 77;
    private static final int ACK_QUEUE = 16;
    private static final int DENIED = 2;
    /** Beyond the period of heartbeats, which is a second: one that is late is no reboot. */
    private static final Duration SIMPLE_GAP = Duration.ofMillis(1500);
    private static final Duration SIMPLE_WINDOW = Duration.ofSeconds(2);
    private static final Duration SIMPLE_RETURN = Duration.ofSeconds(30);

    private final MavlinkLink link;
    private final int system;
    private final int component;
    private final boolean allowArmed;

    /**
     * How a confirmed reboot is watched.
     *
     * @param onboardComputer whether the companion computer shall reboot as well
     * @param ackTimeout      time for an acknowledgement of each attempt
     * @param dropWindow      time until the silence must be noticed
     * @param dropGap         silence that counts
     * @param returnWindow    time from the silence to the first heartbeat
     * @param simulation      a denial is no refusal: simulated vehicles deny and restart
     * @param attempts        most times the command is sent without an acknowledgement
     * @param retryDelay      between two attempts
     */
    public record Confirmation(boolean onboardComputer, Duration ackTimeout, Duration dropWindow, Duration dropGap, Duration returnWindow,
                               boolean simulation, int attempts, Duration retryDelay) {

        /** 3 s for each of 3 acknowledgements, 1.5 s of silence within 5 s, return within 30 s. */
        public static final Confirmation DEFAULT = new Confirmation(false, Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofMillis(1500),
                Duration.ofSeconds(30), false, 3, Duration.ofMillis(500));
    }

    /** @param allowArmed whether an armed vehicle may be rebooted, which stops its motors */
    public VehicleReboot(MavlinkLink link, int system, int component, boolean allowArmed) {
        this.link = link;
        this.system = system;
        this.component = component;
        this.allowArmed = allowArmed;
    }

    /**
     * Sends the command once. Without an acknowledgement, a silence of its heartbeats and their return are taken for the confirmation.
     *
     * @param timeout for the acknowledgement
     * @throws IOException when nobody is connected
     */
    public VehicleOutcome reboot(boolean onboardComputer, Duration timeout) throws IOException, InterruptedException {
        if (refused()) {
            return VehicleOutcome.armed(REBOOT);
        }
        try (FrameQueue acks = link.queue(this::isAck, ACK_QUEUE);
             HeartbeatWatch watch = new HeartbeatWatch(link, system, component, SIMPLE_GAP.toNanos())) {
            send(onboardComputer, 0);
            Integer result = acknowledgement(acks, timeout);
            if (result != null) {
                return VehicleOutcome.acknowledged(REBOOT, result);
            }
            if (!isTracked()) {
                return VehicleOutcome.fail("FAIL_NO_HEARTBEAT_TRACKING",
                        "No ACK received and heartbeat tracking is unavailable (_last_heartbeat_time is None).", null);
            }
            if (!watch.awaitDrop(System.nanoTime() + SIMPLE_WINDOW.toNanos())) {
                return VehicleOutcome.fail("FAIL_REBOOT_NOT_CONFIRMED_NO_HB_DROP",
                        "No ACK received and heartbeat did not drop within the expected window.", null);
            }
            if (!watch.awaitReturn(System.nanoTime() + SIMPLE_RETURN.toNanos())) {
                return VehicleOutcome.fail("FAIL_REBOOT_NOT_CONFIRMED_HB_NO_RETURN",
                        "Heartbeat drop observed but heartbeat did not return within the reboot window.", null);
            }
            return VehicleOutcome.ok("OK_REBOOT_CONFIRMED_NO_ACK", "No ACK received, but reboot confirmed via heartbeat drop + return.", null);
        }
    }

    /**
     * Sends the command until it is acknowledged and only believes in the reboot when the heartbeats fell silent and came back.
     *
     * @throws IOException when nobody is connected
     */
    public VehicleOutcome rebootConfirmed(Confirmation c) throws IOException, InterruptedException {
        if (refused()) {
            return VehicleOutcome.armed(REBOOT);
        }
        if (!isTracked()) {
            return VehicleOutcome.fail("FAIL_NO_HEARTBEAT_TRACKING", "Autopilot heartbeat tracking unavailable: no HEARTBEAT from "
                    + "MAV_COMP_ID_AUTOPILOT1 has ever been observed.", null);
        }
        try (FrameQueue acks = link.queue(this::isAck, ACK_QUEUE);
             HeartbeatWatch watch = new HeartbeatWatch(link, system, component, c.dropGap().toNanos())) {
            Integer result = null;
            // The silence is watched from the first attempt on: a vehicle that reboots at once cannot acknowledge the second.
            for (int n = 0; n < c.attempts() && result == null && !watch.hasDropped(); n++) {
                if (n > 0 && watch.awaitDrop(System.nanoTime() + c.retryDelay().toNanos())) {
                    break;
                }
                send(c.onboardComputer(), n);
                result = acknowledgement(acks, c.ackTimeout());
            }
            boolean working = result != null && result == CommandResult.IN_PROGRESS;
            boolean tolerated = result != null && result == DENIED && c.simulation();
            if (result != null && result != CommandResult.ACCEPTED && !working && !tolerated) {
                return VehicleOutcome.acknowledged(REBOOT, result);
            }
            return awaitSilence(watch, c, result);
        }
    }

    private static VehicleOutcome awaitSilence(HeartbeatWatch watch, Confirmation c, Integer result) throws InterruptedException {
        if (!watch.awaitDrop(System.nanoTime() + c.dropWindow().toNanos())) {
            return VehicleOutcome.fail("FAIL_REBOOT_NOT_CONFIRMED_NO_HB_DROP", "Autopilot heartbeat did not drop within " + seconds(c.dropWindow())
                    + "s window (gap threshold: " + seconds(c.dropGap()) + "s). Reboot not confirmed.", result);
        }
        if (!watch.awaitReturn(System.nanoTime() + c.returnWindow().toNanos())) {
            return VehicleOutcome.fail("FAIL_REBOOT_NOT_CONFIRMED_HB_NO_RETURN", "Heartbeat drop observed but autopilot heartbeat did not return "
                    + "within " + seconds(c.returnWindow()) + "s. Autopilot may still be rebooting.", result);
        }
        return result != null && result == CommandResult.ACCEPTED
                ? VehicleOutcome.ok("OK_ACK_ACCEPTED_HB_CONFIRMED",
                        "Reboot confirmed: COMMAND_ACK accepted and autopilot heartbeat drop + return observed.", result)
                : VehicleOutcome.ok("OK_HB_CONFIRMED_NO_ACK",
                        "Reboot confirmed: no COMMAND_ACK accepted, but autopilot heartbeat drop + return observed.", result);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private boolean refused() {
        return !allowArmed && link.vehicle(system, component).map(Vehicle::armed).orElse(false);
    }

    private boolean isTracked() {
        return link.vehicle(system, component).isPresent();
    }

    private void send(boolean onboardComputer, int confirmation) throws IOException {
        MavlinkMessage command = link.dialect().message("COMMAND_LONG").set("target_system", system).set("target_component", component)
                .set("command", COMMAND).set("confirmation", confirmation).set("param1", 1).set("param2", onboardComputer ? 1 : 0);
        if (!link.send(command)) {
            throw new IOException("MAVLink connection not established: nobody is connected to " + link.settings().addresses());
        }
    }

    private static Integer acknowledgement(FrameQueue acks, Duration timeout) throws InterruptedException {
        MavlinkFrame ack = acks.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return ack == null ? null : ack.u8(2);
    }

    /** Only the autopilot's: a companion or router may answer the command as well, for itself. */
    private boolean isAck(MavlinkFrame frame) {
        return frame.messageId() == COMMAND_ACK && frame.u16(0) == COMMAND && frame.systemId() == system && frame.componentId() == component;
    }
}
