package io.dromedary.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;

/**
 * Where the simulated vehicle is and what it does: on the ground, armed, in a circle in the air; and the log of it. A flight is
 * advanced step by step, by the vehicle's clock or, for logs of the past, as fast as the disk writes. Safe for use by several threads.
 */
public final class SimulatedFlight {

    /** Where PX4 keeps its logs. */
    public static final String LOG_FOLDER = "fs/microsd/log";

    private static final double HOME_LATITUDE = 47.397742;
    private static final double HOME_LONGITUDE = 8.545594;
    private static final double METRES_PER_DEGREE = 111_320;
    private static final double RADIUS = 20;
    private static final double SPEED = 5;
    private static final double CLIMB = 1.5;
    private static final double ALTITUDE = 10;
    private static final double STEP_SECONDS = 0.1;
    private static final DateTimeFormatter FOLDER = DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter FILE = DateTimeFormatter.ofPattern("HH_mm_ss").withZone(ZoneOffset.UTC);

    private final SimulatedVehicleSettings settings;
    private final Random random;
    private boolean armed;
    private boolean climbing;
    private boolean logging = true;
    private double altitude;
    private double angle;
    private double voltage = 16.6;
    private double armedSeconds;
    private Instant takeOff;
    private Instant arming;
    private ULogWriter log;
    private Path logFile;
    private int flights;

    SimulatedFlight(SimulatedVehicleSettings settings, long seed) {
        this.settings = settings;
        this.random = new Random(seed);
    }

    /** A moment of the flight: position relative to home in metres (north, east, up), yaw in radians, battery in volts. */
    record State(boolean armed, boolean flying, double north, double east, double up, double yaw, double voltage, double armedSeconds,
                 Instant arming, Instant takeOff, int flights) {

        double latitude() {
            return HOME_LATITUDE + north / METRES_PER_DEGREE;
        }

        double longitude() {
            return HOME_LONGITUDE + east / (METRES_PER_DEGREE * Math.cos(Math.toRadians(HOME_LATITUDE)));
        }
    }

    synchronized State state() {
        boolean flying = altitude > 0;
        return new State(armed, flying, flying ? RADIUS * Math.sin(angle) : 0, flying ? RADIUS * (1 - Math.cos(angle)) : 0, altitude, angle,
                voltage, armedSeconds, arming, takeOff, flights);
    }

    /** Whether the motors are armed. */
    public synchronized boolean armed() {
        return armed;
    }

    /** Whether it is above the ground. */
    public synchronized boolean flying() {
        return altitude > 0;
    }

    /** Arms, which begins a log, or disarms, which ends it. */
    public synchronized void arm(boolean on) {
        if (on == armed) {
            return;
        }
        armed = on;
        if (on) {
            arming = Instant.now();
            armedSeconds = 0;
            begin(arming);
        } else {
            altitude = 0;
            climbing = false;
            end();
        }
    }

    /** Climbs to ten metres and circles there. */
    public synchronized void takeOff() {
        if (armed && altitude == 0) {
            takeOff = Instant.now();
        }
        climbing = armed;
    }

    /** Comes down and disarms. */
    public synchronized void land() {
        climbing = false;
    }

    /** Whether a log is written while armed. */
    public synchronized void logging(boolean on) {
        logging = on;
        if (!on) {
            end();
        } else if (armed && log == null) {
            begin(Instant.now());
        }
    }

    /** The log being written, or null. */
    public synchronized Path currentLog() {
        return log == null ? null : logFile;
    }

    synchronized void reboot() {
        arm(false);
        logging = true;
    }

    /** A tenth of a second passes. */
    synchronized void step() {
        if (!armed) {
            return;
        }
        armedSeconds += STEP_SECONDS;
        boolean wasFlying = altitude > 0;
        altitude = climbing ? Math.min(ALTITUDE, altitude + CLIMB * STEP_SECONDS) : Math.max(0, altitude - CLIMB * STEP_SECONDS);
        angle = (angle + SPEED / RADIUS * STEP_SECONDS) % (2 * Math.PI);
        voltage = Math.max(14, voltage - 0.0005 - random.nextDouble() * 0.0001);
        record();
        if (wasFlying && altitude == 0) {
            arm(false);
        }
    }

    /**
     * Writes the log of a whole flight of the past at once.
     *
     * @return the file, in the vehicle's log folder
     */
    public synchronized Path record(Instant start, Duration length) {
        if (armed) {
            throw new IllegalStateException("The simulated vehicle is flying");
        }
        armed = true;
        climbing = true;
        armedSeconds = 0;
        begin(start);
        Path file = logFile;
        for (long steps = Math.round(length.toMillis() / 1000.0 / STEP_SECONDS); steps > 0 && armed; steps--) {
            climbing = steps * STEP_SECONDS > ALTITUDE / CLIMB;
            step();
        }
        arm(false);
        try {
            Files.setLastModifiedTime(file, FileTime.from(start.plus(length)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private void begin(Instant at) {
        flights++;
        if (!logging) {
            return;
        }
        logFile = settings.root.resolve(LOG_FOLDER).resolve(FOLDER.format(at)).resolve(FILE.format(at) + ".ulg");
        try {
            log = new ULogWriter(logFile, 0);
            log.info("sys_name", "PX4");
            log.info("ver_hw", "PX4_FMU_V6X");
            log.info("ver_sw", "0123456789abcdef0123456789abcdef01234567");
            log.info("time_ref_utc", at.getEpochSecond());
            for (String name : settings.parameters.names()) {
                log.parameter(name, settings.parameters.value(name));
            }
            log.format("vehicle_local_position:uint64_t timestamp;float x;float y;float z;float heading;");
            log.format("battery_status:uint64_t timestamp;float voltage_v;float current_a;");
            log.format("distance_sensor:uint64_t timestamp;float current_distance;");
            log.subscribe(0, "vehicle_local_position");
            log.subscribe(1, "battery_status");
            log.subscribe(2, "distance_sensor");
            log.log(6, 0, "[commander] Armed");
        } catch (IOException e) {
            throw new UncheckedIOException("The simulated vehicle cannot write its log " + logFile, e);
        }
    }

    private void record() {
        if (log == null) {
            return;
        }
        State s = state();
        long micros = Math.round(armedSeconds * 1e6);
        try {
            log.data(0, micros, (float) s.north(), (float) s.east(), (float) -s.up(), (float) s.yaw());
            log.data(1, micros, (float) s.voltage(), s.flying() ? 12.5f : 0.8f);
            log.data(2, micros, (float) s.up());
        } catch (IOException e) {
            // A full card ends the log, not the flight.
            end();
        }
    }

    private void end() {
        if (log != null) {
            try {
                log.log(6, Math.round(armedSeconds * 1e6), "[commander] Disarmed");
                log.close();
            } catch (IOException e) {
                throw new UncheckedIOException("The simulated vehicle cannot end its log " + logFile, e);
            } finally {
                log = null;
            }
        }
    }
}
