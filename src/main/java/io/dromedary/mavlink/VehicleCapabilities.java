package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What vehicles say of themselves in AUTOPILOT_VERSION; one per link, see {@link #of}. Safe for use by several threads. */
final class VehicleCapabilities implements AutoCloseable {

    private static final int AUTOPILOT_VERSION = 148;
    private static final int REQUEST_MESSAGE = 512;
    private static final int MOST = 256;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final MavlinkLink link;
    private final Map<Integer, Long> known = new ConcurrentHashMap<>();
    private final MavlinkLink.Subscription subscription;

    private VehicleCapabilities(MavlinkLink link) {
        this.link = link;
        subscription = link.subscribe(frame -> {
            if (frame.messageId() == AUTOPILOT_VERSION && known.size() < MOST) {
                known.put(Vehicles.key(frame.systemId(), frame.componentId()), frame.u32(0) | frame.u32(4) << 32);
            }
        });
    }

    static VehicleCapabilities of(MavlinkLink link) {
        return link.service(VehicleCapabilities.class, VehicleCapabilities::new);
    }

    /** How a vehicle encodes integers in parameters. A make that nobody knows is asked, for half a second. */
    ParameterEncoding parameterEncoding(Vehicle vehicle) throws IOException, InterruptedException {
        boolean makeTells = vehicle.autopilot() == Vehicle.PX4 || vehicle.autopilot() == Vehicle.ARDUPILOT;
        Integer key = Vehicles.key(vehicle.systemId(), vehicle.componentId());
        if (!makeTells && !known.containsKey(key)) {
            known.put(key, ask(vehicle));
        }
        return ParameterEncoding.detect(known.getOrDefault(key, 0L), vehicle.autopilot());
    }

    private long ask(Vehicle vehicle) throws IOException, InterruptedException {
        try (FrameQueue answers = link.queue(frame -> frame.messageId() == AUTOPILOT_VERSION && frame.systemId() == vehicle.systemId()
                && frame.componentId() == vehicle.componentId(), 1)) {
            CommandSender.of(link).execute(CommandRequest.of(vehicle.systemId(), vehicle.componentId(), REQUEST_MESSAGE, AUTOPILOT_VERSION)
                    .withPatience(PATIENCE, 1, PATIENCE));
            MavlinkFrame answer = answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return answer == null ? 0 : answer.u32(0) | answer.u32(4) << 32;
        } catch (TimeoutException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
