package io.dromedary.mavlink;

/** Takes frames, one at a time. */
@FunctionalInterface
public interface FrameSink {

    /**
     * Takes one frame.
     *
     * @param frame valid during this call only; {@link MavlinkFrame#copy()} keeps it
     */
    void frame(MavlinkFrame frame);
}
