package io.dromedary.embedded;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.dromedary.mavlink.MavlinkMessage;
import io.dromedary.mavlink.ParameterEncoding;
import io.dromedary.mavlink.Vehicle;

/** What the simulated vehicle tells by itself, each message at its own rate. Runs on the radio's thread. */
final class SimulatedTelemetry {

    private static final int TYPE_QUADROTOR = 2;
    private static final int STANDBY = 3;
    private static final int ACTIVE = 4;
    private static final int ARMED = 128;
    /** Custom mode enabled, stabilized, guided: what PX4 shows on the ground. */
    private static final int BASE_MODE = 81;
    private static final long CAPABILITIES_PX4 = 0x40 | 2 | 4 | 8 | 32 | 8192;
    private static final long CAPABILITIES_ARDUPILOT = 4 | 8 | 32 | 8192;
    private static final long ENCODES_BYTEWISE = 16;
    private static final long ENCODES_BY_CAST = 131072;
    private static final int VERSION = 17760256;
    private static final int HEARTBEAT = 0;

    private static final class Stream {

        private final int id;
        private final Supplier<MavlinkMessage> content;
        private final long usual;
        private volatile long interval;
        private long due;

        Stream(int id, long intervalMicros, Supplier<MavlinkMessage> content) {
            this.id = id;
            this.content = content;
            this.usual = intervalMicros;
            this.interval = intervalMicros;
        }
    }

    private final SimulatedVehicle vehicle;
    private final VehicleRadio radio;
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private long boot = System.nanoTime();

    SimulatedTelemetry(SimulatedVehicle vehicle, VehicleRadio radio) {
        this.vehicle = vehicle;
        this.radio = radio;
        boolean more = vehicle.settings().telemetry;
        add(HEARTBEAT, vehicle.settings().heartbeats ? (long) (1e6 / vehicle.settings().heartbeatHz) : -1, this::heartbeat);
        add(1, more ? 1_000_000 : -1, this::systemStatus);
        add(2, more ? 1_000_000 : -1, this::systemTime);
        add(24, more ? 500_000 : -1, this::gps);
        add(30, more ? 100_000 : -1, this::attitude);
        add(33, more ? 200_000 : -1, this::position);
        add(132, more ? 100_000 : -1, this::timeOfFlight);
        add(264, more ? 1_000_000 : -1, this::flightInformation);
        add(148, -1, this::version);
    }

    private void add(int id, long intervalMicros, Supplier<MavlinkMessage> content) {
        streams.put(id, new Stream(id, intervalMicros, content));
    }

    void reboot() {
        boot = System.nanoTime();
        streams.values().forEach(stream -> {
            stream.interval = stream.usual;
            stream.due = 0;
        });
    }

    /** Sends what is due. */
    void step(long now) {
        for (Stream stream : streams.values()) {
            long interval = stream.interval * 1000;
            if (interval > 0 && now - stream.due >= 0) {
                stream.due = stream.due == 0 || now - stream.due > interval ? now + interval : stream.due + interval;
                radio.send(stream.content.get());
            }
        }
    }

    boolean knows(int id) {
        return streams.containsKey(id);
    }

    void sendOnce(int id) {
        radio.send(streams.get(id).content.get());
    }

    /** @param micros -1 for off, 0 for the usual rate */
    boolean interval(int id, long micros) {
        Stream stream = streams.get(id);
        if (stream == null) {
            return false;
        }
        stream.interval = micros == 0 ? stream.usual : micros;
        stream.due = 0;
        return true;
    }

    private long bootMillis() {
        return (System.nanoTime() - boot) / 1_000_000;
    }

    private static long unixMicros() {
        return Instant.now().toEpochMilli() * 1000;
    }

    private SimulatedFlight.State state() {
        return vehicle.flight().state();
    }

    private MavlinkMessage heartbeat() {
        boolean armed = state().armed();
        return radio.message("HEARTBEAT").set("type", TYPE_QUADROTOR).set("autopilot", vehicle.settings().autopilot)
                .set("base_mode", BASE_MODE | (armed ? ARMED : 0)).set("system_status", armed ? ACTIVE : STANDBY).set("mavlink_version", 3);
    }

    private MavlinkMessage systemStatus() {
        SimulatedFlight.State s = state();
        return radio.message("SYS_STATUS").set("load", 420).set("voltage_battery", (int) (s.voltage() * 1000))
                .set("current_battery", s.flying() ? 1250 : 80).set("battery_remaining", (int) Math.max(0, (s.voltage() - 14) / 2.8 * 100));
    }

    private MavlinkMessage systemTime() {
        return radio.message("SYSTEM_TIME").set("time_unix_usec", unixMicros()).set("time_boot_ms", bootMillis());
    }

    private MavlinkMessage gps() {
        SimulatedFlight.State s = state();
        return radio.message("GPS_RAW_INT").set("time_usec", bootMillis() * 1000).set("fix_type", 3).set("lat", (int) (s.latitude() * 1e7))
                .set("lon", (int) (s.longitude() * 1e7)).set("alt", (int) ((488 + s.up()) * 1000)).set("eph", 90).set("epv", 120)
                .set("satellites_visible", 14);
    }

    private MavlinkMessage attitude() {
        SimulatedFlight.State s = state();
        return radio.message("ATTITUDE").set("time_boot_ms", bootMillis()).set("roll", s.flying() ? 0.127 : 0).set("yaw", s.yaw());
    }

    private MavlinkMessage position() {
        SimulatedFlight.State s = state();
        return radio.message("GLOBAL_POSITION_INT").set("time_boot_ms", bootMillis()).set("lat", (int) (s.latitude() * 1e7))
                .set("lon", (int) (s.longitude() * 1e7)).set("alt", (int) ((488 + s.up()) * 1000)).set("relative_alt", (int) (s.up() * 1000))
                .set("hdg", (int) (Math.toDegrees(s.yaw()) * 100));
    }

    /** A time-of-flight sensor that looks down: centimetres to the ground. */
    private MavlinkMessage timeOfFlight() {
        return radio.message("DISTANCE_SENSOR").set("time_boot_ms", bootMillis()).set("min_distance", 10).set("max_distance", 4000)
                .set("current_distance", Math.max(10, (int) (state().up() * 100))).set("type", 0).set("id", 1).set("orientation", 25);
    }

    private MavlinkMessage flightInformation() {
        SimulatedFlight.State s = state();
        return radio.message("FLIGHT_INFORMATION").set("time_boot_ms", bootMillis()).set("arming_time_utc", micros(s.arming()))
                .set("takeoff_time_utc", micros(s.takeOff())).set("flight_uuid", s.flights());
    }

    private static long micros(Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() * 1000;
    }

    private MavlinkMessage version() {
        int make = vehicle.settings().autopilot;
        long capabilities = make == Vehicle.ARDUPILOT ? CAPABILITIES_ARDUPILOT : CAPABILITIES_PX4;
        if (make != Vehicle.ARDUPILOT && make != Vehicle.PX4) {
            // The two known makes leave the bit out in many releases; others have to say it.
            capabilities |= vehicle.settings().encoding == ParameterEncoding.C_CAST ? ENCODES_BY_CAST : ENCODES_BYTEWISE;
        }
        return radio.message("AUTOPILOT_VERSION").set("capabilities", capabilities)
                .set("flight_sw_version", VERSION).set("uid", 4702111234474983745L);
    }
}
