package io.dromedary.flightlog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A log on the autopilot's card.
 *
 * @param id    made up for each listing
 * @param path  on the card
 * @param size  bytes
 * @param time  seconds since 1970 by the autopilot's log list; 0 when unknown
 * @param index its place in the listing, 0 is the newest
 */
public record VehicleLog(String id, String path, long size, long time, int index) {

    private static final double KIBIBYTE = 1024.0;

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The name that ground stations give a downloaded log. */
    String groundName() {
        return "log_" + index + "_" + FileTime.date(time) + ".ulg";
    }

    /** The entry of the cache of logs. */
    public Map<String, Object> cacheEntry(Owner owner) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("index", index);
        metadata.put("date", FileTime.date(time));
        metadata.put("size_bytes", size);
        metadata.put("size_kb", size / KIBIBYTE);
        metadata.put("modified_timestamp_unix_s", time);
        metadata.put("creation_timestamp_unix_s", FileTime.ofCardPath(path).orElse(0));
        metadata.put("qgc_name", groundName());
        Map<String, Object> entry = owner.entry(id);
        entry.put("file_name", name());
        entry.put("file_path", path);
        entry.put("file_type", "ulg");
        entry.put("storage_type", "pixhawk");
        entry.put("deleted", false);
        entry.put("metadata", metadata);
        return entry;
    }

    /** The part {@code ulog} of a flight record. */
    Map<String, Object> part() {
        OptionalLong created = FileTime.ofCardPath(path);
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("id", id);
        part.put("file_name", name());
        part.put("file_path", null);
        part.put("file_type", "ulg");
        part.put("sd_card_path", path);
        part.put("storage_type", "pixhawk");
        part.put("size_bytes", size);
        part.put("size_kb", size / KIBIBYTE);
        part.put("modified_timestamp_unix_s", time);
        part.put("creation_timestamp_unix_s", created.isPresent() ? (Object) created.getAsLong() : null);
        part.put("log_duration_seconds", null);
        part.put("date_str", FileTime.date(time));
        part.put("qgc_index", index);
        part.put("qgc_name", groundName());
        part.put("s3_key", null);
        return part;
    }
}
