package io.dromedary.mavlink;

/**
 * Something that happened to the connection with a vehicle.
 *
 * @param kind    what happened
 * @param vehicle as it was known at that time
 * @param silence milliseconds without a heartbeat before the event; 0 for {@link Kind#DISCOVERED}
 */
public record VehicleEvent(Kind kind, Vehicle vehicle, long silence) {

    /** What happened. */
    public enum Kind {
        /** The first heartbeat of a vehicle. */
        DISCOVERED,
        /** No heartbeat for the vehicle timeout. */
        LOST,
        /** A heartbeat after it was lost. */
        RETURNED,
        /** Two vehicles use the same ids on different paths; what we address goes to the one heard first. */
        CONFLICT
    }
}
