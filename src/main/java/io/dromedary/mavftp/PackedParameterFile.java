package io.dromedary.mavftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.PackedParameters;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.mavlink.VehicleParameters;

/** Fetches a vehicle's packed parameter file over MAVLink FTP; vehicles other than ArduPilot are not asked, since they have none. */
public final class PackedParameterFile implements VehicleParameters.PackedFile {

    /** A vehicle that has it answers at once; the list is the fallback for the others. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final MavlinkLink link;
    private final Vehicle vehicle;

    /** The file of a vehicle, over a link that its owner closes. */
    public PackedParameterFile(MavlinkLink link, Vehicle vehicle) {
        this.link = link;
        this.vehicle = vehicle;
    }

    @Override
    public Optional<byte[]> read() throws IOException, InterruptedException {
        if (vehicle.autopilot() != Vehicle.ARDUPILOT) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("dromedary-parameters");
        Path file = folder.resolve("param.pck");
        try (FtpClient client = new FtpClient(new LinkFtpTransport(link), vehicle.systemId(), vehicle.componentId(),
                FtpOptions.DEFAULT.withTimeout(PATIENCE, FtpOptions.DEFAULT.stallTimeout()).withMaxWindow(4).with(false, false))) {
            client.get(PackedParameters.PATH, file, FtpTask.Priority.NORMAL, FtpProgress.NONE).await();
            return Optional.of(Files.readAllBytes(file));
        } catch (InterruptedIOException e) {
            throw new InterruptedException(e.getMessage());
        } catch (FtpException e) {
            // Not there, or no file transfer at all: the list works everywhere.
            return Optional.empty();
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder.resolve("param.pck.part"));
            Files.deleteIfExists(folder.resolve("param.pck.part.missing"));
            Files.deleteIfExists(folder);
        }
    }
}
