package io.dromedary.flightlog;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.dromedary.command.IsoTime;

/** What the routes of the flight log ask of its domain. The bean {@code flightLog}. */
public class FlightLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter SORTED = new ObjectMapper().writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final String LOCAL = "local";

    private String machine = "";
    private String organization = "";
    private String logFolder = ".";
    private String root = "fs/microsd/log";
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

    /** The directory of logs on the card when a request names none. */
    public void setRoot(String root) {
        this.root = root;
    }

    // ---- fetch

    /** The metadata of a fetch job. */
    public Map<String, Object> fetchPlan(Map<?, ?> payload, Object messageId) {
        Map<String, Object> plan = FlightRecords.copy(payload);
        plan.put("robot_instance_id", machine);
        plan.put("requested_by", messageId);
        return plan;
    }

    /** The directory to search. */
    public String base(Map<?, ?> request) {
        return request.get("base") == null ? root : request.get("base").toString();
    }

    /** Whether work goes on after a failure: not when the failure is that somebody wants it to end. */
    public boolean goesOn(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof InterruptedIOException || cause instanceof CancellationException) {
                return false;
            }
        }
        return !Thread.currentThread().isInterrupted();
    }

    /** Adds what became of one thing to a tally; {@code reason} is null or empty when all went well. */
    public void count(Removals tally, String id, Object reason) {
        tally.add(id, reason);
    }

    /** What a fetch job tells at its end. */
    public Map<String, Object> totalRecords(Collection<?> records) {
        return map("total_records", records.size());
    }

    /** An empty list. */
    public List<Object> nothing() {
        return List.of();
    }

    /** All bags on this computer. */
    public List<BagFile> bags() throws IOException {
        return bags.scan();
    }

    /** Logs with times, of a listing and the autopilot's log list. */
    public List<VehicleLog> logs(Collection<?> files, Collection<?> entries) {
        return LogCatalog.join(files, entries);
    }

    /** What Redis is to keep of bags or logs. {@code robot} is the row of this machine in the table of robots, or null. */
    public Map<String, Object> cache(String key, Collection<?> files, Object robot) throws JsonProcessingException {
        Owner owner = new Owner(machine, robot instanceof Map<?, ?> row && row.get("robot_type_id") != null ? row.get("robot_type_id").toString() : null,
                organization);
        return entry(key, cached(files, owner));
    }

    private static List<Map<String, Object>> cached(Collection<?> files, Owner owner) {
        return files.stream().map(file -> file instanceof BagFile bag ? bag.cacheEntry(owner) : ((VehicleLog) file).cacheEntry(owner)).toList();
    }

    /** What Redis is to keep under a key, as JSON. */
    public Map<String, Object> entry(String key, Object value) throws JsonProcessingException {
        return map("key", key, "value", JSON.writeValueAsString(value));
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

    /** What both databases hold alike: a text for each row, in which only order and kind of number do not count. */
    public Set<String> stored(Collection<?> cloudRows, Collection<?> localRows) throws JsonProcessingException {
        Set<String> here = new HashSet<>();
        for (Object row : localRows) {
            here.add(SORTED.writeValueAsString(row));
        }
        Set<String> both = new HashSet<>();
        for (Object row : cloudRows) {
            String text = SORTED.writeValueAsString(row);
            if (here.contains(text)) {
                both.add(text);
            }
        }
        return both;
    }

    /** Whether a record differs from what both databases hold. */
    public boolean isNews(Set<?> stored, Map<?, ?> record) throws JsonProcessingException {
        return !stored.contains(SORTED.writeValueAsString(record));
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

    /** The Leaf FC record of a command of the Redis channel. @throws InvalidRecordException when it is none */
    public Map<String, Object> leafRecord(Map<?, ?> command) throws InvalidRecordException {
        Map<?, ?> payload = (Map<?, ?>) command.get("payload");
        try {
            return FlightRecords.readLeaf(payload.get("leaf_fc_record"));
        } catch (InvalidRecordException e) {
            throw new InvalidRecordException("Invalid request parameters: " + e.getMessage());
        }
    }

    /** A command of the Redis channel that is for us; null for anything else. */
    public Map<?, ?> redisCommand(String text) {
        Map<?, ?> command = parse(text);
        return command.get("message_id") instanceof String && "leaf-fc-record.write".equals(command.get("command")) && (command.get("payload") == null || command.get("payload") instanceof Map)
                        ? command : null;
    }

    /** The JSON of a text; an empty map for what is no JSON object. */
    public Map<?, ?> parse(String text) {
        try {
            return text != null && JSON.readValue(text, Object.class) instanceof Map<?, ?> map ? map : Map.of();
        } catch (JsonProcessingException e) {
            return Map.of();
        }
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

    /** What the bucket wants to store a file. */
    public Map<String, Object> uploadCall(Map<?, ?> upload) {
        return map("file_path", upload.get("file_path"), "custom_s3_key", upload.get("s3_key"));
    }

    /** What an upload tells of the size of its file. */
    public Map<String, Object> fileSize(long size) {
        return map("file_size", size);
    }

    /** What a finished upload tells in its metadata. */
    public Map<String, Object> uploadResult(Map<?, ?> answer) {
        return map("upload_result", map("success", true, "s3_key", answer.get("s3_key"), "file_url", answer.get("file_url"), "file_size",
                answer.get("file_size"), "content_type", answer.get("content_type")));
    }

    /** Refuses when there is no bucket. */
    public void requireBucket(String bucket) {
        if (bucket == null || bucket.isEmpty()) {
            throw new IllegalStateException("S3 bucket proxy not available");
        }
    }

    /** Why a download failed, in the words of the reference when the log cannot be opened. */
    public String downloadFailure(Exception failure, String path) {
        return failure.getMessage() != null && failure.getMessage().startsWith("open ")
                ? "Failed to open ULog file on Pixhawk: " + path + ". File may not exist or SD card is not accessible." : failure.getMessage();
    }

    /** The size of a file, in the words of the reference when there is none. */
    public long size(String path) throws IOException {
        try {
            return Files.size(Path.of(path));
        } catch (NoSuchFileException e) {
            throw new IOException("[Errno 2] No such file or directory: '" + path + "'", e);
        }
    }

    /** Percent done of a transfer ({@code done}, {@code total}), with one decimal. */
    public String percent(Map<?, ?> transfer) {
        long total = ((Number) transfer.get("total")).longValue();
        long done = ((Number) transfer.get("done")).longValue();
        return String.format(Locale.ROOT, "%.1f", total <= 0 ? 100.0 : Math.min(100, 100.0 * done / total));
    }

    /** Removes what an ended download has left, unless the next one can go on with it. */
    public void clearPartial(Map<?, ?> state) throws IOException {
        Map<?, ?> metadata = (Map<?, ?>) state.get("metadata");
        Path part = Path.of(metadata.get("file_path") + ".part");
        if ("cancelled".equals(state.get("status")) || Files.exists(part) && Files.size(part) == 0) {
            Files.deleteIfExists(part);
            Files.deleteIfExists(Path.of(metadata.get("file_path") + ".part.missing"));
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

    /** The metadata of a bulk job. */
    public Map<String, Object> bulkPlan(Map<?, ?> payload, Object messageId) {
        Collection<?> ids = (Collection<?>) payload.get("flight_record_ids");
        return map("flight_record_ids", ids, "total_requested", ids.size(), "requested_by", messageId);
    }

    /** The metadata of a clear-all job. */
    public Map<String, Object> clearPlan(Map<?, ?> payload, Object messageId) {
        return map("base", payload.get("base"), "requested_by", messageId);
    }

    /** Why a record of a bulk job stays. */
    public String bulkReason(Exception failure, String id) {
        String text = String.valueOf(failure.getMessage());
        if (text.equals("Flight record " + id + " not found")) {
            return "Record not found";
        }
        return text.replace("Failed to retrieve flight record " + id + ": ", "Failed to retrieve: ");
    }

    /** Why a cloud row stays. */
    public String cloudDeleteFailure(String id, Map<?, ?> answer, Object bulk) {
        return (bulk == null ? "Failed to delete flight record " + id + ": " : "Cloud DB delete failed: ") + answer.get("error");
    }

    /** Ends the interruption that a cancelled job's thread still carries, so that its cleaning up is not cut short. */
    public void calm() {
        Thread.interrupted();
    }
}
