package io.dromedary.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;

/** A simulated vehicle and a link to it that has heard it. */
public final class SimulatedFleet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public final SimulatedVehicle vehicle;
    public final MavlinkLink link;

    private SimulatedFleet(SimulatedVehicle vehicle, MavlinkLink link) {
        this.vehicle = vehicle;
        this.link = link;
    }

    /** Starts a vehicle and a link with the usual ids 255/190. */
    public static SimulatedFleet start(SimulatedVehicleSettings settings) throws IOException, InterruptedException {
        return start(settings, 255, 190);
    }

    /** Starts a vehicle and a link with other ids. */
    public static SimulatedFleet start(SimulatedVehicleSettings settings, int systemId, int componentId)
            throws IOException, InterruptedException {
        SimulatedVehicle vehicle = SimulatedVehicle.start(settings);
        MavlinkLink link = MavlinkLink.open(LinkSettings.of(vehicle.address()).withIds(systemId, componentId)
                .withHeartbeat(6, Duration.ofMillis(200)));
        SimulatedFleet fleet = new SimulatedFleet(vehicle, link);
        if (link.awaitVehicle(0, 0, PATIENCE).isEmpty()) {
            fleet.close();
            throw new IOException("The simulated vehicle was not heard");
        }
        return fleet;
    }

    /** A vehicle without logs and telemetry, for tests about something else. */
    public static SimulatedVehicleSettings quiet(Path root) {
        return SimulatedVehicleSettings.px4(root).telemetry(false).logs(0).heartbeatHz(4);
    }

    /** What the link knows of the vehicle. */
    public Vehicle known() {
        return link.vehicles().get(0);
    }

    @Override
    public void close() {
        link.close();
        vehicle.close();
    }
}
