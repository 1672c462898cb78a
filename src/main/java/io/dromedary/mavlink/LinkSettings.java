package io.dromedary.mavlink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link MavlinkLink} behaves. Immutable; {@link #of} gives the defaults and each {@code with} method a changed copy.
 *
 * @param addresses         where to talk, at least one
 * @param systemId          our system id; 255 is the ground station's convention
 * @param componentId       our component id; 190 is the ground station's convention, 191 an onboard computer's
 * @param heartbeatType     MAV_TYPE in our heartbeats: 6 ground station, 18 onboard controller
 * @param heartbeatInterval between our heartbeats; zero for none
 * @param vehicleTimeout    without a heartbeat until a vehicle counts as lost
 * @param forward           whether frames are passed on between the addresses and peers
 * @param dialect           the messages known
 * @param signing           what is done about signatures
 * @param signingKey        32 bytes, or null when {@code signing} is {@link SigningPolicy#OFF}
 * @param timestampFile     where the signing timestamp is kept over restarts, or null
 */
public record LinkSettings(List<LinkAddress> addresses, int systemId, int componentId, int heartbeatType, Duration heartbeatInterval,
                           Duration vehicleTimeout, boolean forward, Dialect dialect, SigningPolicy signing, byte[] signingKey,
                           Path timestampFile) {

    /** What a link does about signatures. */
    public enum SigningPolicy {
        /** Signs nothing and takes signed frames as if they were unsigned. */
        OFF,
        /** Signs, takes unsigned frames, drops wrongly signed and replayed ones. */
        ACCEPT,
        /** Signs and drops everything that is not signed rightly and new; RADIO_STATUS, which radios insert, is exempt. */
        REQUIRE
    }

    public LinkSettings {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("A MAVLink link needs an address");
        }
        FrameWriter.checkIds(systemId, componentId);
        if (signing != SigningPolicy.OFF && signingKey == null) {
            throw new IllegalArgumentException("MAVLink signing needs a key");
        }
        signingKey = signingKey == null ? null : signingKey.clone();
    }

    /** A ground station (255/190) on the given addresses: heartbeat each second, 3 s until a vehicle is lost, no signing. */
    public static LinkSettings of(List<LinkAddress> addresses) {
        return new LinkSettings(addresses, 255, 190, 6, Duration.ofSeconds(1), Duration.ofSeconds(3), addresses.size() > 1,
                Dialect.standard(), SigningPolicy.OFF, null, null);
    }

    /** As {@link #of(List)} from a comma list in either spelling. */
    public static LinkSettings of(String addresses) {
        return of(LinkAddress.parseAll(addresses));
    }

    public LinkSettings withIds(int newSystemId, int newComponentId) {
        return new LinkSettings(addresses, newSystemId, newComponentId, heartbeatType, heartbeatInterval, vehicleTimeout, forward, dialect,
                signing, signingKey, timestampFile);
    }

    public LinkSettings withHeartbeat(int type, Duration interval) {
        return new LinkSettings(addresses, systemId, componentId, type, interval, vehicleTimeout, forward, dialect, signing, signingKey,
                timestampFile);
    }

    public LinkSettings withVehicleTimeout(Duration timeout) {
        return new LinkSettings(addresses, systemId, componentId, heartbeatType, heartbeatInterval, timeout, forward, dialect, signing,
                signingKey, timestampFile);
    }

    public LinkSettings withForward(boolean newForward) {
        return new LinkSettings(addresses, systemId, componentId, heartbeatType, heartbeatInterval, vehicleTimeout, newForward, dialect,
                signing, signingKey, timestampFile);
    }

    public LinkSettings withDialect(Dialect newDialect) {
        return new LinkSettings(addresses, systemId, componentId, heartbeatType, heartbeatInterval, vehicleTimeout, forward, newDialect,
                signing, signingKey, timestampFile);
    }

    /** Signing with a key of 32 bytes; the timestamp is kept in a file when one is given. */
    public LinkSettings withSigning(SigningPolicy policy, byte[] key, Path newTimestampFile) {
        return new LinkSettings(addresses, systemId, componentId, heartbeatType, heartbeatInterval, vehicleTimeout, forward, dialect, policy,
                key, newTimestampFile);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkSettings o && addresses.equals(o.addresses) && systemId == o.systemId && componentId == o.componentId
                && heartbeatType == o.heartbeatType && heartbeatInterval.equals(o.heartbeatInterval)
                && vehicleTimeout.equals(o.vehicleTimeout) && forward == o.forward && dialect == o.dialect && signing == o.signing
                && Arrays.equals(signingKey, o.signingKey) && Objects.equals(timestampFile, o.timestampFile);
    }

    @Override
    public int hashCode() {
        return addresses.hashCode();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return addresses + " as " + systemId + "/" + componentId + ", signing " + signing;
    }
}
