package io.dromedary.flightlog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A ROS bag on this computer.
 *
 * @param id       made up for each listing
 * @param path     absolute
 * @param size     bytes
 * @param modified seconds since 1970
 */
public record BagFile(String id, String path, long size, long modified, BagFacts facts) {

    private static final double KIBIBYTE = 1024.0;

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("date", FileTime.date(modified));
        metadata.put("size_bytes", size);
        metadata.put("size_kb", size / KIBIBYTE);
        metadata.put("modified_timestamp_unix_s", modified);
        metadata.put("creation_timestamp_unix_s", (long) facts.start());
        metadata.put("start_time_s", facts.start());
        metadata.put("end_time_s", facts.end());
        metadata.put("time_interval_s", facts.duration());
        return metadata;
    }

    /** The entry of the cache of bags. */
    public Map<String, Object> cacheEntry(Owner owner) {
        Map<String, Object> entry = owner.entry(id);
        entry.put("file_name", name());
        entry.put("file_path", path);
        entry.put("file_type", "bag");
        entry.put("storage_type", "local");
        entry.put("deleted", false);
        entry.put("metadata", metadata());
        return entry;
    }

    /** The part {@code rosbag} of a flight record. */
    Map<String, Object> part() {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("id", id);
        part.put("file_name", name());
        part.put("file_path", path);
        part.put("file_type", "bag");
        part.put("storage_type", "local");
        part.put("size_bytes", size);
        part.put("size_kb", size / KIBIBYTE);
        part.put("modified_timestamp_unix_s", modified);
        part.put("creation_timestamp_unix_s", (long) facts.start());
        part.put("log_duration_seconds", facts.duration());
        part.put("date_str", FileTime.date(modified));
        part.put("s3_key", null);
        part.put("metadata", metadata());
        return part;
    }
}
