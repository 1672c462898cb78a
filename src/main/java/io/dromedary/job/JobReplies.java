package io.dromedary.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words what HTTP requests about jobs are answered, as petal-flight-log does. The bean {@code jobReplies}.
 */
public class JobReplies {

    private static final String SUCCESS = "success";
    private static final String MESSAGE = "message";
    private static final String JOB_ID = "job_id";
    private static final String STATUS = "status";
    private static final long MICROS = 1_000_000;
    private static final Pattern STATUS_TEXT = Pattern.compile("([45]\\d\\d): (.*)", Pattern.DOTALL);
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int INTERNAL_ERROR = 500;
    private static final int GATEWAY_TIMEOUT = 504;

    /** {@code GET /jobs}: a line for each state. */
    public Map<String, Object> lines(List<Map<String, Object>> states) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Map<String, Object> state : states) {
            Map<String, Object> line = new LinkedHashMap<>();
            List.of(JOB_ID, "job_type", STATUS).forEach(field -> line.put(field, state.get(field)));
            line.put("progress_percentage", progress(state).get("percentage"));
            line.put("created_at", time(state.get("created_at")));
            line.put("updated_at", time(state.get("updated_at")));
            line.put("metadata", state.get("metadata"));
            lines.add(line);
        }
        Map<String, Object> reply = succeeded();
        reply.put("count", lines.size());
        reply.put("jobs", lines);
        return reply;
    }

    /** {@code GET /jobs/statistics}. */
    public Map<String, Object> succeeded(Map<String, Object> fields) {
        Map<String, Object> reply = succeeded();
        reply.putAll(fields);
        return reply;
    }

    /** {@code GET /jobs/{id}/status}. */
    public Map<String, Object> status(Map<String, Object> state) {
        Map<String, Object> reply = succeeded();
        List.of(JOB_ID, "job_type", STATUS, "progress").forEach(field -> reply.put(field, state.get(field)));
        reply.put("created_at", time(state.get("created_at")));
        reply.put("updated_at", time(state.get("updated_at")));
        reply.put("error_message", state.get("error_message"));
        reply.put("metadata", state.get("metadata"));
        return reply;
    }

    /** {@code POST /jobs/{id}/cancel}. */
    public Map<String, Object> cancelledOne(Map<String, Object> outcome, String id) {
        boolean cancelled = ((List<?>) outcome.get("cancelled_jobs")).contains(id);
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put(SUCCESS, cancelled);
        reply.put(JOB_ID, id);
        reply.put(MESSAGE, cancelled ? "Job cancelled successfully" : "Job had ended");
        return reply;
    }

    /** {@code POST /jobs/cleanup}. */
    public Map<String, Object> cleaned(Map<String, Object> outcome) {
        int cleaned = ((List<?>) outcome.get("cleaned_jobs")).size();
        Map<String, Object> reply = succeeded();
        reply.put("cleaned_jobs", cleaned);
        reply.put(MESSAGE, "Cleaned up " + cleaned + " jobs");
        return reply;
    }

    /**
     * {@code GET /check-sync/{id}}, and its broadcast.
     *
     * @param states all that there are
     * @return null when there is no sync job of the record
     */
    public Map<String, Object> checkedSync(List<Map<String, Object>> states, String recordId) {
        return states.stream().filter(it -> "FlightRecordSyncJob".equals(it.get("job_type")) && recordId.equals(metadata(it).get("flight_record_id")))
                .reduce((older, newer) -> newer).map(state -> checkedSync(state, states, recordId)).orElse(null);
    }

    private static Map<String, Object> checkedSync(Map<String, Object> state, List<Map<String, Object>> states, String recordId) {
        Map<String, Object> parts = new LinkedHashMap<>();
        for (String name : List.of("ulog_download", "s3_upload_ulog", "s3_upload_rosbag")) {
            Object id = metadata(state).get(name + "_job_id");
            states.stream().filter(part -> part.get(JOB_ID).equals(id)).findFirst().ifPresent(part -> parts.put(name, part(name, part)));
        }
        Map<String, Object> reply = succeeded();
        reply.put("flight_record_id", recordId);
        reply.put(JOB_ID, state.get(JOB_ID));
        reply.put(STATUS, state.get(STATUS));
        reply.put("progress", progress(state).get("percentage"));
        reply.put(MESSAGE, progress(state).get(MESSAGE));
        reply.put("sub_jobs", parts);
        reply.put("created_at", time(state.get("created_at")));
        reply.put("updated_at", time(state.get("updated_at")));
        reply.put("error_message", state.get("error_message"));
        return reply;
    }

    /**
     * The HTTP status of a failure: 400 for a bad request, 404 for what is not there, 504 for a vehicle that does not answer, 500 for anything
     * else. A text that begins with a status, as {@code 404: Flight record 5 not found}, has that.
     */
    public int code(Throwable failure) {
        Throwable reason = reason(failure);
        Matcher text = STATUS_TEXT.matcher(String.valueOf(reason.getMessage()));
        if (text.matches()) {
            return Integer.parseInt(text.group(1));
        }
        return reason instanceof IllegalArgumentException ? BAD_REQUEST : reason instanceof NoSuchElementException ? NOT_FOUND
                : reason instanceof TimeoutException ? GATEWAY_TIMEOUT : INTERNAL_ERROR;
    }

    /** What a client of HTTP is told when something is wrong. */
    public Map<String, Object> refusal(Throwable failure) {
        String text = reason(failure).getMessage();
        Matcher status = STATUS_TEXT.matcher(String.valueOf(text));
        return new LinkedHashMap<>(Map.of("detail", text == null || text.isEmpty() ? "Internal error" : status.matches() ? status.group(2) : text));
    }

    /** Camel wraps what an expression's bean throws, and quotes its text at the end of its own. */
    private static Throwable reason(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null && reason.getCause().getMessage() != null && String.valueOf(reason.getMessage()).endsWith(reason.getCause().getMessage())) {
            reason = reason.getCause();
        }
        return reason;
    }

    /** A message to everybody on the bus. */
    public Map<String, Object> broadcast(String command, Map<String, Object> payload) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("waitResponse", false);
        message.put("waitAck", false);
        message.put("messageId", UUID.randomUUID().toString());
        message.put("command", command);
        message.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
        message.put("payload", payload);
        return message;
    }

    private static Map<String, Object> part(String name, Map<String, Object> state) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(JOB_ID, state.get(JOB_ID));
        line.put(STATUS, state.get(STATUS));
        line.put("progress", progress(state).get("percentage"));
        if (name.equals("ulog_download")) {
            line.put(MESSAGE, progress(state).get(MESSAGE));
        }
        return line;
    }

    private static Map<?, ?> metadata(Map<String, Object> state) {
        return (Map<?, ?>) state.get("metadata");
    }

    /** {@code GET /petals/…/jobs} takes these words. @throws IllegalArgumentException for another one */
    public void requireStatus(String status) {
        if (status != null && !status.isEmpty() && JobStatus.of(status).isEmpty()) {
            throw new IllegalArgumentException("Invalid status: " + status);
        }
    }

    private static Map<String, Object> succeeded() {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put(SUCCESS, true);
        return reply;
    }

    private static Map<?, ?> progress(Map<String, Object> state) {
        return (Map<?, ?>) state.get("progress");
    }

    /** Epoch seconds as ISO-8601 in UTC. */
    private static String time(Object seconds) {
        long micros = Math.round(((Number) seconds).doubleValue() * MICROS);
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000).toString();
    }
}
