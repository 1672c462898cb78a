package io.dromedary.embedded;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.dromedary.mavlink.MavlinkMessage;

/** Takes commands and acknowledges them, as PX4 would or as scripted. Runs on the radio's thread. */
final class SimulatedCommands {

    static final int ACCEPTED = 0;
    static final int TEMPORARILY_REJECTED = 1;
    static final int DENIED = 2;
    static final int UNSUPPORTED = 3;
    static final int FAILED = 4;
    static final int IN_PROGRESS = 5;

    private static final int COMMAND_INT = 75;
    private static final int TAKEOFF = 22;
    private static final int LAND = 21;
    private static final int RETURN = 20;
    private static final int SET_MODE = 176;
    private static final int PREFLIGHT_CALIBRATION = 241;
    private static final int PREFLIGHT_STORAGE = 245;
    private static final int REBOOT = 246;
    private static final int MISSION_START = 300;
    private static final int ACTUATOR_TEST = 310;
    private static final int ARM = 400;
    private static final int SET_MESSAGE_INTERVAL = 511;
    private static final int REQUEST_MESSAGE = 512;
    private static final int FORCE = 21196;
    private static final long PROGRESS_MILLIS = 100;
    private static final long REBOOT_AFTER_MILLIS = 50;

    private final SimulatedVehicle vehicle;
    private final VehicleRadio radio;
    private final Map<Integer, int[]> scripts = new ConcurrentHashMap<>();

    SimulatedCommands(SimulatedVehicle vehicle, VehicleRadio radio) {
        this.vehicle = vehicle;
        this.radio = radio;
    }

    /** The acknowledgements of a command from now on, 100 ms apart; none: it is done but not acknowledged. */
    void script(int command, int... results) {
        scripts.put(command, results.clone());
    }

    void received(MavlinkMessage message) {
        int command = message.getInt("command");
        double[] p = {message.getDouble("param1"), message.getDouble("param2"),
            message.id() == COMMAND_INT ? 0 : message.getDouble("param5")};
        int[] script = scripts.get(command);
        if (script == null) {
            if (command == PREFLIGHT_CALIBRATION) {
                acknowledgeAll(message, new int[] {IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, ACCEPTED});
            } else {
                int result = execute(command, p);
                acknowledge(message, result, 0);
                effect(command, p, message, result);
            }
            return;
        }
        acknowledgeAll(message, script);
        effect(command, p, message, script.length == 0 ? ACCEPTED : script[script.length - 1]);
    }

    private void acknowledgeAll(MavlinkMessage message, int[] results) {
        for (int n = 0; n < results.length; n++) {
            int result = results[n];
            int progress = result == IN_PROGRESS ? 100 * n / results.length : 0;
            radio.processor().schedule(() -> acknowledge(message, result, progress), n * PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void acknowledge(MavlinkMessage message, int result, int progress) {
        radio.send(radio.message("COMMAND_ACK").set("command", message.getInt("command")).set("result", result).set("progress", progress)
                .set("target_system", message.systemId()).set("target_component", message.componentId()));
    }

    /** What the vehicle thinks of a command. */
    private int execute(int command, double[] p) {
        boolean armed = vehicle.flight().armed();
        return switch (command) {
            case ARM -> p[0] == 0 && vehicle.flight().flying() && p[1] != FORCE ? DENIED : ACCEPTED;
            case TAKEOFF, MISSION_START, LAND, RETURN -> armed ? ACCEPTED : TEMPORARILY_REJECTED;
            case REBOOT, PREFLIGHT_STORAGE, ACTUATOR_TEST -> armed ? DENIED : ACCEPTED;
            case SET_MESSAGE_INTERVAL -> vehicle.telemetry().interval((int) p[0], (long) p[1]) ? ACCEPTED : FAILED;
            case REQUEST_MESSAGE -> vehicle.telemetry().knows((int) p[0]) ? ACCEPTED : FAILED;
            case SET_MODE -> ACCEPTED;
            default -> UNSUPPORTED;
        };
    }

    private void effect(int command, double[] p, MavlinkMessage message, int result) {
        if (result != ACCEPTED) {
            return;
        }
        switch (command) {
            case REBOOT -> radio.processor().schedule(() -> vehicle.reboot(vehicle.settings().outage), REBOOT_AFTER_MILLIS,
                    TimeUnit.MILLISECONDS);
            case ARM -> vehicle.flight().arm(p[0] != 0);
            case TAKEOFF, MISSION_START -> vehicle.flight().takeOff();
            case LAND, RETURN -> vehicle.flight().land();
            case REQUEST_MESSAGE -> vehicle.telemetry().sendOnce((int) p[0]);
            default -> { }
        }
    }

    /** Reboots without a command, as a watchdog does. */
    void rebootNow(Duration outage) {
        radio.processor().execute(() -> vehicle.reboot(outage));
    }
}
