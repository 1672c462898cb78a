package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Commands that can hurt or destroy: actuator test and formatting of the card. Both are refused while the vehicle is armed, and sent once. */
public final class VehicleActuators {

    /** Longest test that is sent. */
    public static final Duration LONGEST_TEST = Duration.ofSeconds(10);

    private static final int ACTUATOR_TEST = 310;
    /** MAV_CMD_ACTUATOR_TEST numbers output functions; motor 1 is 1101 in PX4's own numbers, which its ground tools send. */
    private static final int FIRST_FUNCTION = 1100;
    private static final int MOST_FUNCTIONS = 100;
    private static final int STORAGE = 245;
    private static final int FORMAT = 2;

    private final MavlinkLink link;
    private final Vehicle vehicle;

    public VehicleActuators(MavlinkLink link, Vehicle vehicle) {
        this.link = link;
        this.vehicle = vehicle;
    }

    /**
     * Moves one actuator.
     *
     * @param index    1 for motor 1
     * @param value    -1 to 1, or NaN to stop
     * @param duration until the vehicle stops it by itself, at most {@link #LONGEST_TEST}
     * @throws IllegalArgumentException when something is out of range; nothing was sent then
     */
    public VehicleOutcome test(int index, double value, Duration duration, Duration ackTimeout) throws IOException, InterruptedException {
        if (index < 1 || index > MOST_FUNCTIONS) {
            throw new IllegalArgumentException("An actuator is 1 to " + MOST_FUNCTIONS + ", not " + index);
        }
        if (value < -1 || value > 1) {
            throw new IllegalArgumentException("The value of an actuator test is -1 to 1 or NaN, not " + value);
        }
        if (duration.isNegative() || duration.compareTo(LONGEST_TEST) > 0) {
            throw new IllegalArgumentException("An actuator test lasts 0 to " + LONGEST_TEST.toSeconds() + " s, not " + duration.toMillis() / 1000.0);
        }
        return execute("actuator test", ackTimeout, ACTUATOR_TEST, value, duration.toMillis() / 1000.0, 0, 0, FIRST_FUNCTION + index);
    }

    /**
     * Formats the card, which erases all logs.
     *
     * @param storage   1 for the first card; 0 for all
     * @param confirmed must be true: whoever asks has to say it in so many words
     * @throws IllegalArgumentException when it is not confirmed; nothing was sent then
     */
    public VehicleOutcome format(int storage, boolean confirmed, Duration ackTimeout) throws InterruptedException {
        if (!confirmed) {
            throw new IllegalArgumentException("Formatting erases all files of the vehicle; 'confirm' must be true");
        }
        try {
            return execute("format storage", ackTimeout, STORAGE, FORMAT, storage);
        } catch (IOException e) {
            // Unlike its other calls, the original reports this as an outcome.
            return VehicleOutcome.fail("FAIL_NOT_CONNECTED", "MAVLink connection not established.", null);
        }
    }

    private VehicleOutcome execute(String what, Duration ackTimeout, int command, double... params) throws IOException, InterruptedException {
        boolean armed = link.vehicle(vehicle.systemId(), vehicle.componentId()).orElse(vehicle).armed();
        if (armed) {
            return VehicleOutcome.armed(what);
        }
        CommandRequest request = CommandRequest.of(vehicle.systemId(), vehicle.componentId(), command, params);
        try {
            CommandResult result = CommandSender.of(link).execute(request.withPatience(ackTimeout, 0, request.progressTimeout()));
            return VehicleOutcome.acknowledged(what, result.result());
        } catch (TimeoutException e) {
            return VehicleOutcome.fail("FAIL_NO_ACK", "No ACK received for the " + what + " command; its outcome is unknown.", null);
        }
    }
}
