package io.dromedary.flightlog;

import java.util.LinkedHashMap;
import java.util.Map;

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

    /** As it is told to users: times in seconds. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("start_time_s", start);
        map.put("end_time_s", end);
        map.put("duration_seconds", duration());
        map.put("indexed", indexed);
        return map;
    }
}
