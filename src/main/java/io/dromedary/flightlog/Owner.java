package io.dromedary.flightlog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose files are listed; each field as the caches carry it.
 *
 * @param machine      the machine id
 * @param robotType    what kind of robot it is, or null when the database does not say
 * @param organization the organization id
 */
public record Owner(String machine, String robotType, String organization) {

    /** The head of a cache entry: id and owner. */
    Map<String, Object> entry(String id) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        entry.put("robot_instance_id", machine);
        entry.put("robot_type_id", robotType);
        entry.put("organization_id", organization);
        entry.put("address", machine);
        return entry;
    }
}
