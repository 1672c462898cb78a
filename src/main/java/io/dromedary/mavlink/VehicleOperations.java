package io.dromedary.mavlink;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table of everything that can be asked of a vehicle: one line an operation. */
final class VehicleOperations {

    private static final Map<String, VehicleOperation> TABLE = Map.ofEntries(
            Map.entry("command", CommandOperations::command),
            Map.entry("request-message", CommandOperations::requestMessage),
            Map.entry("set-interval", CommandOperations::setInterval),
            Map.entry("parameter-get", ParameterOperations::get),
            Map.entry("parameter-set", ParameterOperations::set),
            Map.entry("parameter-list", ParameterOperations::list),
            Map.entry("reboot", ControlOperations::reboot),
            Map.entry("actuator-test", ControlOperations::actuatorTest),
            Map.entry("format", ControlOperations::format),
            Map.entry("shell", ControlOperations::shell),
            Map.entry("send", MessageOperations::send),
            Map.entry("await-vehicle", MessageOperations::awaitVehicle),
            Map.entry("log-list", MessageOperations::logList),
            Map.entry("status", MessageOperations::status));

    private VehicleOperations() {
    }

    /** The operation of a name, or null. */
    static VehicleOperation find(String name) {
        return TABLE.get(name);
    }

    static Set<String> names() {
        return new TreeSet<>(TABLE.keySet());
    }
}
