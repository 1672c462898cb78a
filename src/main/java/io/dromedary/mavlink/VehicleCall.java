package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One request to a vehicle: its arguments, its target and the link. Arguments come from the endpoint's options, from headers and
 * from a body that is a map; the later win.
 */
final class VehicleCall {

    private final MavlinkLink link;
    private final Map<String, Object> settings;
    private final Map<String, Object> arguments;
    private final Object body;
    private final Map<String, Object> replyHeaders = new LinkedHashMap<>();
    private Vehicle vehicle;

    VehicleCall(MavlinkLink link, Map<String, Object> settings, Map<String, Object> arguments, Object body) {
        this.link = link;
        this.settings = Collections.unmodifiableMap(settings);
        this.arguments = Collections.unmodifiableMap(arguments);
        this.body = body;
    }

    MavlinkLink link() {
        return link;
    }

    /** What the route sent: a map whose entries are also arguments, or anything else. */
    Object body() {
        return body;
    }

    /** Header names and values to go with the answer. */
    Map<String, Object> replyHeaders() {
        return replyHeaders;
    }

    Map<String, Object> arguments() {
        return arguments;
    }

    /** An option of the endpoint, or null: for what no message may change, such as which shell commands are allowed. */
    Object setting(String name) {
        return settings.get(name);
    }

    /** An argument as it was given, or null. */
    Object argument(String name) {
        return arguments.get(name);
    }

    /**
     * A text that must be there.
     *
     * @throws IllegalArgumentException when it is missing or blank
     */
    String text(String name) {
        Object value = arguments.get(name);
        if (value == null || value.toString().isBlank()) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value.toString().trim();
    }

    /** A number; NaN from the text {@code NaN}. */
    double number(String name, double fallback) {
        Object value = arguments.get(name);
        return value == null ? fallback : toNumber(name, value);
    }

    static double toNumber(String name, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.parseDouble(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + name + "' is not a number: '" + value + "'");
        }
    }

    int integer(String name, int fallback) {
        double number = number(name, fallback);
        if (number != (int) number) {
            throw new IllegalArgumentException("'" + name + "' is not a whole number: '" + argument(name) + "'");
        }
        return (int) number;
    }

    boolean flag(String name, boolean fallback) {
        Object value = arguments.get(name);
        return value == null ? fallback : Boolean.parseBoolean(value.toString());
    }

    /** Milliseconds given as a number. */
    Duration millis(String name, long fallback) {
        double number = number(name, fallback);
        if (!(number >= 0 && number <= Integer.MAX_VALUE)) {
            throw new IllegalArgumentException("'" + name + "' is not a time in milliseconds: '" + argument(name) + "'");
        }
        return Duration.ofMillis((long) number);
    }

    /** A number, or an entry of an enumeration such as {@code MAV_CMD_DO_SET_MODE}. */
    int entry(String enumeration, String name) {
        String text = text(name);
        if (text.matches("[0-9]{1,9}")) {
            return Integer.parseInt(text);
        }
        OptionalLong known = link.dialect().entry(enumeration, text);
        if (known.isEmpty() && !text.startsWith(enumeration)) {
            known = link.dialect().entry(enumeration, enumeration + "_" + text);
        }
        return (int) known.orElseThrow(() -> new IllegalArgumentException("Unknown " + enumeration + " '" + text + "'"));
    }

    /** The system asked for, 0 when any vehicle will do. */
    int wantedSystem() {
        return id("targetSystem");
    }

    /** The component asked for, 0 when the vehicle's autopilot is meant. */
    int wantedComponent() {
        return id("targetComponent");
    }

    private int id(String name) {
        int id = integer(name, 0);
        if (id < 0 || id > 255) {
            throw new IllegalArgumentException("'" + name + "' is 0 to 255, not " + id);
        }
        return id;
    }

    /**
     * The vehicle asked for; the first one heard when none is named. Waits for one to appear.
     *
     * @throws IOException when there is none within {@code vehicleWait}
     */
    Vehicle vehicle() throws IOException, InterruptedException {
        if (vehicle == null) {
            int system = wantedSystem();
            Duration patience = millis("vehicleWait", 5000);
            vehicle = link.awaitVehicle(system, 0, patience).orElseThrow(() -> new IOException("No vehicle "
                    + (system == 0 ? "" : system + " ") + "was heard on " + link.settings().addresses() + " within " + patience.toMillis() + " ms"));
        }
        return vehicle;
    }

    /** The system to address: the one named, else the vehicle's. */
    int targetSystem() throws IOException, InterruptedException {
        return wantedSystem() != 0 && wantedComponent() != 0 ? wantedSystem() : vehicle().systemId();
    }

    /** The component to address: the one named, else the vehicle's autopilot. */
    int targetComponent() throws IOException, InterruptedException {
        return wantedComponent() != 0 ? wantedComponent() : vehicle().componentId();
    }
}
