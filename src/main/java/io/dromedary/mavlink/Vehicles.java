package io.dromedary.mavlink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells vehicles from other components by their heartbeats, and when they are lost and return. */
final class Vehicles {

    /** More than any network has; keeps made-up ids from filling the memory. */
    private static final int MAX_VEHICLES = 1024;

    private static final int AUTOPILOT_INVALID = 8;
    private static final int TYPE_GCS = 6;

    private final Map<Integer, Vehicle> known = new ConcurrentHashMap<>();
    private final long timeoutNanos;
    private final Consumer<VehicleEvent> events;

    Vehicles(long timeoutNanos, Consumer<VehicleEvent> events) {
        this.timeoutNanos = timeoutNanos;
        this.events = events;
    }

    static int key(int systemId, int componentId) {
        return systemId << 8 | componentId;
    }

    /** Takes a HEARTBEAT: custom_mode u32, type, autopilot, base_mode, system_status, mavlink_version. */
    void heartbeat(MavlinkFrame frame, long now) {
        int type = frame.u8(4);
        int autopilot = frame.u8(5);
        int key = key(frame.systemId(), frame.componentId());
        if (autopilot == AUTOPILOT_INVALID || type == TYPE_GCS || !known.containsKey(key) && known.size() >= MAX_VEHICLES) {
            return;
        }
        Vehicle before = known.get(key);
        Vehicle vehicle = new Vehicle(frame.systemId(), frame.componentId(), type, autopilot, frame.u8(6), frame.u32(0), frame.u8(7), now,
                before == null ? 1 : before.heartbeats() + 1, true);
        known.put(key, vehicle);
        if (before == null) {
            events.accept(new VehicleEvent(VehicleEvent.Kind.DISCOVERED, vehicle, 0));
        } else if (!before.present()) {
            events.accept(new VehicleEvent(VehicleEvent.Kind.RETURNED, vehicle, millis(now - before.lastHeartbeat())));
        }
    }

    /** Finds vehicles that were not heard for too long. */
    void expire(long now) {
        for (Map.Entry<Integer, Vehicle> entry : known.entrySet()) {
            Vehicle vehicle = entry.getValue();
            long silence = now - vehicle.lastHeartbeat();
            if (vehicle.present() && silence > timeoutNanos) {
                Vehicle lost = vehicle.lost();
                // A heartbeat that arrives at this moment wins.
                if (known.replace(entry.getKey(), vehicle, lost)) {
                    events.accept(new VehicleEvent(VehicleEvent.Kind.LOST, lost, millis(silence)));
                }
            }
        }
    }

    void conflict(int systemId, int componentId) {
        Vehicle vehicle = known.get(key(systemId, componentId));
        if (vehicle != null) {
            events.accept(new VehicleEvent(VehicleEvent.Kind.CONFLICT, vehicle, 0));
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    Vehicle find(int systemId, int componentId) {
        return known.get(key(systemId, componentId));
    }

    /** All that were ever heard, ordered by ids. */
    List<Vehicle> all() {
        List<Vehicle> all = new ArrayList<>(known.values());
        all.sort(Comparator.comparingInt(v -> key(v.systemId(), v.componentId())));
        return all;
    }

    /** The first present one that matches; 0 matches any. */
    Vehicle present(int systemId, int componentId) {
        for (Vehicle vehicle : all()) {
            if (vehicle.present() && (systemId == 0 || systemId == vehicle.systemId())
                    && (componentId == 0 || componentId == vehicle.componentId())) {
                return vehicle;
            }
        }
        return null;
    }
}
