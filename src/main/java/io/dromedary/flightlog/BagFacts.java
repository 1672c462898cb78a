package io.dromedary.flightlog;

/**
 * When a bag was recorded, in seconds since 1970.
 *
 * @param indexed whether the bag has its index; one whose recording was cut off has none
 */
public record BagFacts(double start, double end, boolean indexed) {

    /** Nothing is known. */
    public static final BagFacts UNKNOWN = new BagFacts(0, 0, false);

    /** Seconds. */
    public double duration() {
        return end - start;
    }
}
