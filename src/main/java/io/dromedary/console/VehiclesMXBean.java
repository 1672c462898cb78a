package io.dromedary.console;

import java.util.List;

/** The links to vehicles and who was heard on them. */
public interface VehiclesMXBean {

    List<Link> getLinks();

    List<VehicleState> getVehicles();

    /** One link: its addresses and the counters since it was opened. */
    interface Link {

        String getAddresses();

        String getSigning();

        long getReceived();

        long getLost();

        long getChecksumErrors();

        long getBadSignatures();

        long getSent();

        long getSendDrops();
    }

    /** One vehicle as its heartbeats tell. */
    interface VehicleState {

        /** System id and component id, with a slash between. */
        String getId();

        String getLink();

        /** MAV_AUTOPILOT: 3 ArduPilot, 12 PX4. */
        int getAutopilot();

        /** False from the moment it counts as lost until its next heartbeat. */
        boolean isPresent();

        boolean isArmed();

        /** The autopilot's own mode number. */
        long getMode();

        long getHeartbeats();

        double getSilenceSeconds();
    }
}
