package io.dromedary.mavlink;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

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
