package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/** The last complete parameter list of a few vehicles, under the hash that the vehicle told with it. Safe for use by several threads. */
final class ParameterCache {

    private static final int VEHICLES = 16;

    /** A list and its hash. */
    record Entry(int hash, Map<String, ParameterValue> values) {
    }

    private final Map<Integer, Entry> entries = new LinkedHashMap<>(VEHICLES, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Entry> eldest) {
            return size() > VEHICLES;
        }
    };

    synchronized Entry find(Vehicle vehicle) {
        return entries.get(Vehicles.key(vehicle.systemId(), vehicle.componentId()));
    }

    synchronized void keep(Vehicle vehicle, int hash, Map<String, ParameterValue> values) {
        entries.put(Vehicles.key(vehicle.systemId(), vehicle.componentId()), new Entry(hash, values));
    }
}
