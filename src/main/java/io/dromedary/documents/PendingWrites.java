package io.dromedary.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.dromedary.documents.WriteQueue.Write;

/**
 * Shows documents of the cloud as they will be when what waits for them has been delivered, by the rules of the delivery: who was
 * told that a write is kept reads it.
 */
final class PendingWrites {

    private final String machineId;
    private final Map<String, List<Write>> byDocument = new LinkedHashMap<>();

    /** @param writes writes to one table, in their order */
    PendingWrites(List<Write> writes, String machineId) {
        this.machineId = machineId;
        for (Write write : writes) {
            byDocument.computeIfAbsent(name(write.key().field(), write.key().value()), name -> new ArrayList<>()).add(write);
        }
    }

    private static String name(String field, Object value) {
        return field + "=" + value;
    }

    /** The one document that all the writes are for; empty when the cloud has none. */
    Map<String, Object> onto(Map<String, Object> document) {
        Map<String, Object> after = document;
        for (List<Write> writes : byDocument.values()) {
            after = onto(after, writes);
        }
        return after;
    }

    private Map<String, Object> onto(Map<String, Object> document, List<Write> writes) {
        Map<String, Object> after = document;
        for (Write write : writes) {
            if (write.conflict(after, machineId) == null) {
                after = write.onto(after);
            }
        }
        return after;
    }

    /** All documents of the table; those that are to be made come last. */
    List<Map<String, Object>> onto(List<Map<String, Object>> documents) {
        Map<String, List<Write>> left = new LinkedHashMap<>(byDocument);
        Set<String> fields = byDocument.values().stream().map(writes -> writes.get(0).key().field()).collect(Collectors.toSet());
        List<Map<String, Object>> after = new ArrayList<>();
        for (Map<String, Object> document : documents) {
            Map<String, Object> changed = document;
            for (String field : fields) {
                List<Write> writes = left.remove(name(field, document.get(field)));
                changed = writes == null ? changed : onto(changed, writes);
            }
            after.add(changed);
        }
        left.values().forEach(writes -> after.add(onto(Map.of(), writes)));
        return after;
    }
}
