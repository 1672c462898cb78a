package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.command.LenientSchema;

/**
 * Reads flight records as they are stored: rows with every field of {@code flight-record.schema.json}, in its order, and no other. A
 * record is a map, so that routes reach its fields by name.
 */
public final class FlightRecords {

    private static final LenientSchema RECORD = LenientSchema.load(FlightRecords.class, "flight-record.schema.json");

    private FlightRecords() {
    }

    /**
     * Completes one row.
     *
     * @throws InvalidRecordException with every field that is wrong
     */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> read(Object row) throws InvalidRecordException {
        LenientSchema.Reading reading = RECORD.read(row);
        if (!reading.findings().isEmpty()) {
            throw new InvalidRecordException(reading.complaint());
        }
        return (Map<String, Object>) reading.value();
    }

    /** The rows that are flight records; others are left out. */
    public static List<Map<String, Object>> readAll(Collection<?> rows) {
        List<Map<String, Object>> records = new ArrayList<>();
        for (Object row : rows) {
            LenientSchema.Reading reading = RECORD.read(row);
            if (reading.findings().isEmpty()) {
                records.add(copy(reading.value()));
            }
        }
        return records;
    }

    /**
     * Completes a Leaf FC record.
     *
     * @throws InvalidRecordException with every field that is wrong
     */
    public static Map<String, Object> readLeaf(Object row) throws InvalidRecordException {
        Map<String, Object> carrier = new LinkedHashMap<>();
        carrier.put("id", "");
        carrier.put("robot_instance_id", "");
        carrier.put("leaf_fc_record", row == null ? List.of() : row);
        LenientSchema.Reading reading = RECORD.read(carrier);
        if (!reading.findings().isEmpty()) {
            throw new InvalidRecordException(reading.complaint());
        }
        return copy(((Map<?, ?>) reading.value()).get("leaf_fc_record"));
    }

    /** The part of a record, such as {@code ulog}; null when it has none. */
    public static Map<String, Object> part(Map<?, ?> record, String name) {
        return record.get(name) instanceof Map<?, ?> part ? copy(part) : null;
    }

    /** A copy with one field of the record changed. */
    public static Map<String, Object> with(Map<?, ?> record, String field, Object value) {
        Map<String, Object> changed = copy(record);
        changed.put(field, value);
        return changed;
    }

    /** A copy with one field of a part changed. */
    public static Map<String, Object> with(Map<?, ?> record, String name, String field, Object value) {
        return with(record, name, with((Map<?, ?>) record.get(name), field, value));
    }

    static Map<String, Object> copy(Object map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) map).forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
