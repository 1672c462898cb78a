package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;

/** A file server with system id 1 and component id 1 on a free UDP port. */
final class TestVehicle implements AutoCloseable {

    final MavlinkLink link;
    final FtpServerLoop server;

    TestVehicle(Path root, FtpServerProfile profile) throws IOException {
        link = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0").withIds(1, 1).withHeartbeat(2, Duration.ofMillis(200)));
        server = new FtpServerLoop(new LinkFtpTransport(link), root, profile);
    }

    /** Where clients connect to. */
    String address() {
        return "udpout:127.0.0.1:" + link.localPorts().get(0);
    }

    @Override
    public void close() {
        server.close();
        link.close();
    }
}
