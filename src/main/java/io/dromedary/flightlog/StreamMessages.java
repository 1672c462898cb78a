package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What goes out of the progress of jobs: one form for each type. The bean {@code jobStreams}. */
public class StreamMessages {

    private static final String PETAL = "petal-flight-log/";
    private static final String DOWNLOAD = "log_download/progress";
    private static final Map<String, String> STREAMS = Map.of(
            "FetchFlightRecordsJob", "publish_fetch_flight_records_job_value_stream", "BulkDeleteFlightRecordsJob", "publish_bulk_delete_job_value_stream",
            "ClearAllUlogsJob", "publish_clear_all_ulogs_job_value_stream", "FlightRecordSyncJob", "publish_sync_job_value_stream",
            "S3UploadJob", "s3_upload/progress");

    private static final Set<String> OWN_NAME = Set.of("FlightRecordSyncJob", "S3UploadJob");

    private String machine = "";

    /** Our machine id. */
    public void setMachine(String machine) {
        this.machine = machine;
    }

    /** A broadcast of {@code payload} under a command's name, slash included where it has one. */
    static Map<String, Object> broadcast(String command, Map<String, Object> payload) {
        return map("waitResponse", false, "waitAck", false, "messageId", UUID.randomUUID().toString(), "command", command, "timestamp", now(),
                "payload", payload);
    }

    /** Now, as the bus writes it. */
    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    }

    /** The broadcast of one message of {@code job:progress}. */
    public Map<String, Object> message(Map<?, ?> progress) {
        String type = String.valueOf(progress.get("job_type"));
        Object stream = progress.get("published_stream_id");
        @SuppressWarnings("unchecked")
        Map<String, Object> metadata = (Map<String, Object>) progress.get("metadata");
        // Who subscribes by a job's id hears of every other kind under the name of downloads.
        boolean byId = progress.get("job_id").equals(stream) && !OWN_NAME.contains(type);
        Map<String, Object> content = switch (type) {
            case "FlightRecordSyncJob" -> sync(progress, metadata);
            case "ULogDownloadJobMAVFTP", "ULogDownloadJobMAVLink" -> download(progress, metadata);
            case "S3UploadJob" -> upload(progress, metadata);
            case "FetchFlightRecordsJob" -> family(progress, map("total_records", metadata.get("total_records")));
            case "BulkDeleteFlightRecordsJob" -> family(progress, map("total_requested", metadata.get("total_requested"),
                    "total_deleted", count(metadata, "total_deleted"), "total_failed", count(metadata, "total_failed")));
            default -> family(progress, map("base", metadata.get("base"), "total_files", metadata.getOrDefault("total_files", progress.get("total")),
                    "deleted", metadata.getOrDefault("deleted", progress.get("current")), "failed", count(metadata, "failed")));
        };
        return broadcast("/" + PETAL + (byId ? DOWNLOAD : topic(type)), map("published_stream_id", stream, "stream_payload", content));
    }

    private static Object count(Map<?, ?> metadata, String name) {
        return metadata.get(name) == null ? 0 : metadata.get(name);
    }

    private static String topic(String type) {
        return STREAMS.getOrDefault(type, DOWNLOAD);
    }

    private Map<String, Object> family(Map<?, ?> progress, Map<String, Object> more) {
        Map<String, Object> content = map("type", "progress", "job_id", progress.get("job_id"), "machine_id", machine, "status", progress.get("status"),
                "progress", progress.get("progress"), "completed", progress.get("completed"), "message", progress.get("message"));
        content.putAll(more);
        return content;
    }

    private Map<String, Object> sync(Map<?, ?> progress, Map<?, ?> metadata) {
        return map("type", "progress", "sync_job_id", progress.get("job_id"), "flight_record_id", metadata.get("flight_record_id"), "machine_id", machine,
                "progress", progress.get("progress"), "completed", progress.get("completed"), "message", progress.get("message"),
                "sub_jobs", map("ulog_download", metadata.get("ulog_download_job_id"), "ulog_upload", metadata.get("s3_upload_ulog_job_id"),
                        "rosbag_upload", metadata.get("s3_upload_rosbag_job_id")),
                "ulog_download_status", null, "s3_upload_status_ulog", null, "s3_upload_status_rosbag", null);
    }

    private Map<String, Object> download(Map<?, ?> progress, Map<?, ?> metadata) {
        return map("type", "progress", "download_id", progress.get("job_id"), "log_id", metadata.get("log_id"), "px4_path", metadata.get("px4_path"),
                "machine_id", machine, "progress", progress.get("progress"), "completed", progress.get("completed"),
                "rate_kbps", progress.get("rate_kbps"), "message", progress.get("message"));
    }

    private Map<String, Object> upload(Map<?, ?> progress, Map<?, ?> metadata) {
        return map("type", "progress", "upload_job_id", progress.get("job_id"), "s3_key", metadata.get("s3_key"), "machine_id", machine,
                "progress", progress.get("progress"), "completed", progress.get("completed"), "message", progress.get("message"),
                "file_size", metadata.get("file_size"));
    }

    /** The answer to a subscription by a job's id. {@code outcome} is what {@code job:subscribe} says. */
    public Map<String, Object> subscribedToJob(Map<?, ?> outcome, String id, Object type) {
        Map<String, Object> answer = new LinkedHashMap<>();
        boolean streaming = "streaming".equals(outcome.get("outcome"));
        boolean stored = "stored".equals(outcome.get("outcome"));
        answer.put("status", streaming || stored ? "success" : "error");
        answer.put("message", streaming ? "Subscribed to job " + id + " progress updates" : stored ? "Job exists but is not active" : "Job " + id + " not found");
        answer.put("subscribed_stream_id", streaming ? id : null);
        answer.put("data_rate_hz", outcome.get("data_rate_hz"));
        answer.put("mqtt_topic", streaming ? PETAL + (OWN_NAME.contains(String.valueOf(type)) ? topic(String.valueOf(type)) : DOWNLOAD) : null);
        answer.put("job_state", outcome.get("job_state"));
        answer.put("error_code", streaming || stored ? null : "JOB_NOT_FOUND");
        return answer;
    }
}
