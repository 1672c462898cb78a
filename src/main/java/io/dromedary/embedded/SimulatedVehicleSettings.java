package io.dromedary.embedded;

import java.nio.file.Path;
import java.time.Duration;

import io.dromedary.mavftp.FtpServerProfile;
import io.dromedary.mavlink.ParameterEncoding;
import io.dromedary.mavlink.Vehicle;

/** What kind of vehicle a {@link SimulatedVehicle} is. Methods change the settings and return them; a started vehicle has a copy. */
public final class SimulatedVehicleSettings {

    /** What the vehicle's shell is like. */
    public enum Shell {
        /** PX4 on hardware: prompt {@code nsh> }, {@code rm} and {@code rmdir}. */
        NUTTX("nsh> "),
        /** PX4 in simulation: prompt {@code pxh> }, no {@code rm}. */
        SIMULATION("pxh> "),
        /** Answers commands without ever showing a prompt. */
        NO_PROMPT(""),
        /** There is none: no answer at all. */
        NONE("");

        private final String prompt;

        Shell(String prompt) {
            this.prompt = prompt;
        }

        String prompt() {
            return prompt;
        }
    }

    final Path root;
    String address = "udpin:127.0.0.1:0";
    int systemId = 1;
    int componentId = 1;
    int autopilot = Vehicle.PX4;
    ParameterEncoding encoding = ParameterEncoding.BYTEWISE;
    ParameterTable parameters = ParameterTable.px4();
    boolean hash = true;
    FtpServerProfile ftp = FtpServerProfile.PX4;
    Shell shell = Shell.NUTTX;
    boolean echo = true;
    double heartbeatHz = 1;
    boolean heartbeats = true;
    boolean telemetry = true;
    Duration outage = Duration.ofSeconds(3);
    int logs = 3;
    long seed = 1;

    private SimulatedVehicleSettings(Path root) {
        this.root = root;
    }

    /**
     * A PX4 quadrotor with about a thousand parameters, bytewise.
     *
     * @param root what the vehicle's file system has at {@code /}; logs lie in {@code fs/microsd/log} there
     */
    public static SimulatedVehicleSettings px4(Path root) {
        return new SimulatedVehicleSettings(root);
    }

    /** An ArduPilot copter: parameters as converted floats, the packed parameter file, no hash, no shell. */
    public static SimulatedVehicleSettings ardupilot(Path root) {
        SimulatedVehicleSettings settings = new SimulatedVehicleSettings(root);
        settings.autopilot = Vehicle.ARDUPILOT;
        settings.encoding = ParameterEncoding.C_CAST;
        settings.hash = false;
        settings.ftp = FtpServerProfile.ARDUPILOT;
        settings.shell = Shell.NONE;
        return settings;
    }

    /** Where it listens or sends to, in one of the forms of {@link io.dromedary.mavlink.LinkAddress}; a free UDP port by default. */
    public SimulatedVehicleSettings address(String newAddress) {
        address = newAddress;
        return this;
    }

    public SimulatedVehicleSettings ids(int newSystemId, int newComponentId) {
        systemId = newSystemId;
        componentId = newComponentId;
        return this;
    }

    /** MAV_AUTOPILOT in its heartbeats. */
    public SimulatedVehicleSettings autopilot(int newAutopilot) {
        autopilot = newAutopilot;
        return this;
    }

    /** How integers travel in parameters. */
    public SimulatedVehicleSettings encoding(ParameterEncoding newEncoding) {
        encoding = newEncoding;
        return this;
    }

    /** Its parameters; the table is used, not copied. */
    public SimulatedVehicleSettings parameters(ParameterTable table) {
        parameters = table;
        return this;
    }

    /** Whether a parameter list begins with PX4's hash. */
    public SimulatedVehicleSettings hash(boolean newHash) {
        hash = newHash;
        return this;
    }

    /** Limits and quirks of its file server. */
    public SimulatedVehicleSettings ftp(FtpServerProfile profile) {
        ftp = profile;
        return this;
    }

    /** Its shell, and whether that repeats what is typed. */
    public SimulatedVehicleSettings shell(Shell newShell, boolean newEcho) {
        shell = newShell;
        echo = newEcho;
        return this;
    }

    /** Heartbeats per second; 0 for none at all. */
    public SimulatedVehicleSettings heartbeatHz(double hz) {
        heartbeats = hz > 0;
        heartbeatHz = hz > 0 ? hz : 1;
        return this;
    }

    /** Whether it sends anything by itself besides heartbeats. */
    public SimulatedVehicleSettings telemetry(boolean newTelemetry) {
        telemetry = newTelemetry;
        return this;
    }

    /** How long it is silent when it reboots; zero: it acknowledges and goes on as before. */
    public SimulatedVehicleSettings outage(Duration newOutage) {
        outage = newOutage;
        return this;
    }

    /** Flights whose logs are written at the start when there are no logs yet. */
    public SimulatedVehicleSettings logs(int count) {
        logs = count;
        return this;
    }

    /** Decides losses and the small differences between flights; the same seed gives the same vehicle. */
    public SimulatedVehicleSettings seed(long newSeed) {
        seed = newSeed;
        return this;
    }
}
