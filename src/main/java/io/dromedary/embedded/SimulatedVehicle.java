package io.dromedary.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.mavftp.FtpOpcode;
import io.dromedary.mavftp.FtpPayload;
import io.dromedary.mavftp.FtpServerLoop;
import io.dromedary.mavftp.FtpTransport;
import io.dromedary.mavlink.LinkAddress;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkMessage;
import io.dromedary.mavlink.PackedParameters;
import io.dromedary.mavlink.Vehicle;

/**
 * A vehicle without hardware, on a real link: heartbeats, telemetry, parameters, commands, files, shell, logs, flights and reboots of a
 * PX4 (or ArduPilot) multicopter. What goes wrong on the way is scripted with {@link #faults()}.
 */
public final class SimulatedVehicle implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedVehicle.class);
    private static final long STEP_MILLIS = 20;
    private static final int STEPS_PER_FLIGHT_STEP = 5;
    private static final Duration SAMPLE_FLIGHT = Duration.ofSeconds(60);

    private final SimulatedVehicleSettings settings;
    private final VehicleJournal journal = new VehicleJournal();
    private final VehicleFaults faults;
    private final SimulatedFlight flight;
    private final VehicleRadio radio;
    private final SimulatedTelemetry telemetry;
    private final SimulatedParameters parameters;
    private final SimulatedCommands commands;
    private final SimulatedShell shell;
    private final SimulatedLogs logs;
    private final FtpServerLoop ftp;
    private int steps;

    private SimulatedVehicle(SimulatedVehicleSettings settings) throws IOException {
        this.settings = settings;
        Files.createDirectories(settings.root);
        faults = new VehicleFaults(settings.seed);
        flight = new SimulatedFlight(settings, settings.seed);
        writeSampleLogs();
        LinkAddress address = LinkAddress.parse(settings.address);
        LinkSettings link = LinkSettings.of(settings.address).withIds(settings.systemId, settings.componentId)
                .withHeartbeat(0, Duration.ZERO);
        radio = new VehicleRadio(link, faults, this::received);
        telemetry = new SimulatedTelemetry(this, radio);
        parameters = new SimulatedParameters(radio, settings, journal);
        commands = new SimulatedCommands(this, radio);
        shell = new SimulatedShell(this, radio);
        logs = new SimulatedLogs(this, radio);
        ftp = new FtpServerLoop(withPackedParameters(radio), settings.root, settings.ftp);
        faults.onReboot(() -> commands.rebootNow(faults.outage()));
        radio.processor().scheduleAtFixedRate(this::step, 0, STEP_MILLIS, TimeUnit.MILLISECONDS);
        LOG.info("Simulated vehicle {}/{} on {}", settings.systemId, settings.componentId, address.port() == 0 ? address() : address);
    }

    /**
     * Starts a vehicle.
     *
     * @throws IOException when its address cannot be used or its folder not be written
     */
    public static SimulatedVehicle start(SimulatedVehicleSettings settings) throws IOException {
        return new SimulatedVehicle(settings);
    }

    /** The address that reaches it, such as {@code udpout:127.0.0.1:14580}. */
    public String address() {
        LinkAddress address = radio.link().settings().addresses().get(0);
        int port = radio.link().localPorts().get(0);
        return switch (address.kind()) {
            case UDP_IN -> "udpout:" + reachable(address.host()) + ":" + port;
            case TCP_SERVER -> "tcp:" + reachable(address.host()) + ":" + port;
            case UDP_OUT, UDP_BROADCAST -> "udpin:0.0.0.0:" + address.port();
            case TCP_CLIENT -> "tcpin:0.0.0.0:" + address.port();
            case SERIAL -> address.toString();
        };
    }

    private static String reachable(String host) {
        return host.equals("0.0.0.0") ? "127.0.0.1" : host;
    }

    private void writeSampleLogs() throws IOException {
        Path folder = settings.root.resolve(SimulatedFlight.LOG_FOLDER);
        Files.createDirectories(folder);
        try (Stream<Path> present = Files.list(folder)) {
            if (present.findAny().isPresent()) {
                return;
            }
        }
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        for (int n = settings.logs; n > 0; n--) {
            flight.record(today.minus(n, ChronoUnit.DAYS).plus(10 + n, ChronoUnit.HOURS), SAMPLE_FLIGHT.multipliedBy(n));
        }
    }

    /** Faults between this vehicle and whoever talks to it. */
    public VehicleFaults faults() {
        return faults;
    }

    /** Its parameters, which may be changed behind the link's back. */
    public ParameterTable parameters() {
        return settings.parameters;
    }

    /** Its flight and logs. */
    public SimulatedFlight flight() {
        return flight;
    }

    /** What it was asked. */
    public VehicleJournal journal() {
        return journal;
    }

    /**
     * The acknowledgements (MAV_RESULT) it gives to a command from now on, 100 ms apart; the command has its effect when the last is
     * 0. None: it has its effect without any.
     */
    public SimulatedVehicle acknowledge(int command, int... results) {
        commands.script(command, results);
        return this;
    }

    /** Simulates a nearly full card: writes beyond this many bytes fail. */
    public void limitFreeBytes(long bytes) {
        ftp.limitFreeBytes(bytes);
    }

    SimulatedVehicleSettings settings() {
        return settings;
    }

    SimulatedTelemetry telemetry() {
        return telemetry;
    }

    /** Goes silent, forgets transfers, sessions and what is under way, and comes back after a time. Zero: nothing happens. */
    public void reboot(Duration outage) {
        if (outage.isZero()) {
            return;
        }
        radio.power(false);
        ftp.reboot();
        radio.processor().execute(() -> {
            flight.reboot();
            parameters.reboot();
            shell.reboot();
            logs.reboot();
        });
        radio.processor().schedule(() -> {
            telemetry.reboot();
            radio.power(true);
        }, outage.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void step() {
        try {
            if (steps++ % STEPS_PER_FLIGHT_STEP == 0) {
                flight.step();
            }
            if (radio.isOn()) {
                telemetry.step(System.nanoTime());
            }
        } catch (RuntimeException e) {
            LOG.error("The simulated vehicle failed", e);
        }
    }

    private void received(MavlinkMessage message) {
        journal.received(message);
        try {
            switch (message.name()) {
                case "PARAM_REQUEST_READ" -> parameters.requested(message);
                case "PARAM_REQUEST_LIST" -> parameters.listRequested();
                case "PARAM_SET" -> parameters.set(message);
                case "COMMAND_LONG", "COMMAND_INT" -> commands.received(message);
                case "SERIAL_CONTROL" -> shell.received(message);
                case "LOG_REQUEST_LIST" -> logs.listRequested(message);
                case "LOG_REQUEST_DATA" -> logs.dataRequested(message);
                case "LOG_REQUEST_END" -> logs.endRequested();
                case "LOG_ERASE" -> logs.eraseRequested();
                default -> { }
            }
        } catch (RuntimeException e) {
            LOG.error("The simulated vehicle failed on {}", message.name(), e);
        }
    }

    /** Writes the packed parameter file when somebody opens it, with the values of that moment; only ArduPilot has it. */
    private FtpTransport withPackedParameters(FtpTransport transport) {
        if (settings.autopilot != Vehicle.ARDUPILOT) {
            return transport;
        }
        return new FtpTransport() {
            @Override
            public void send(int system, int component, FtpPayload payload) throws IOException {
                transport.send(system, component, payload);
            }

            @Override
            public Subscription listen(Listener listener) {
                return transport.listen((system, component, payload) -> listener.received(system, component, opening(payload)));
            }
        };
    }

    private FtpPayload opening(FtpPayload payload) {
        String path = payload.opcode() == FtpOpcode.OPEN_FILE_RO ? new String(payload.data(), StandardCharsets.UTF_8) : "";
        if (!path.replaceFirst("^/", "").startsWith(PackedParameters.PATH)) {
            return payload;
        }
        try {
            Path file = settings.root.resolve(PackedParameters.PATH);
            Files.createDirectories(file.getParent());
            Files.write(file, settings.parameters.packed());
        } catch (IOException e) {
            LOG.warn("The simulated vehicle cannot write its packed parameters: {}", e.toString());
        }
        // What follows the question mark chooses among the parameters; this vehicle always gives all.
        return FtpPayload.request(payload.seq(), payload.session(), payload.opcode(), payload.offset(),
                PackedParameters.PATH.getBytes(StandardCharsets.UTF_8));
    }

    /** Stops it; waits a few seconds at most. */
    @Override
    public void close() {
        ftp.close();
        radio.close();
        flight.arm(false);
    }
}
