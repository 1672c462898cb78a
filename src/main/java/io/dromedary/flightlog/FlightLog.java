package io.dromedary.flightlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.command.IsoTime;

/** What the routes of the flight log ask of its domain. The bean {@code flightLog}. */
public class FlightLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOCAL = "local";

    private String machine = "";
    private String organization = "";
    private String logFolder = ".";
    private BagFolder bags = new BagFolder(Path.of("."));

    /** Our machine id. */
    public void setMachine(String machine) {
        this.machine = machine;
    }

    public void setOrganization(String organization) {
        this.organization = organization;
    }

    /** Where bags are recorded. */
    public void setBagFolder(String folder) {
        this.bags = new BagFolder(Path.of(folder).toAbsolutePath());
    }

    /** Where logs are downloaded to. */
    public void setLogFolder(String folder) {
        this.logFolder = Path.of(folder).toAbsolutePath().toString();
    }

    // ---- fetch

    /** All bags on this computer. */
    public List<BagFile> bags() throws IOException {
        return bags.scan();
    }

    /** Logs with times, of a listing and the autopilot's log list. */
    public List<VehicleLog> logs(Collection<?> files, Collection<?> entries) {
        return LogCatalog.join(files, entries);
    }

    /** Cache entries of bags or logs. {@code robot} is the row of this machine in the table of robots, or null. */
    public List<Map<String, Object>> cache(Collection<?> files, Object robot) {
        Owner owner = new Owner(machine, robot instanceof Map<?, ?> row && row.get("robot_type_id") != null ? row.get("robot_type_id").toString() : null,
                organization);
        return files.stream().map(file -> file instanceof BagFile bag ? bag.cacheEntry(owner) : ((VehicleLog) file).cacheEntry(owner)).toList();
    }

    /** Flight records of what was found and what is stored. {@code request} is the command's payload. */
    public List<Map<String, Object>> match(Map<?, ?> request, List<BagFile> found, List<VehicleLog> logs, Collection<?> cloudRows,
            Collection<?> localRows, Collection<?> leafRows) {
        long from = moment(request.get("start_time"), 0);
        long to = moment(request.get("end_time"), Instant.now().getEpochSecond());
        List<Map<String, Object>> leaves = leafRows.stream().map(FlightLog::leaf).filter(Objects::nonNull).toList();
        return new RecordMatching(machine, ((Number) request.get("tolerance_seconds")).longValue(), from, to, FlightRecords.readAll(cloudRows),
                FlightRecords.readAll(localRows), leaves).match(found, logs);
    }

    private static Map<String, Object> leaf(Object row) {
        try {
            return FlightRecords.readLeaf(row);
        } catch (InvalidRecordException e) {
            return null;
        }
    }

    private static long moment(Object text, long fallback) {
        return text == null || text.toString().isBlank() ? fallback
                : IsoTime.parse(text.toString()).orElseThrow(() -> new IllegalArgumentException("Invalid isoformat string: '" + text + "'")).getEpochSecond();
    }

    // ---- records

    /** A row as a record. @throws InvalidRecordException when it is none */
    public Map<String, Object> read(Object row) throws InvalidRecordException {
        return FlightRecords.read(row);
    }

    /** Rows as records, those that are none left out, each with the newest sync job of its own if there is one. */
    public List<Map<String, Object>> existing(Collection<?> rows, Collection<?> syncJobs) {
        List<Map<String, Object>> records = FlightRecords.readAll(rows);
        records.forEach(record -> syncJobs.stream().map(job -> (Map<?, ?>) job)
                .filter(job -> job.get("metadata") instanceof Map<?, ?> metadata && record.get("id").equals(metadata.get("flight_record_id")))
                .reduce((older, newer) -> newer).ifPresent(job -> {
                    record.put("sync_job_id", job.get("job_id"));
                    record.put("sync_job_status", job.get("status"));
                }));
        return records;
    }

    /** A Leaf FC record out of a command's payload. @throws InvalidRecordException when it is none */
    public Map<String, Object> leafRecord(Map<?, ?> payload) throws InvalidRecordException {
        return FlightRecords.readLeaf(payload.get("leaf_fc_record"));
    }

    /** A copy of a record with another value in one field. */
    public Map<String, Object> with(Map<?, ?> record, String field, Object value) {
        return FlightRecords.with(record, field, value);
    }

    /** A copy of a record with another value in one field of its log or bag. */
    public Map<String, Object> withPart(Map<?, ?> record, String part, String field, Object value) {
        return FlightRecords.with(record, part, field, value);
    }

    /** A copy of a record whose log is on this computer now. */
    public Map<String, Object> downloaded(Map<?, ?> record, String path) {
        return FlightRecords.with(FlightRecords.with(record, "ulog", "file_path", path), "ulog", "storage_type", LOCAL);
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

    // ---- sync

    /** The metadata of a sync job: which parts there will be, by the ids they get. */
    public Map<String, Object> syncPlan(Map<?, ?> record) {
        Map<?, ?> ulog = (Map<?, ?>) record.get("ulog");
        return map("flight_record_id", record.get("id"), "ulog_download_job_id", ulog != null && !onDisk(ulog) ? id() : null,
                "s3_upload_ulog_job_id", ulog != null ? id() : null, "s3_upload_rosbag_job_id", record.get("rosbag") != null ? id() : null,
                "robot_instance_id", machine);
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static boolean onDisk(Map<?, ?> ulog) {
        if (!LOCAL.equals(ulog.get("storage_type")) || ulog.get("file_path") == null) {
            return false;
        }
        try {
            return Files.size(Path.of(ulog.get("file_path").toString())) == ((Number) ulog.get("size_bytes")).longValue();
        } catch (IOException e) {
            return false;
        }
    }

    /** How many of the sync's 100 percent an upload is: with a download uploads share 10, without one all. */
    public double uploadWeight(Map<?, ?> plan) {
        double all = plan.get("ulog_download_job_id") != null ? 10 : 100;
        return plan.get("s3_upload_ulog_job_id") != null && plan.get("s3_upload_rosbag_job_id") != null ? all / 2 : all;
    }

    /** The metadata of a download. @throws IllegalArgumentException when the log's name would lead out of the directory */
    public Map<String, Object> download(Map<?, ?> record) throws IOException {
        Map<?, ?> ulog = (Map<?, ?>) record.get("ulog");
        Files.createDirectories(Path.of(logFolder));
        return map("px4_path", ulog.get("sd_card_path"), "file_path", StorageKeys.download(logFolder, ulog), "size_bytes", ulog.get("size_bytes"),
                "protocol", "mavftp", "flight_record_id", record.get("id"), "log_id", ulog.get("qgc_index"));
    }

    /** What a finished download tells in its metadata. */
    public Map<String, Object> downloadResult(String path) throws IOException {
        return map("download_result", path, "actual_file_size", Files.size(Path.of(path)));
    }

    /** The metadata of an upload. {@code part} is {@code ulog} or {@code rosbag}. @throws IllegalStateException when the log is nowhere */
    public Map<String, Object> upload(Map<?, ?> record, String part) {
        Map<?, ?> file = (Map<?, ?>) record.get(part);
        if (file.get("file_path") == null) {
            throw new IllegalStateException("ULog file path is not available for S3 upload");
        }
        return map("file_path", file.get("file_path"), "s3_key", StorageKeys.key(record, part), "file_size", 0, "flight_record_id", record.get("id"),
                "file_type", part);
    }

    /** The size of a file, in the words of the reference when there is none. */
    public long size(String path) throws IOException {
        try {
            return Files.size(Path.of(path));
        } catch (NoSuchFileException e) {
            throw new IOException("[Errno 2] No such file or directory: '" + path + "'", e);
        }
    }

    /** Percent done with one decimal. */
    public String percent(Number done, Number total) {
        return String.format(Locale.ROOT, "%.1f", total.longValue() <= 0 ? 100.0 : Math.min(100, 100.0 * done.longValue() / total.longValue()));
    }

    /** Removes what an unfinished download has left. {@code all}: also what the next one could go on with. */
    public void clearPartial(String path, boolean all) throws IOException {
        Path part = Path.of(path + ".part");
        if (all || Files.exists(part) && Files.size(part) == 0) {
            Files.deleteIfExists(part);
            Files.deleteIfExists(Path.of(path + ".part.missing"));
        }
    }

    // ---- delete

    /**
     * Removes the local copy of a log or bag, if it is a local one and there.
     *
     * @param kind the ending that its name must have, so that a wrong row cannot remove anything else
     */
    public void removeLocal(Map<?, ?> file, String kind) throws IOException {
        if (LOCAL.equals(file.get("storage_type")) && file.get("file_path") != null) {
            String path = file.get("file_path").toString();
            if (!path.toLowerCase(Locale.ROOT).endsWith(kind)) {
                throw new IOException("'" + path + "' does not end in " + kind + " and stays");
            }
            Files.deleteIfExists(Path.of(path));
        }
    }

    /** Ends the interruption that a cancelled job's thread still carries, so that its cleaning up is not cut short. */
    public void calm() {
        Thread.interrupted();
    }

    /** JSON text of maps and lists. */
    public String json(Object value) throws JsonProcessingException {
        return JSON.writeValueAsString(value);
    }

    /** Maps and lists of JSON text; null for what is no JSON. */
    public Object parse(String text) {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
