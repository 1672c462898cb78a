package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What senders of commands and everybody else are told. The bean {@code answers}. */
public class Answers {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer without a result: an error when it has a code. {@code field}, if it is not empty, is null in it. */
    public Map<String, Object> answer(String message, Object code, String field) {
        Map<String, Object> answer = map("status", code == null ? "success" : "error", "message", message, "error_code", code);
        if (!field.isEmpty()) {
            answer.put(field, null);
        }
        return answer;
    }

    private static Map<String, Object> found(Collection<?> records) {
        return map("flight_records", records, "total_matches", records.size());
    }

    /** Tells everybody which flight records there are. */
    public Map<String, Object> foundBroadcast(Collection<?> records) {
        return StreamMessages.broadcast("petal-flight-log/fetch_flight_records",
                map("status", "success", "data", found(records), "message", null, "error_code", null));
    }

    /** Tells the sender which flight records there are. */
    public Map<String, Object> foundAnswer(Collection<?> records) {
        return map("status", "success", "data", found(records), "message", "Flight records fetched successfully", "error_code", null);
    }

    /** Tells everybody how the cancellation of a sync went. {@code cancelled} is what {@code job:cancel} says. */
    public Map<String, Object> syncCancelled(String record, Object job, Map<?, ?> cancelled, Object rowFailure) {
        boolean done = !((Collection<?>) cancelled.get("cancelled_jobs")).isEmpty();
        String message = !done ? "Failed to cancel flight record sync" : rowFailure != null ? rowFailure.toString() : "Flight record sync cancelled successfully";
        return StreamMessages.broadcast("petal-flight-log/cancel_sync_job",
                map("status", done && rowFailure == null ? "success" : "error", "flight_record_id", record, "sync_job_id", job, "message", message));
    }

    /** Tells everybody how a deletion went. {@code failure} is empty when it went well. */
    public Map<String, Object> deletedBroadcast(String record, String failure) {
        return StreamMessages.broadcast("petal-flight-log/delete_flight_record", map("status", failure.isEmpty() ? "success" : "error",
                "flight_record_id", record, "message", deleted(record, failure)));
    }

    /** Tells the sender how a deletion went. */
    public Map<String, Object> deletedAnswer(String record, String failure) {
        return map("status", failure.isEmpty() ? "success" : "error", "message", deleted(record, failure), "error_code",
                failure.isEmpty() ? null : "PROCESSING_ERROR");
    }

    private static String deleted(String record, String failure) {
        return failure.isEmpty() ? "Flight record " + record + " deleted successfully" : failure;
    }

    // ---- error logs

    /** Whether a command only looks for error logs. */
    public boolean isDetection(String command) {
        return command.endsWith("/detect_error_logs");
    }

    /** The outcome of a search for error logs. */
    public Map<String, Object> errorLogsFound(String base, List<?> files) {
        return map("status", "success", "message", files.isEmpty() ? none(base) : "Detected " + files.size() + " error log file(s) under " + base,
                "base", base, "total_files", files.size(), "files", files, "error_code", null, "timestamp", now());
    }

    /** The outcome of a clearing of error logs. */
    public Map<String, Object> errorLogsCleared(String base, Removals tally) {
        boolean all = tally.getFailed() == 0;
        String message = !all ? "Cleared " + tally.getDeleted() + " of " + tally.getTotal() + " error log files (" + tally.getFailed() + " failed)"
                : tally.getTotal() == 0 ? none(base) : "Cleared " + tally.getDeleted() + " error log file(s) from " + base;
        return map("status", all ? "success" : "error", "message", message, "base", base, "total_files", tally.getTotal(), "deleted", tally.getDeleted(),
                "failed", tally.getFailed(), "error_code", all ? null : "PARTIAL_FAILURE", "timestamp", now());
    }

    private static String none(String base) {
        return "No error log files found under " + base;
    }

    /** The outcome of either when it could not be carried out. */
    public Map<String, Object> errorLogsFailed(String base, boolean detecting, String reason) {
        Map<String, Object> payload = map("status", "error", "message", (detecting ? "Detect" : "Clear") + " error logs failed: " + reason, "base", base,
                "total_files", 0);
        payload.putAll(detecting ? map("files", List.of()) : map("deleted", 0, "failed", 0));
        payload.put("error_code", "EXECUTION_ERROR");
        payload.put("timestamp", now());
        return payload;
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** The later publication that belongs to a request: under its command's name, with its id. */
    public Map<String, Object> later(Object messageId, String command, Map<String, Object> payload) {
        return map("messageId", messageId, "command", "/" + command, "timestamp", StreamMessages.now(), "payload", payload);
    }

    // ---- HTTP and Redis

    /** Rows of a table under a name. */
    public Map<String, Object> listed(String name, Collection<?> rows) {
        return map(name, rows, "count", rows.size());
    }

    /** The rows of a table are gone. */
    public Map<String, Object> wiped(String message) {
        return map("success", true, "message", message);
    }

    /** The list that a cache entry keeps, under a name. */
    public Map<String, Object> cached(String name, Map<?, ?> entry) throws JsonProcessingException {
        return map(name, JSON.readValue(String.valueOf(entry.get("value")), List.class));
    }

    /** Which jobs of a kind were cancelled. */
    public Map<String, Object> allCancelled(Map<?, ?> cancelled, String kind) {
        Collection<?> ids = (Collection<?>) cancelled.get("cancelled_jobs");
        return map("success", true, "cancelled_jobs", ids, "message", "Cancelled " + ids.size() + " " + kind);
    }

    /** A sync has begun. {@code job} is the state of its job. */
    public Map<String, Object> syncStarted(String record, Map<?, ?> job) {
        Map<?, ?> plan = (Map<?, ?>) job.get("metadata");
        return map("success", true, "job_id", job.get("job_id"), "flight_record_id", record, "status", job.get("status"), "message",
                "Flight record sync started successfully", "sub_jobs", map("ulog_download", plan.get("ulog_download_job_id"),
                        "s3_upload_ulog", plan.get("s3_upload_ulog_job_id"), "s3_upload_rosbag", plan.get("s3_upload_rosbag_job_id")));
    }

    /** What is published in acknowledgement of a command of the Redis channel; {@code own} on the channel of its message. */
    public Map<String, Object> redisAck(Map<?, ?> command, Object failure, boolean own) throws JsonProcessingException {
        boolean done = failure == null || failure.toString().isEmpty();
        Map<String, Object> ack = map("message_id", command.get("message_id"), "command", command.get("command"), "status", done ? "success" : "error",
                "result", done ? "LeafFC record saved successfully" : null, "error", done ? null : failure.toString(), "source", "petal-flight-log");
        return map("channel", "/petal/petal_flight_log/ack" + (own ? "/" + command.get("message_id") : ""), "message", JSON.writeValueAsString(ack));
    }
}
