package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.command.IsoTime;

/** What the routes of a search for flights, and of the records it leaves, ask of the domain. The bean {@code flightLog}. */
public class FlightLog {

    private static final ObjectMapper JSON = new ObjectMapper();

    private String machine = "";
    private String organization = "";
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

    /** The directory of logs on the card when a request names none. */
    public void setRoot(String root) {
        this.root = root;
    }

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
                FlightRecords.readAll(localRows.equals(cloudRows) ? List.of() : localRows), leaves).match(found, logs);
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
}
