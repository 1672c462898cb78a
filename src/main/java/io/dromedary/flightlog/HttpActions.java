package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads the HTTP requests that act on the autopilot or run a command, and words their answers. The bean {@code httpActions}. */
public class HttpActions {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PETAL = "petal-flight-log/";
    private static final Pattern HANDLER = Pattern.compile(".*/test_([a-z_]+)_handler");
    /** Names that the original's handlers have besides those of the commands. */
    private static final Map<String, String> OTHER_NAMES = Map.of("subscribe_job_stream", "subscribe_sync_job_value_stream", "unsubscribe_job_stream",
            "unsubscribe_sync_job_value_stream", "cancel_sync_flight_record", "cancel_sync_job", "start_sync_job", "start_sync_flight_record");
    /** Commands whose handlers return what they answer; the others return nothing. */
    private static final Set<String> RETURNING = Set.of(PETAL + "fetch_flight_records", PETAL + "fetch_existing_flight_records",
            PETAL + "bulk_delete_flight_records", PETAL + "clear_all_ulogs");
    private static final Set<String> ENVELOPE = Set.of("messageId", "phase", "timestamp", "deviceId");
    private static final double MAX_SECONDS = 60;
    private static final double MICROS = 1e6;

    // ---- handlers of commands

    /** The command that a path such as {@code …/test_fetch_flight_records_handler} runs. @throws NoSuchElementException for any other path */
    public String command(String path) {
        Matcher handler = HANDLER.matcher(path);
        if (!handler.matches()) {
            throw new NoSuchElementException("Not Found");
        }
        return PETAL + OTHER_NAMES.getOrDefault(handler.group(1), handler.group(1));
    }

    /** The JSON object of a request; an empty body is an empty object. @throws IllegalArgumentException for anything else */
    public static Map<String, Object> object(String body) {
        try {
            Object value = body == null || body.isBlank() ? Map.of() : JSON.readValue(body, Object.class);
            if (value instanceof Map<?, ?> map) {
                return FlightRecords.copy(map);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body is no JSON object: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        throw new IllegalArgumentException("The body is no JSON object");
    }

    /** What a command's route works on: what is left out is empty, null is what the sender wrote. */
    public Object payload(Map<?, ?> message) {
        return message.containsKey("payload") ? message.get("payload") : new LinkedHashMap<>();
    }

    /** Whether the sender of a command wants a response on the bus too. */
    public boolean wantsResponse(Map<?, ?> message) {
        return Boolean.TRUE.equals(message.get("waitResponse"));
    }

    /** A message's id, or the word for none. */
    public Object messageId(Map<?, ?> message) {
        return message.get("messageId") == null ? "unknown" : message.get("messageId");
    }

    /** The fields that a response on the bus carries besides those of its envelope. */
    public Map<String, Object> fields(byte[] response) throws IOException {
        Map<String, Object> fields = object(new String(response, StandardCharsets.UTF_8));
        fields.keySet().removeAll(ENVELOPE);
        return fields;
    }

    /** Whether a handler returns what its command answers. */
    public boolean returnsAnswer(String command) {
        return RETURNING.contains(command);
    }

    /** Whether a handler returns the sync that has begun: only when nobody is told of it on the bus. */
    public boolean returnsSync(String command, Map<?, ?> message, Map<?, ?> answer) {
        return command.equals(PETAL + "start_sync_flight_record") && !wantsResponse(message) && answer.get("sync_job_id") != null;
    }

    /** The Leaf FC record of a request, which may be the record itself, as the Redis command that stores it. */
    public Map<String, Object> leafCommand(Map<?, ?> request, Object messageId) {
        return map("message_id", messageId, "command", "leaf-fc-record.write", "payload",
                request.containsKey("leaf_fc_record") ? request : map("leaf_fc_record", request));
    }

    /** What became of a Leaf FC record; {@code failure} is empty when it was stored. */
    public Map<String, Object> leafSaved(String failure) {
        boolean invalid = failure.startsWith("Invalid request parameters");
        return map("success", failure.isEmpty(), "message", failure.isEmpty() ? "LeafFC record saved successfully" : failure, "error_code",
                failure.isEmpty() ? null : invalid ? "INVALID_PARAMETERS" : "PROCESSING_ERROR");
    }

    // ---- the autopilot's clock

    /** Seconds of a query as milliseconds. @throws IllegalArgumentException unless 0 to 60 s */
    public long millis(Object seconds, double fallback) {
        try {
            double value = seconds == null ? fallback : Double.parseDouble(seconds.toString());
            if (value > 0 && value <= MAX_SECONDS) {
                return Math.round(value * 1000);
            }
        } catch (NumberFormatException e) {
            // as out of range
        }
        throw new IllegalArgumentException("timeout is a number of seconds, more than 0 and at most " + Math.round(MAX_SECONDS) + ", not " + seconds);
    }

    /** What is asked of the vehicle for its time. */
    public Map<String, Object> timeRequest(long millis) {
        return map("message", "SYSTEM_TIME", "ackTimeout", millis, "messageTimeout", millis, "resends", 0, "vehicleWait", millis);
    }

    /** The autopilot's clock, of SYSTEM_TIME. */
    public Map<String, Object> time(Map<?, ?> systemTime) {
        long micros = number(systemTime.get("time_unix_usec"));
        return map("success", true, "time_unix_usec", micros, "time_boot_ms", number(systemTime.get("time_boot_ms")), "px4_time_unix_s", micros / MICROS,
                "px4_time_utc", micros == 0 ? null : Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000).toString());
    }

    /** How far the autopilot's clock is from this computer's: positive when it is ahead. */
    public Map<String, Object> offset(Map<?, ?> systemTime) {
        Map<String, Object> time = time(systemTime);
        double here = System.currentTimeMillis() / 1000.0;
        double there = (Double) time.get("px4_time_unix_s");
        return map("success", true, "px4_time_unix_s", there, "system_time_unix_s", here, "offset_seconds", there - here);
    }

    static long number(Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** The shell's line that sets the autopilot's clock to this computer's. */
    public String setClock() {
        return "system_time set " + Instant.now().getEpochSecond();
    }

    /** The clock has been set. {@code answer} is the shell's. @throws IllegalStateException when the shell did not do it */
    public Map<String, Object> clockSet(Map<?, ?> answer) {
        if (!"done".equals(new SdCard().judge(answer))) {
            throw new IllegalStateException("The autopilot's shell did not set its clock: " + String.valueOf(answer.get("output")).strip());
        }
        return map("success", true, "message", "PX4 time synchronized", "output", answer.get("output"));
    }

    /** The autopilot's list of logs. */
    public Map<String, Object> entries(Collection<?> entries) {
        return map("success", true, "count", entries.size(), "log_entries", entries);
    }

    // ---- the card

    /** The directory that a request is about. */
    public String remotePath(String body) {
        Object path = object(body).get("remote_path");
        return path == null || path.toString().isBlank() ? "/fs/microsd" : path.toString();
    }

    /** The entries of a directory: name, bytes, and whether it is a directory. */
    public Map<String, Object> listed(Collection<?> listing) {
        List<List<Object>> entries = listing.stream().map(each -> (Map<?, ?>) each).map(entry -> List.<Object>of(String.valueOf(entry.get("name")),
                number(entry.get("size")), Boolean.TRUE.equals(entry.get("directory")))).toList();
        return map("success", true, "message", "Directory listed successfully", "directory_contents", entries);
    }

    /** Error logs have been removed. */
    public Map<String, Object> cleared(String path, Removals tally) {
        boolean all = tally.getFailed() == 0;
        Map<String, Object> answer = map("success", all, "message", all ? "Error logs cleared successfully from vehicle"
                : "Cleared " + tally.getDeleted() + " of " + tally.getTotal() + " error log files (" + tally.getFailed() + " failed)", "remote_path", path);
        if (!all) {
            answer.put("error", tally.verdict().get("failed_ids").toString());
        }
        return answer;
    }

    /** What could not be done on the card, which is no error of HTTP. */
    public Map<String, Object> cardFailure(String message, String reason) {
        return map("success", false, "error", reason, "message", message);
    }
}
