package io.dromedary.mavlink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The parameter messages of one vehicle: how they are built and read.
 *
 * @param link      carries them
 * @param vehicle   whom they go to and come from
 * @param component the target component in what we send; 0 reaches every component of the vehicle
 * @param encoding  how integers travel
 * @param types     types by name as far as the vehicle told them
 */
record ParameterWire(MavlinkLink link, Vehicle vehicle, int component, ParameterEncoding encoding, Map<String, ParameterType> types) {

    static final int HEARTBEAT = 0;
    static final int PARAM_REQUEST_READ = 20;
    static final int PARAM_VALUE = 22;
    static final int STATUSTEXT = 253;
    static final int PARAM_ERROR = 345;

    private static final int MAX_TYPES = 4096;
    private static final String[] ERRORS = {"no error", "does not exist", "the value is out of range", "permission denied",
        "there is no such component", "it is read-only", "the type is not supported", "the type does not match", "reading failed"};

    ParameterWire(MavlinkLink link, Vehicle vehicle, int component, ParameterEncoding encoding) {
        this(link, vehicle, component, encoding, new ConcurrentHashMap<>());
    }

    /** Frames of the vehicle that say something about parameters, or that it lives. */
    boolean concerns(MavlinkFrame frame) {
        int id = frame.messageId();
        return frame.systemId() == vehicle.systemId() && frame.componentId() == vehicle.componentId()
                && (id == PARAM_VALUE || id == PARAM_ERROR || id == STATUSTEXT || id == HEARTBEAT) && frame.definition() != null;
    }

    /** Asks for a parameter by name, or by index when that is not negative. */
    MavlinkMessage read(String name, int index) {
        return addressed("PARAM_REQUEST_READ").set("param_index", index).set("param_id", index >= 0 ? "" : name);
    }

    MavlinkMessage list() {
        return addressed("PARAM_REQUEST_LIST");
    }

    MavlinkMessage set(String name, ParameterType type, int bits) {
        return addressed("PARAM_SET").set("param_id", name).set("param_type", type.code()).setBits("param_value", bits & 0xFFFFFFFFL);
    }

    private MavlinkMessage addressed(String message) {
        return link.dialect().message(message).set("target_system", vehicle.systemId()).set("target_component", component);
    }

    /** Reads a PARAM_VALUE and remembers the parameter's type. */
    ParameterValue value(MavlinkMessage message) {
        ParameterValue value = ParameterValue.of(message, encoding);
        ParameterType type = ParameterType.ofCode(value.type());
        if (type != null && (types.size() < MAX_TYPES || types.containsKey(value.name()))) {
            types.put(value.name(), type);
        }
        return value;
    }

    /** What a PARAM_ERROR says. */
    static String reason(MavlinkMessage error) {
        int code = error.getInt("error");
        return "refused by the vehicle: " + (code < ERRORS.length ? ERRORS[code] : "error " + code);
    }
}
