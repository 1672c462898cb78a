package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;

/** What the subcommands about a vehicle share: a link, the vehicle on it, output as text or JSON, exit codes. */
final class VehicleSession {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FtpCommand.Common options;
    private final MavlinkLink link;
    private final Vehicle vehicle;

    /** What a subcommand does once it has a vehicle. */
    @FunctionalInterface
    interface Action {
        int run(VehicleSession session) throws IOException, TimeoutException, InterruptedException;
    }

    private VehicleSession(FtpCommand.Common options, MavlinkLink link, Vehicle vehicle) {
        this.options = options;
        this.link = link;
        this.vehicle = vehicle;
    }

    /** Waits for the vehicle, does something with it and returns the exit code. */
    static int run(FtpCommand.Common options, Action action) {
        PrintWriter err = options.spec.commandLine().getErr();
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of(options.address))) {
            Vehicle vehicle = link.awaitVehicle(options.system, 0, timeout(options)).orElse(null);
            if (vehicle == null) {
                err.println("dromedary: no vehicle was heard on " + options.address + " within " + options.timeout + " s");
                return ExitCode.UNREACHABLE;
            }
            return action.run(new VehicleSession(options, link, vehicle));
        } catch (TimeoutException e) {
            err.println("dromedary: " + e.getMessage());
            return ExitCode.TIMED_OUT;
        } catch (IllegalArgumentException e) {
            err.println("dromedary: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (IOException e) {
            err.println("dromedary: " + (e.getMessage() == null ? e : e.getMessage()));
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        }
    }

    private static Duration timeout(FtpCommand.Common options) {
        if (!(options.timeout > 0 && options.timeout < 1e6)) {
            throw new IllegalArgumentException("--timeout is a number of seconds, not " + options.timeout);
        }
        return Duration.ofMillis(Math.max(1, (long) (options.timeout * 1000)));
    }

    MavlinkLink link() {
        return link;
    }

    Vehicle vehicle() {
        return vehicle;
    }

    Duration timeout() {
        return timeout(options);
    }

    boolean json() {
        return options.json;
    }

    /** Prints one line: an object, or a text when no JSON is wanted; nothing when that is null. */
    void print(Map<String, Object> object, String text) {
        PrintWriter out = options.spec.commandLine().getOut();
        try {
            if (options.json) {
                out.println(JSON.writeValueAsString(object));
            } else if (text != null) {
                out.println(text);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not JSON: " + object, e);
        }
        out.flush();
    }

    /** Tells the person at the keyboard something that is no result. */
    void complain(String text) {
        options.spec.commandLine().getErr().println("dromedary: " + text);
    }
}
