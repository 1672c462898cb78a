package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The final acknowledgement of a command.
 *
 * @param command      MAV_CMD number
 * @param result       MAV_RESULT: 0 accepted, 1 temporarily rejected, 2 denied, 3 unsupported, 4 failed, 6 cancelled
 * @param resultParam2 what the command says about its result, else 0
 * @param sent         how often it was sent
 * @param form         {@code COMMAND_LONG} or {@code COMMAND_INT}, as it was answered
 */
public record CommandResult(int command, int result, int resultParam2, int sent, String form) {

    static final int ACCEPTED = 0;
    static final int UNSUPPORTED = 3;
    static final int IN_PROGRESS = 5;
    static final int CANCELLED = 6;
    static final int LONG_ONLY = 7;
    static final int INT_ONLY = 8;

    private static final String[] NAMES = {"ACCEPTED", "TEMPORARILY_REJECTED", "DENIED", "UNSUPPORTED", "FAILED", "IN_PROGRESS", "CANCELLED",
        "COMMAND_LONG_ONLY", "COMMAND_INT_ONLY", "UNSUPPORTED_MAV_FRAME", "NOT_IN_CONTROL"};

    public boolean accepted() {
        return result == ACCEPTED;
    }

    /** The result's name without its prefix, such as {@code DENIED}; the number of one that is newer than this program. */
    public String resultName() {
        return nameOf(result);
    }

    static String nameOf(int result) {
        return result < NAMES.length ? NAMES[result] : String.valueOf(result);
    }

    /** Ready for JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("command", command);
        map.put("accepted", accepted());
        map.put("result", result);
        map.put("result_name", resultName());
        map.put("result_param2", resultParam2);
        map.put("sent", sent);
        map.put("form", form);
        return map;
    }
}
