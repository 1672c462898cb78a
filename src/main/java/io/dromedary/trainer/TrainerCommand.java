package io.dromedary.trainer;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The numbers of commands, results and error kinds in auto-trainer-api 0.9.7. All are open; newer packages have others. */
public final class TrainerCommand {

    public static final int NONE = 0;
    public static final int START_ACQUISITION = 100;
    public static final int STOP_ACQUISITION = 110;
    public static final int EMERGENCY_STOP = 200;
    public static final int EMERGENCY_RESUME = 210;
    public static final int GET_CONFIGURATION = 300;
    public static final int GET_STATUS = 400;
    public static final int USER_DEFINED = 99999;

    public static final int RESULT_UNRECOGNIZED = 0;
    public static final int RESULT_SUCCESS = 100;
    public static final int RESULT_PENDING = 200;
    public static final int RESULT_PENDING_WITH_NOTIFICATION = 201;
    public static final int RESULT_FAILED = 400;
    public static final int RESULT_EXCEPTION = 500;
    public static final int RESULT_UNAVAILABLE = 9999;

    public static final int ERROR_NONE = 0;
    public static final int ERROR_SYSTEM = 1;
    public static final int ERROR_COMMAND = 2;

    private static final Set<Integer> KNOWN = Set.of(NONE, START_ACQUISITION, STOP_ACQUISITION, EMERGENCY_STOP, EMERGENCY_RESUME,
            GET_CONFIGURATION, GET_STATUS, USER_DEFINED);
    private static final Map<String, Integer> NAMES = Map.of("start", START_ACQUISITION, "stop", STOP_ACQUISITION,
            "emergency-stop", EMERGENCY_STOP, "emergency-resume", EMERGENCY_RESUME, "configuration", GET_CONFIGURATION,
            "status", GET_STATUS, "none", NONE, "custom", USER_DEFINED);

    private TrainerCommand() {
    }

    static boolean known(int command) {
        return KNOWN.contains(command);
    }

    /**
     * The number of a command given by number or by name (start, stop, emergency-stop, emergency-resume, configuration, status, custom).
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static int of(Object command) {
        if (command instanceof Integer number) {
            return number;
        }
        String text = String.valueOf(command).trim().toLowerCase(Locale.ROOT);
        Integer named = NAMES.get(text);
        if (named != null) {
            return named;
        }
        if (text.matches("-?\\d{1,9}")) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("Unknown command: " + command);
    }
}
