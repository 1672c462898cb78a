package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Sending any message, and looking at the link. */
final class MessageOperations {

    private MessageOperations() {
    }

    /**
     * Sends a message made of the body's entries, once, without an answer. Target fields that are not given address the vehicle.
     */
    static Object send(VehicleCall call) throws Exception {
        MessageDefinition definition = call.link().dialect().get(call.text("message"));
        MavlinkMessage message = MavlinkMessage.of(definition);
        if (call.body() instanceof Map<?, ?> fields) {
            fields.forEach((name, value) -> {
                // The message's own name may stand beside its fields.
                if (definition.has(name.toString()) || !name.equals("message")) {
                    message.set(name.toString(), value);
                }
            });
        } else if (call.body() != null) {
            throw new IllegalArgumentException("The body of a message is a map of its fields, not " + call.body().getClass().getSimpleName());
        }
        target(call, message);
        if (!call.link().send(message)) {
            throw new IOException(definition.name() + " was not sent: nobody is connected to " + call.link().settings().addresses());
        }
        return message.toMap();
    }

    private static void target(VehicleCall call, MavlinkMessage message) throws IOException, InterruptedException {
        Map<?, ?> given = call.body() instanceof Map<?, ?> fields ? fields : Map.of();
        if (message.definition().has("target_system") && !given.containsKey("target_system")) {
            message.set("target_system", call.targetSystem());
            if (message.definition().has("target_component") && !given.containsKey("target_component")) {
                message.set("target_component", call.targetComponent());
            }
        }
    }

    /** Waits for the vehicle for {@code timeout}; its ids, type and modes. */
    static Object awaitVehicle(VehicleCall call) throws Exception {
        Duration patience = call.millis("timeout", 3000);
        return call.link().awaitVehicle(call.wantedSystem(), 0, patience).orElseThrow(() -> new TimeoutException("No vehicle was heard on "
                + call.link().settings().addresses() + " within " + patience.toMillis() + " ms")).toMap();
    }

    /** The vehicle's list of logs: maps with id, time_utc (seconds) and size. */
    static Object logList(VehicleCall call) throws Exception {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (VehicleLogList.Entry entry : VehicleLogList.fetch(call.link(), call.targetSystem(), call.targetComponent(), call.millis("timeout", 5000))) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("id", entry.id());
            map.put("time_utc", entry.time());
            map.put("size", entry.size());
            entries.add(map);
        }
        return entries;
    }

    /** The vehicles heard and the counters of the link. */
    static Object status(VehicleCall call) {
        LinkStatistics s = call.link().statistics();
        Map<String, Object> counters = new LinkedHashMap<>();
        counters.put("received", s.received());
        counters.put("lost", s.lost());
        counters.put("checksum_errors", s.checksumErrors());
        counters.put("incompatible", s.incompatible());
        counters.put("skipped_bytes", s.skippedBytes());
        counters.put("unsigned", s.unsigned());
        counters.put("bad_signatures", s.badSignatures());
        counters.put("replays", s.replays());
        counters.put("own_ids", s.ownIds());
        counters.put("sent", s.sent());
        counters.put("send_drops", s.sendDrops());
        counters.put("forwarded", s.forwarded());
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("vehicles", call.link().vehicles().stream().map(Vehicle::toMap).toList());
        status.put("counters", counters);
        return status;
    }
}
