package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.NoSuchElementException;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.RemotePaths;

/** Reads the HTTP requests for single uploads and downloads, and words their answers. The bean {@code httpTransfers}. */
public class HttpTransfers {

    private RemotePaths downloads = new RemotePaths("");
    private RemotePaths uploads = new RemotePaths("");

    /** Where logs are downloaded to, and nowhere else. */
    public void setLogFolder(String folder) {
        downloads = new RemotePaths(folder);
    }

    /** Whose files may be uploaded, divided by commas. */
    public void setUploadFolders(String folders) {
        uploads = new RemotePaths(folders);
    }

    /**
     * The metadata of a download from the autopilot. The file goes into the directory of logs.
     *
     * @throws IllegalArgumentException when the path on the card is missing or the file would be elsewhere
     */
    public Map<String, Object> download(Map<?, ?> request) {
        String card = text(request, "px4_path");
        Object wanted = request.get("file_path");
        String file = inside(downloads, wanted == null || wanted.toString().isEmpty() ? "log_" + card.substring(card.lastIndexOf('/') + 1) : wanted.toString());
        return map("px4_path", card, "file_path", file, "size_bytes", HttpActions.number(request.get("size_bytes")), "protocol", "mavftp", "flight_record_id", null,
                "log_id", request.get("log_id"));
    }

    /** The download of the log that the autopilot lists under a number. {@code logs} come from the listing. @throws NoSuchElementException when there is none */
    public Map<String, Object> downloadOf(Object id, Collection<?> logs, Collection<?> entries) {
        Map<?, ?> entry = entries.stream().map(each -> (Map<?, ?>) each).filter(each -> String.valueOf(each.get("id")).equals(String.valueOf(id))).findFirst()
                .orElseThrow(() -> new NoSuchElementException("Log " + id + " not found"));
        VehicleLog log = logs.stream().map(VehicleLog.class::cast).filter(each -> each.time() == HttpActions.number(entry.get("time_utc")) && each.time() != 0
                && Math.abs(each.size() - HttpActions.number(entry.get("size"))) <= LogCatalog.SIZE_TOLERANCE).findFirst()
                .orElseThrow(() -> new NoSuchElementException("Log " + id + " has no file on the card that it can be told apart by"));
        return download(map("px4_path", log.path(), "file_path", log.groundName(), "size_bytes", log.size(), "log_id", entry.get("id")));
    }

    /** The metadata of an upload. @throws IllegalArgumentException when a field is missing */
    public Map<String, Object> upload(Map<?, ?> request) {
        String file = inside(uploads, text(request, "file_path"));
        return map("file_path", file, "s3_key", text(request, "s3_key"), "file_size", 0, "flight_record_id", null, "file_type",
                file.endsWith(".bag") ? "rosbag" : "ulog");
    }

    /** What the log of a record says of itself. @throws NoSuchElementException when it is not on this computer, or says nothing */
    public Map<String, Object> facts(Map<?, ?> record) {
        Map<String, Object> log = FlightRecords.part(record, "ulog");
        if (log == null || log.get("file_path") == null) {
            throw new NoSuchElementException("The log of flight record " + record.get("id") + " is not on this computer");
        }
        Map<String, Object> answer = map("flight_record_id", record.get("id"), "file_name", log.get("file_name"));
        answer.putAll(ULog.facts(Path.of(inside(downloads, log.get("file_path").toString())))
                .orElseThrow(() -> new NoSuchElementException("The log of flight record " + record.get("id") + " cannot be read as ULog")).toMap());
        return answer;
    }

    private static String inside(RemotePaths folders, String file) {
        try {
            return folders.checked(map("file_path", file)).get("file_path").toString();
        } catch (BadParameter e) {
            throw new IllegalArgumentException(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Map<?, ?> request, String field) {
        if (request.get(field) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new IllegalArgumentException(field + " is required");
    }

    /** Fields of the query and of the body; the body's win. */
    public Map<String, Object> parameters(Map<?, ?> query, String body) {
        Map<String, Object> all = FlightRecords.copy(query);
        all.putAll(HttpActions.object(body));
        return all;
    }

    /** A transfer has begun, or is over. {@code job} is the state of its job. */
    public Map<String, Object> transfer(Map<?, ?> job) {
        Map<?, ?> metadata = (Map<?, ?>) job.get("metadata");
        Map<String, Object> answer = map("success", true, "job_id", job.get("job_id"), "status", job.get("status"), "file_path", metadata.get("file_path"));
        if (metadata.get("s3_key") != null) {
            answer.put("s3_key", metadata.get("s3_key"));
        } else {
            answer.put("px4_path", metadata.get("px4_path"));
        }
        if (metadata.get("upload_result") instanceof Map<?, ?> result) {
            answer.put("result", result);
        }
        if (metadata.get("actual_file_size") != null) {
            answer.put("file_size", metadata.get("actual_file_size"));
        }
        return answer;
    }
}
