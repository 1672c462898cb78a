package io.dromedary.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.dromedary.mavlink.LinkStatistics;
import io.dromedary.mavlink.MavlinkMessage;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.mavlink.VehicleOutcome;
import io.dromedary.mavlink.VehicleReboot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dromedary vehicle}: what a vehicle tells of itself, line by line until it is stopped. */
@Command(name = "vehicle", mixinStandardHelpOptions = true, description = "Shows the state of a vehicle, live; reboots it.")
public final class VehicleCommand implements Callable<Integer> {

    private static final int SYS_STATUS = 1;
    private static final int GLOBAL_POSITION = 33;

    @Mixin
    private FtpCommand.Common common;
    @Option(names = "--interval", defaultValue = "1", paramLabel = "<seconds>", description = "Between two lines. Default: ${DEFAULT-VALUE} s.")
    private double interval;
    @Option(names = "--count", defaultValue = "0", description = "Lines to print; 0 goes on until it is stopped.")
    private int count;

    /** Prints the state. */
    @Override
    public Integer call() {
        return VehicleSession.run(common, session -> {
            if (!(interval > 0) || count < 0) {
                throw new IllegalArgumentException("--interval must be above 0 and --count not below");
            }
            Map<Integer, MavlinkMessage> newest = new ConcurrentHashMap<>();
            long start = System.nanoTime();
            long pause = (long) (interval * 1e9);
            CountDownLatch never = new CountDownLatch(1);
            try (var subscription = session.link().subscribe(frame -> {
                if (frame.systemId() == session.vehicle().systemId()
                        && (frame.messageId() == SYS_STATUS || frame.messageId() == GLOBAL_POSITION)) {
                    newest.put(frame.messageId(), frame.message());
                }
            })) {
                for (int n = 1; count == 0 || n <= count; n++) {
                    never.await(Math.max(0, start + n * pause - System.nanoTime()), TimeUnit.NANOSECONDS);
                    print(session, newest, (System.nanoTime() - start) / 1e9);
                }
            }
            return ExitCode.DONE;
        });
    }

    private static void print(VehicleSession session, Map<Integer, MavlinkMessage> newest, double seconds) {
        Vehicle vehicle = session.link().vehicle(session.vehicle().systemId(), session.vehicle().componentId()).orElse(session.vehicle());
        LinkStatistics statistics = session.link().statistics();
        Map<String, Object> state = new LinkedHashMap<>(vehicle.toMap());
        MavlinkMessage status = newest.get(SYS_STATUS);
        state.put("battery_volts", status == null ? null : status.getInt("voltage_battery") / 1000.0);
        state.put("battery_percent", status == null ? null : status.getInt("battery_remaining"));
        MavlinkMessage position = newest.get(GLOBAL_POSITION);
        state.put("latitude", position == null ? null : position.getInt("lat") / 1e7);
        state.put("longitude", position == null ? null : position.getInt("lon") / 1e7);
        state.put("altitude_above_home", position == null ? null : position.getInt("relative_alt") / 1000.0);
        long all = statistics.received() + statistics.lost();
        state.put("loss", all == 0 ? 0.0 : (double) statistics.lost() / all);
        state.put("seconds", seconds);
        session.print(state, String.format(Locale.ROOT, "%d/%d  %-9s %-8s  battery %s V %s %%  at %s, %s, %s m  loss %.1f %%",
                vehicle.systemId(), vehicle.componentId(), vehicle.present() ? "connected" : "LOST", vehicle.armed() ? "ARMED" : "disarmed",
                shown(state, "battery_volts"), shown(state, "battery_percent"), shown(state, "latitude"), shown(state, "longitude"),
                shown(state, "altitude_above_home"), (double) state.get("loss") * 100));
    }

    private static Object shown(Map<String, Object> state, String key) {
        return state.get(key) == null ? "-" : state.get(key);
    }

    @Command(name = "reboot", mixinStandardHelpOptions = true,
            description = "Reboots the autopilot and waits until it was silent and is back.")
    int reboot(@Mixin FtpCommand.Common options,
               @Option(names = "--companion", description = "Reboot the onboard computer as well.") boolean companion,
               @Option(names = "--unconfirmed", description = "Be content with the acknowledgement.") boolean unconfirmed) {
        return VehicleSession.run(options, session -> {
            VehicleReboot reboot = new VehicleReboot(session.link(), session.vehicle().systemId(), session.vehicle().componentId(), false);
            VehicleReboot.Confirmation c = VehicleReboot.Confirmation.DEFAULT;
            long start = System.nanoTime();
            VehicleOutcome outcome = unconfirmed ? reboot.reboot(companion, Duration.ofSeconds(3))
                    : reboot.rebootConfirmed(new VehicleReboot.Confirmation(companion, c.ackTimeout(), c.dropWindow(), c.dropGap(),
                            session.timeout(), c.simulation(), c.attempts(), c.retryDelay()));
            Map<String, Object> result = new LinkedHashMap<>(outcome.toMap());
            result.put("seconds", (System.nanoTime() - start) / 1e9);
            session.print(result, outcome.statusCode() + ": " + outcome.reason());
            return outcome.success() ? ExitCode.DONE : ExitCode.FAILED;
        });
    }
}
