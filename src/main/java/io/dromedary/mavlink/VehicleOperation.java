package io.dromedary.mavlink;

/** One thing that can be asked of a vehicle. Has no state of its own. */
@FunctionalInterface
interface VehicleOperation {

    /**
     * Does it and waits for the outcome, within the time limits of the call.
     *
     * @return the answer, ready for JSON
     * @throws IllegalArgumentException             when what was asked for makes no sense; the text goes to whoever asked
     * @throws java.io.IOException                  when the vehicle cannot be reached
     * @throws java.util.concurrent.TimeoutException when it did not answer; the outcome is unknown
     */
    Object run(VehicleCall call) throws Exception;
}
