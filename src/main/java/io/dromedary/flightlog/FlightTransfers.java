package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The parts of a sync, and what downloads and uploads tell. The bean {@code flightTransfers}. */
public class FlightTransfers {

    private static final String LOCAL = "local";
    private static final String UNANSWERED = "UNANSWERED";

    private String machine = "";
    private String logFolder = ".";

    /** Our machine id. */
    public void setMachine(String machine) {
        this.machine = machine;
    }

    /** Where logs are downloaded to. */
    public void setLogFolder(String folder) {
        this.logFolder = Path.of(folder).toAbsolutePath().toString();
    }

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

    /** What a finished download tells in its metadata: what the log says of itself, too. {@code verification} is how it was checked, see {@code CamelMavftpVerification}. */
    public Map<String, Object> downloadResult(String path, Object verification) throws IOException {
        Map<String, Object> result = map("download_result", path, "actual_file_size", Files.size(Path.of(path)));
        if (UNANSWERED.equals(verification)) {
            result.put("verified", false);
        }
        ULog.facts(Path.of(path)).ifPresent(facts -> result.put("ulog_facts", facts.toMap()));
        return result;
    }

    /** The last text of a finished download; it says so when the vehicle was lost before it told its checksum. */
    public String downloadOutcome(Object verification) {
        return "Download completed" + (UNANSWERED.equals(verification) ? ", but not verified: the vehicle was lost before it told its checksum" : "");
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
}
