package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of asking for parameters or setting them.
 *
 * @param values   by name, in the order asked for: what was read, or confirmed by the vehicle
 * @param failures reason by name for the others
 * @param requests frames sent for it
 * @param seconds  it took
 * @param cached   whether the values come from an earlier list that the vehicle's hash confirmed
 */
public record ParameterBatch(Map<String, ParameterValue> values, Map<String, String> failures, int requests, double seconds, boolean cached) {

    /** Whether everything asked for was read or confirmed. */
    public boolean complete() {
        return failures.isEmpty();
    }

    /** Requests beyond one for each name. */
    public int retries() {
        return Math.max(0, requests - values.size() - failures.size());
    }

    /** Records by name as of {@link ParameterValue#toMap}: the shape that petals know. */
    public Map<String, Map<String, Object>> toMap() {
        Map<String, Map<String, Object>> map = new LinkedHashMap<>();
        values.forEach((name, value) -> map.put(name, value.toMap()));
        return map;
    }
}
