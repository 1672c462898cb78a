package io.dromedary.mavlink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells vehicles from other components by their heartbeats, and says when they are lost and return. */
final class Vehicles {

    private static final Logger LOG = LoggerFactory.getLogger(Vehicles.class);

    /** More than any network has; keeps made-up ids from filling the memory. */
    private static final int MAX_VEHICLES = 1024;

    private static final int AUTOPILOT_INVALID = 8;
    private static final int TYPE_GCS = 6;

    private final Map<Integer, Vehicle> known = new ConcurrentHashMap<>();
    private final List<Consumer<VehicleEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Object heard = new Object();
    private final long timeoutNanos;

    Vehicles(Duration timeout) {
        this.timeoutNanos = timeout.toNanos();
    }

    MavlinkLink.Subscription subscribe(Consumer<VehicleEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void raise(VehicleEvent.Kind kind, Vehicle vehicle, long silenceNanos) {
        VehicleEvent event = new VehicleEvent(kind, vehicle, TimeUnit.NANOSECONDS.toMillis(silenceNanos));
        LOG.info("Vehicle {}/{} {}", vehicle.systemId(), vehicle.componentId(), kind);
        synchronized (heard) {
            heard.notifyAll();
        }
        for (Consumer<VehicleEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on {}", event, e);
            }
        }
    }

    /** Waits until a vehicle is present; 0 stands for any id. */
    Optional<Vehicle> await(int systemId, int componentId, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (heard) {
            while (true) {
                Vehicle vehicle = present(systemId, componentId);
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (vehicle != null || left <= 0) {
                    return Optional.ofNullable(vehicle);
                }
                heard.wait(left);
            }
        }
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
            raise(VehicleEvent.Kind.DISCOVERED, vehicle, 0);
        } else if (!before.present()) {
            raise(VehicleEvent.Kind.RETURNED, vehicle, now - before.lastHeartbeat());
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
                    raise(VehicleEvent.Kind.LOST, lost, silence);
                }
            }
        }
    }

    void conflict(int systemId, int componentId) {
        Vehicle vehicle = known.get(key(systemId, componentId));
        if (vehicle != null) {
            raise(VehicleEvent.Kind.CONFLICT, vehicle, 0);
        }
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

    /** The first present one that matches, or null; 0 matches any. */
    private Vehicle present(int systemId, int componentId) {
        for (Vehicle vehicle : all()) {
            if (vehicle.present() && (systemId == 0 || systemId == vehicle.systemId())
                    && (componentId == 0 || componentId == vehicle.componentId())) {
                return vehicle;
            }
        }
        return null;
    }
}
