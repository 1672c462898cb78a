package io.dromedary.mavftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;

/** One user's way to the files of a vehicle, which need not be there yet. */
final class VehicleFtp {

    private final MavlinkLink link;
    private final FtpClients clients;
    private final int system;
    private final int component;
    private final Duration wait;
    private final FtpOptions options;
    private FtpClient client;

    /** @param system 0 for the first vehicle heard @param wait how long to wait for that */
    VehicleFtp(MavlinkLink link, FtpClients clients, int system, int component, Duration wait, FtpOptions options) {
        this.link = link;
        this.clients = clients;
        this.system = system;
        this.component = component;
        this.wait = wait;
        this.options = options;
    }

    MavlinkLink link() {
        return link;
    }

    /** @throws FtpException when no vehicle is heard in time */
    synchronized FtpClient client() throws IOException {
        if (client == null) {
            client = clients.acquire(link, system != 0 ? system : heard().systemId(), component, options);
        }
        return client;
    }

    /** The system id of the vehicle. */
    int system() throws IOException {
        return system != 0 ? system : heard().systemId();
    }

    int component() {
        return component;
    }

    private Vehicle heard() throws IOException {
        try {
            return link.awaitVehicle(0, 0, wait).orElseThrow(() -> new FtpException(FtpError.REMOTE_REPLY_TIMEOUT,
                    "no vehicle was heard on " + link.settings().addresses() + " within " + wait.toMillis() + " ms"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a vehicle");
        }
    }

    synchronized void close() {
        if (client != null) {
            clients.release(client);
            client = null;
        }
    }
}
