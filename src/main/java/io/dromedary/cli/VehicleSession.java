package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.mavftp.FtpException;
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

    /** What is done on a link. */
    @FunctionalInterface
    interface OnLink {
        int run(MavlinkLink link) throws IOException, TimeoutException, InterruptedException;
    }

    /** Nobody is there. */
    private static final class NoVehicle extends IOException {
        private static final long serialVersionUID = 1L;

        NoVehicle(String message) {
            super(message);
        }
    }

    /** Waits for the vehicle, does something with it and returns the exit code. */
    static int run(FtpCommand.Common options, Action action) {
        return guarded(options, link -> action.run(new VehicleSession(options, link, heard(options, link))));
    }

    /** Does something on the link and returns the exit code; a failure is told in one line. */
    static int guarded(FtpCommand.Common options, OnLink action) {
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of(options.address))) {
            return action.run(link);
        } catch (NoVehicle e) {
            return complain(options, e, ExitCode.UNREACHABLE);
        } catch (FtpException e) {
            return complain(options, e, e.isTimeout() ? ExitCode.TIMED_OUT : ExitCode.FAILED);
        } catch (TimeoutException e) {
            return complain(options, e, ExitCode.TIMED_OUT);
        } catch (IllegalArgumentException e) {
            return complain(options, e, ExitCode.USAGE);
        } catch (IOException e) {
            return complain(options, e, ExitCode.FAILED);
        } catch (InterruptedException | CancellationException e) {
            return ExitCode.INTERRUPTED;
        }
    }

    private static int complain(FtpCommand.Common options, Exception failure, int code) {
        options.spec.commandLine().getErr().println("dromedary: " + (failure.getMessage() == null ? failure : failure.getMessage()));
        return code;
    }

    /** The vehicle that the options mean, once it is heard. */
    static Vehicle heard(FtpCommand.Common options, MavlinkLink link) throws IOException, InterruptedException {
        return link.awaitVehicle(options.system, 0, timeout(options))
                .orElseThrow(() -> new NoVehicle("no vehicle was heard on " + options.address + " within " + options.timeout + " s"));
    }

    /** How long to wait. @throws IllegalArgumentException when that is no number of seconds */
    static Duration timeout(FtpCommand.Common options) {
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
