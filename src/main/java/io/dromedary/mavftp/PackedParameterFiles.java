package io.dromedary.mavftp;

import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.PackedFileSource;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.mavlink.VehicleParameters;

/** Offers {@link PackedParameterFile} as a service. */
public final class PackedParameterFiles implements PackedFileSource {

    @Override
    public VehicleParameters.PackedFile of(MavlinkLink link, Vehicle vehicle) {
        return new PackedParameterFile(link, vehicle);
    }
}
