package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Rows of flight records and objects of the bucket, as the routes hand them to databases and bucket. The bean {@code flightRows}. */
public class FlightRows {

    private static final ObjectWriter SORTED = new ObjectMapper().writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** The records that differ from what both databases hold; only order and kind of number do not count. */
    public List<Map<?, ?>> news(Collection<?> records, Collection<?> cloudRows, Collection<?> localRows) throws JsonProcessingException {
        Set<String> cloud = texts(cloudRows);
        Set<String> local = texts(localRows);
        List<Map<?, ?>> news = new ArrayList<>();
        for (Object record : records) {
            String text = SORTED.writeValueAsString(record);
            if (!cloud.contains(text) || !local.contains(text)) {
                news.add((Map<?, ?>) record);
            }
        }
        return news;
    }

    /** Now, in seconds as the states of jobs have it. */
    public double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    /** The records without those that a sync writes itself, or has written since they were read: what was read of them is old. */
    public List<Map<?, ?>> untouched(List<Map<?, ?>> records, Collection<?> syncJobs, double readAt) {
        Set<Object> touched = new HashSet<>();
        for (Object entry : syncJobs) {
            Map<?, ?> job = (Map<?, ?>) entry;
            boolean over = job.get("completed_at") instanceof Number end && end.doubleValue() < readAt
                    && job.get("updated_at") instanceof Number last && last.doubleValue() < readAt;
            if (!over && job.get("metadata") instanceof Map<?, ?> metadata) {
                touched.add(metadata.get("flight_record_id"));
            }
        }
        return records.stream().filter(record -> !touched.contains(record.get("id"))).toList();
    }

    private static Set<String> texts(Collection<?> rows) throws JsonProcessingException {
        Set<String> texts = new HashSet<>();
        for (Object row : rows) {
            texts.add(SORTED.writeValueAsString(row));
        }
        return texts;
    }

    /** A copy of a record whose sync has been asked for. */
    public Map<String, Object> awaiting(Map<?, ?> record, String syncJob) {
        return FlightRecords.with(FlightRecords.with(record, "sync_job_id", syncJob), "sync_job_status", "pending");
    }

    /** A copy of a record whose log or bag is in the bucket now. */
    public Map<String, Object> uploaded(Map<?, ?> record, String part) {
        return FlightRecords.with(record, part, "s3_key", StorageKeys.key(record, part));
    }

    /** A copy of a record with another value in one field. */
    public Map<String, Object> with(Map<?, ?> record, String field, Object value) {
        return FlightRecords.with(record, field, value);
    }

    /** A copy of a record whose log is on this computer now. {@code download} is the metadata of its job. */
    public Map<String, Object> downloaded(Map<?, ?> record, Map<?, ?> download) {
        Map<String, Object> log = FlightRecords.part(record, "ulog");
        log.put("file_path", download.get("file_path"));
        log.put("storage_type", "local");
        if (log.get("log_duration_seconds") == null && download.get("ulog_facts") instanceof Map<?, ?> facts) {
            log.put("log_duration_seconds", facts.get("duration_seconds"));
        }
        return FlightRecords.with(record, "ulog", log);
    }

    /** What a database method wants to read one row of the records. */
    public Map<String, Object> key(String table, String id) {
        return map("table_name", table, "partition_key", "id", "partition_value", id);
    }

    /** What a database method wants to store one row. */
    public Map<String, Object> row(String table, Map<?, ?> data) {
        return map("table_name", table, "filter_key", "id", "filter_value", data.get("id"), "data", data);
    }

    /** What a database method wants to delete one row. */
    public Map<String, Object> rowKey(String table, String id) {
        return map("table_name", table, "filter_key", "id", "filter_value", id);
    }

    /** What a database method wants to read all rows. */
    public Map<String, Object> scan(String table) {
        return map("table_name", table);
    }

    /** Whether a database has answered that there is no such row, or none that is ours to see. */
    public boolean isAbsent(Map<?, ?> answer) {
        return answer.get("error") != null || !(answer.get("data") instanceof Map<?, ?> row) || row.isEmpty();
    }

    /** What the bucket wants to tell about an object. */
    public Map<String, Object> objectKey(String key) {
        return map("s3_key", key);
    }

    /** What the bucket wants to move an object to where deleted ones are kept. */
    public Map<String, Object> deletion(String key) {
        return map("source_key", key, "dest_key", StorageKeys.deleted(key));
    }

    /** A map of pairs that keeps their order and nulls. */
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }
}
