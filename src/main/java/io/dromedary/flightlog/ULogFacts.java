package io.dromedary.flightlog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a log of the autopilot says of itself.
 *
 * @param version     of the format
 * @param startMicros begin of the log, in microseconds since the vehicle's boot
 * @param endMicros   the latest time stamp in it; less than the begin when it is not known
 * @param info        what the autopilot wrote down about itself, such as {@code sys_name}, {@code ver_hw}, {@code ver_sw}; texts and numbers
 */
public record ULogFacts(int version, long startMicros, long endMicros, Map<String, Object> info) {

    private static final double MICRO = 1e-6;

    /** Keeps a copy of the map. */
    public ULogFacts {
        info = Collections.unmodifiableMap(new LinkedHashMap<>(info));
    }

    /** Seconds from begin to end, or null when the end is not known. */
    public Double duration() {
        return endMicros < startMicros ? null : (endMicros - startMicros) * MICRO;
    }

    /** The facts as JSON has them. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", version);
        map.put("start_timestamp_us", startMicros);
        map.put("duration_seconds", duration());
        map.put("info", info);
        return map;
    }
}
