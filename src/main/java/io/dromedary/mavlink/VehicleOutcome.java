package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a command ended that has more than one way to be confirmed.
 *
 * @param success    whether it is known to have been done
 * @param statusCode stable name of the outcome, such as {@code OK_ACK_ACCEPTED}
 * @param reason     the same for people
 * @param ackResult  MAV_RESULT of the acknowledgement, or null when none came
 */
public record VehicleOutcome(boolean success, String statusCode, String reason, Integer ackResult) {

    static VehicleOutcome ok(String statusCode, String reason, Integer ackResult) {
        return new VehicleOutcome(true, statusCode, reason, ackResult);
    }

    static VehicleOutcome fail(String statusCode, String reason, Integer ackResult) {
        return new VehicleOutcome(false, statusCode, reason, ackResult);
    }

    /**
     * What an acknowledgement says.
     *
     * @param command the command in words, such as {@code reboot}
     */
    static VehicleOutcome acknowledged(String command, int result) {
        if (result == CommandResult.ACCEPTED) {
            return ok("OK_ACK_ACCEPTED", "Autopilot acknowledged the " + command + " command (ACCEPTED).", result);
        }
        boolean known = result <= CommandResult.CANCELLED;
        String name = known ? CommandResult.nameOf(result) : "UNKNOWN";
        return fail("FAIL_ACK_" + name, "Autopilot rejected the " + command + " command: " + name + (known ? "" : "(" + result + ")") + ".", result);
    }

    /** A refusal of ours: nothing was sent. */
    static VehicleOutcome armed(String command) {
        return fail("FAIL_ARMED", "The vehicle is armed; the " + command + " command was not sent.", null);
    }

    /** Ready for JSON: success, status_code, reason, ack_result. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("success", success);
        map.put("status_code", statusCode);
        map.put("reason", reason);
        map.put("ack_result", ackResult);
        return map;
    }
}
