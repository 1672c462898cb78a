package io.dromedary.job;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What is known of a job at one moment, in the fields and the order of petal-flight-log's {@code job:<id>}. Times are epoch seconds with
 * a fraction.
 *
 * @param percentage 0 to 100
 * @param current    bytes or items done; 0 when not told
 * @param total      all of them; 0 when not told
 * @param rateKbps   KiB per second, or null
 * @param metadata   the job's input and what it found out; unmodifiable
 */
public record JobState(String jobId, String jobType, JobStatus status, double percentage, long current, long total, String message,
                       Double rateKbps, double createdAt, double updatedAt, Double completedAt, String errorMessage,
                       Map<String, Object> metadata) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static JobState created(String id, String type, Map<String, Object> metadata) {
        double now = now();
        return new JobState(id, type, JobStatus.PENDING, 0, 0, 0, "", null, now, now, null, null, unmodifiable(metadata));
    }

    static double now() {
        java.time.Instant now = java.time.Instant.now();
        return BigDecimal.valueOf(now.getEpochSecond()).add(BigDecimal.valueOf(now.getNano() / 1000, 6)).doubleValue();
    }

    JobState status(JobStatus next, String error) {
        double now = now();
        return new JobState(jobId, jobType, next, percentage, current, total, message, rateKbps, createdAt, now,
                next.ended() ? Double.valueOf(now) : null, error, metadata);
    }

    /** Progress never goes back; what is null stays. */
    JobState progress(Double newPercentage, Long newCurrent, Long newTotal, String newMessage, Double newRate) {
        return new JobState(jobId, jobType, status, newPercentage == null ? percentage : Math.max(percentage, Math.min(100, newPercentage)),
                newCurrent == null ? current : newCurrent, newTotal == null ? total : newTotal, newMessage == null ? message : newMessage,
                newRate == null ? rateKbps : newRate, createdAt, now(), completedAt, errorMessage, metadata);
    }

    JobState metadata(Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(metadata);
        all.putAll(more);
        return new JobState(jobId, jobType, status, percentage, current, total, message, rateKbps, createdAt, now(), completedAt,
                errorMessage, unmodifiable(all));
    }

    private static Map<String, Object> unmodifiable(Map<String, Object> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** The JSON object of the reference. */
    public Map<String, Object> toMap() {
        Map<String, Object> progress = new LinkedHashMap<>();
        progress.put("percentage", percentage);
        progress.put("current", current);
        progress.put("total", total);
        progress.put("message", message);
        progress.put("rate_kbps", rateKbps);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("job_id", jobId);
        map.put("job_type", jobType);
        map.put("status", status.word());
        map.put("progress", progress);
        map.put("created_at", createdAt);
        map.put("updated_at", updatedAt);
        map.put("completed_at", completedAt);
        map.put("error_message", errorMessage);
        map.put("metadata", metadata);
        return map;
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(toMap());
        } catch (JsonProcessingException e) {
            throw new JobException("The metadata of job " + jobId + " cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads the JSON of a state; empty when it has another shape. */
    static Optional<JobState> fromJson(String json) {
        try {
            return json == null ? Optional.empty() : fromMap(JSON.readValue(json, Map.class));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<JobState> fromMap(Map<?, ?> map) {
        Map<?, ?> progress = map.get("progress") instanceof Map<?, ?> found ? found : Map.of();
        Optional<JobStatus> status = JobStatus.of(map.get("status"));
        if (!(map.get("job_id") instanceof String id) || !(map.get("job_type") instanceof String type) || status.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (map.get("metadata") instanceof Map<?, ?> found) {
            found.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        }
        return Optional.of(new JobState(id, type, status.get(), number(progress.get("percentage"), 0.0), number(progress.get("current"), 0.0).longValue(),
                number(progress.get("total"), 0.0).longValue(), progress.get("message") instanceof String text ? text : "",
                number(progress.get("rate_kbps"), null), number(map.get("created_at"), 0.0), number(map.get("updated_at"), 0.0),
                number(map.get("completed_at"), null), map.get("error_message") instanceof String error ? error : null,
                unmodifiable(metadata)));
    }

    private static Double number(Object value, Double fallback) {
        return value instanceof Number number ? Double.valueOf(number.doubleValue()) : fallback;
    }
}
