package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of an autopilot from its heartbeats. Immutable; a link makes a new one with each heartbeat.
 *
 * @param systemId      its system id
 * @param componentId   its component id, 1 for most autopilots
 * @param type          MAV_TYPE
 * @param autopilot     MAV_AUTOPILOT: 3 ArduPilot, 12 PX4
 * @param baseMode      MAV_MODE_FLAG bits
 * @param customMode    the autopilot's own mode number
 * @param systemStatus  MAV_STATE
 * @param lastHeartbeat {@link System#nanoTime()} of the last heartbeat
 * @param heartbeats    heard so far
 * @param present       false from the moment it counts as lost until its next heartbeat
 */
public record Vehicle(int systemId, int componentId, int type, int autopilot, int baseMode, long customMode, int systemStatus,
                      long lastHeartbeat, long heartbeats, boolean present) {

    /** MAV_AUTOPILOT of ArduPilot. */
    public static final int ARDUPILOT = 3;
    /** MAV_AUTOPILOT of PX4. */
    public static final int PX4 = 12;

    private static final int ARMED = 128;

    /** Whether its motors are armed. */
    public boolean armed() {
        return (baseMode & ARMED) != 0;
    }

    Vehicle lost() {
        return new Vehicle(systemId, componentId, type, autopilot, baseMode, customMode, systemStatus, lastHeartbeat, heartbeats, false);
    }

    /** Ready for JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("system_id", systemId);
        map.put("component_id", componentId);
        map.put("type", type);
        map.put("autopilot", autopilot);
        map.put("armed", armed());
        map.put("base_mode", baseMode);
        map.put("custom_mode", customMode);
        map.put("system_status", systemStatus);
        map.put("heartbeats", heartbeats);
        map.put("present", present);
        return map;
    }
}
