package io.dromedary.mavlink;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * A command to one component of a vehicle and how long to try.
 *
 * @param targetSystem    1 to 255
 * @param targetComponent 1 to 255
 * @param command         MAV_CMD number
 * @param params          param1 to param7; NaN where the command says "unchanged"; a position in degrees in param5 and param6
 * @param frame           MAV_FRAME of the position, or -1: then it is sent as COMMAND_LONG first, else as COMMAND_INT
 * @param ackTimeout      until it is sent again, or given up
 * @param resends         how often it may be sent again; 0 sends once
 * @param progressTimeout longest silence once the vehicle said that it is working
 * @param progress        called with 0 to 100, or 255 for unknown, when the vehicle says so
 */
public record CommandRequest(int targetSystem, int targetComponent, int command, double[] params, int frame, Duration ackTimeout, int resends,
                             Duration progressTimeout, IntConsumer progress) {

    /** What repeats its effect when a lost acknowledgement makes us send it again: takeoff, motor test, storage, reboot, actuator test. */
    private static final Set<Integer> NOT_REPEATABLE = Set.of(22, 24, 84, 209, 245, 246, 247, 310);

    public CommandRequest {
        if (targetSystem < 1 || targetSystem > 255 || targetComponent < 1 || targetComponent > 255) {
            throw new IllegalArgumentException("A command needs one target, not " + targetSystem + "/" + targetComponent);
        }
        if (command < 0 || command > 65535) {
            throw new IllegalArgumentException("Command " + command + " is not in 0 to 65535");
        }
        if (params.length > 7) {
            throw new IllegalArgumentException("A command has at most 7 parameters, not " + params.length);
        }
        params = Arrays.copyOf(params, 7);
    }

    /** A command with the defaults: 1 s for an acknowledgement, 3 resends unless its effect would be repeated, 30 s between progress. */
    public static CommandRequest of(int targetSystem, int targetComponent, int command, double... params) {
        return new CommandRequest(targetSystem, targetComponent, command, params, -1, Duration.ofSeconds(1), isRepeatable(command) ? 3 : 0,
                Duration.ofSeconds(30), percent -> { });
    }

    /** Whether sending it twice does no more than sending it once. */
    public static boolean isRepeatable(int command) {
        return !NOT_REPEATABLE.contains(command);
    }

    public CommandRequest withFrame(int newFrame) {
        return new CommandRequest(targetSystem, targetComponent, command, params, newFrame, ackTimeout, resends, progressTimeout, progress);
    }

    public CommandRequest withPatience(Duration newAckTimeout, int newResends, Duration newProgressTimeout) {
        return new CommandRequest(targetSystem, targetComponent, command, params, frame, newAckTimeout, newResends, newProgressTimeout, progress);
    }

    public CommandRequest withProgress(IntConsumer newProgress) {
        return new CommandRequest(targetSystem, targetComponent, command, params, frame, ackTimeout, resends, progressTimeout, newProgress);
    }
}
