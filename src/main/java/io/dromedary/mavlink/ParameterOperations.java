package io.dromedary.mavlink;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads and sets parameters, one or many; all answers are records by name, as petals know them. */
final class ParameterOperations {

    private static final int MOST_VEHICLES = 64;
    private static final int SOME_MILLIS = 6000;
    private static final int ALL_MILLIS = 60_000;

    private ParameterOperations() {
    }

    /** What is known of the parameters of the vehicles on a link, such as their types. */
    private static final class Known {

        private final Map<String, VehicleParameters> vehicles = new ConcurrentHashMap<>();
    }

    /**
     * Reads those that {@code names} (a list, or a text with commas) or the body (a list or a text) names.
     *
     * @return records by name; a header has the reasons for those that are missing
     */
    static Object get(VehicleCall call) throws Exception {
        return answer(call, parameters(call).get(names(call), options(call, SOME_MILLIS)));
    }

    private static Collection<String> names(VehicleCall call) {
        Object given = call.argument("names");
        if (given == null && !(call.body() instanceof Map)) {
            given = call.body();
        }
        if (given instanceof Collection<?> collection) {
            return collection.stream().map(String::valueOf).toList();
        }
        if (given instanceof String text && !text.isBlank()) {
            return Arrays.stream(text.split(",")).map(String::trim).toList();
        }
        throw new IllegalArgumentException("'names' is missing: a list of parameter names");
    }

    /** Sets those that {@code parameters} has, or a body without it: specifications by name in one of the forms of {@link ParameterSpec}. */
    static Object set(VehicleCall call) throws Exception {
        Object given = call.argument("parameters");
        Object specifications = given == null ? call.body() : given;
        Map<String, Object> byName = new LinkedHashMap<>();
        if (specifications instanceof Map<?, ?> map) {
            map.forEach((name, specification) -> byName.put(String.valueOf(name), specification));
        } else if (specifications instanceof List<?> list) {
            list.forEach(entry -> byName.put(name(entry), specification((Map<?, ?>) entry)));
        } else {
            throw new IllegalArgumentException("'parameters' is missing: values by parameter name");
        }
        return answer(call, parameters(call).set(byName, options(call, SOME_MILLIS)));
    }

    /** The form of the web application: a list of parameter_name, parameter_value and, if wanted, parameter_type. */
    private static String name(Object entry) {
        if (entry instanceof Map<?, ?> map && map.get("parameter_name") != null && map.containsKey("parameter_value")) {
            return map.get("parameter_name").toString();
        }
        throw new IllegalArgumentException("An entry of 'parameters' needs parameter_name and parameter_value");
    }

    private static Object specification(Map<?, ?> entry) {
        Map<String, Object> specification = new LinkedHashMap<>();
        specification.put("value", entry.get("parameter_value"));
        specification.put("type", entry.get("parameter_type"));
        return specification;
    }

    /** Reads all of them. */
    static Object list(VehicleCall call) throws Exception {
        return answer(call, parameters(call).getAll(PackedFileSource.installed().of(call.link(), call.vehicle()), options(call, ALL_MILLIS)));
    }

    private static Map<String, Map<String, Object>> answer(VehicleCall call, ParameterBatch batch) {
        call.replyHeaders().put(MavlinkConstants.PARAMETERS_MISSING, batch.failures());
        call.replyHeaders().put(MavlinkConstants.PARAMETER_REQUESTS, batch.requests());
        call.replyHeaders().put(MavlinkConstants.SECONDS, batch.seconds());
        return batch.toMap();
    }

    private static ParameterOptions options(VehicleCall call, int usualMillis) {
        return new ParameterOptions(call.millis("timeout", usualMillis), call.integer("maxRetries", 0), call.integer("maxInFlight", 0),
                call.millis("resendInterval", 0), call.flag("verifyAckValue", true), (done, total) -> { });
    }

    private static VehicleParameters parameters(VehicleCall call) throws IOException, InterruptedException {
        Vehicle vehicle = call.vehicle();
        String wanted = String.valueOf(call.argument("parameterEncoding"));
        ParameterEncoding encoding = wanted.equals("auto") || wanted.equals("null")
                ? VehicleCapabilities.of(call.link()).parameterEncoding(vehicle) : encoding(wanted);
        int component = call.targetComponent();
        Map<String, VehicleParameters> known = call.link().service(Known.class, link -> new Known()).vehicles;
        if (known.size() > MOST_VEHICLES) {
            known.clear();
        }
        return known.computeIfAbsent(vehicle.systemId() + "/" + component + " " + encoding,
                key -> VehicleParameters.of(call.link(), vehicle, component, encoding));
    }

    private static ParameterEncoding encoding(String name) {
        try {
            return ParameterEncoding.valueOf(name.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'parameterEncoding' is auto, bytewise or c_cast, not '" + name + "'", e);
        }
    }
}
