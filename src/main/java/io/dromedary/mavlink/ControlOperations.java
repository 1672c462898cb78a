package io.dromedary.mavlink;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What changes the vehicle as a whole: reboot, actuator test, formatting, shell. */
final class ControlOperations {

    private static final int ACK_MILLIS = 3000;

    private ControlOperations() {
    }

    /**
     * Reboots; {@code confirmed} waits until the vehicle is back. {@code rebootOnboardComputer} takes the companion with it. Answers with
     * success, status_code, reason, ack_result.
     */
    static Object reboot(VehicleCall call) throws Exception {
        boolean companion = call.flag("rebootOnboardComputer", false);
        boolean allowArmed = Boolean.TRUE.equals(call.setting("allowArmed"));
        VehicleReboot reboot = new VehicleReboot(call.link(), call.targetSystem(), call.targetComponent(), allowArmed);
        if (!call.flag("confirmed", false)) {
            return reboot.reboot(companion, call.millis("timeout", ACK_MILLIS)).toMap();
        }
        VehicleReboot.Confirmation usual = VehicleReboot.Confirmation.DEFAULT;
        return reboot.rebootConfirmed(new VehicleReboot.Confirmation(companion,
                call.millis("rebootAckTimeout", usual.ackTimeout().toMillis()),
                call.millis("dropWindow", usual.dropWindow().toMillis()),
                call.millis("dropGap", usual.dropGap().toMillis()),
                call.millis("returnWindow", usual.returnWindow().toMillis()),
                call.flag("sitlMode", false),
                call.integer("maxSendAttempts", usual.attempts()),
                call.millis("retryDelay", usual.retryDelay().toMillis()))).toMap();
    }

    /** Moves actuator {@code actuator} (1 for motor 1) to {@code value}, -1 to 1, for {@code duration} milliseconds. */
    static Object actuatorTest(VehicleCall call) throws Exception {
        call.text("actuator");
        call.text("value");
        return new VehicleActuators(call.link(), call.vehicle()).test(call.integer("actuator", 0), call.number("value", 0),
                call.millis("duration", 1000), call.millis("ackTimeout", ACK_MILLIS)).toMap();
    }

    /** Formats card {@code storage} when {@code confirm} is true. */
    static Object format(VehicleCall call) throws Exception {
        return new VehicleActuators(call.link(), call.vehicle()).format(call.integer("storage", 1), call.flag("confirm", false),
                call.millis("ackTimeout", ACK_MILLIS)).toMap();
    }

    /**
     * Runs the shell command in {@code line} or the body, when the option {@code shellCommands} allows it. Answers with output and
     * complete. {@code greet}, true unless said otherwise, asks for a prompt first.
     */
    static Object shell(VehicleCall call) throws Exception {
        Object line = call.argument("line") == null ? call.body() : call.argument("line");
        String command = line == null ? "" : line.toString().strip();
        VehicleShell.requireAllowed(command, allowed(call.setting("shellCommands")));
        Duration timeout = call.millis("timeout", 5000);
        try (VehicleShell shell = VehicleShell.open(call.link(), call.vehicle(), call.flag("greet", true), timeout)) {
            VehicleShell.Answer answer = shell.run(command, timeout);
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("output", answer.output());
            map.put("complete", answer.complete());
            return map;
        }
    }

    private static List<String> allowed(Object setting) {
        return setting == null ? List.of()
                : Arrays.stream(setting.toString().split(",")).map(String::strip).filter(entry -> !entry.isEmpty()).toList();
    }
}
