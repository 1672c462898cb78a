package io.dromedary.mavlink;

import java.util.Optional;
import java.util.ServiceLoader;

/** Knows how to fetch the packed parameter file of a vehicle. File transfer builds on this package, so it offers itself as a service. */
public interface PackedFileSource {

    /** The file of a vehicle, over a link that stays open as long as it is read. */
    VehicleParameters.PackedFile of(MavlinkLink link, Vehicle vehicle);

    /** The source that is installed, or one that has no file. */
    static PackedFileSource installed() {
        return ServiceLoader.load(PackedFileSource.class, PackedFileSource.class.getClassLoader()).findFirst()
                .orElse((link, vehicle) -> Optional::empty);
    }
}
