package io.dromedary.mavftp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.mavlink.MavlinkLink;

/** The clients of one application: everybody who talks to the same component over the same link shares one, and its queue. */
final class FtpClients {

    private record Key(MavlinkLink link, int system, int component) {
    }

    private static final class Shared {
        final FtpClient client;
        final FtpOptions options;
        int users;

        Shared(FtpClient client, FtpOptions options) {
            this.client = client;
            this.options = options;
        }
    }

    private final Map<Key, Shared> clients = new HashMap<>();

    /** @throws IllegalArgumentException when the component is in use with other options */
    synchronized FtpClient acquire(MavlinkLink link, int system, int component, FtpOptions options) {
        Key key = new Key(link, system, component);
        Shared shared = clients.get(key);
        if (shared == null) {
            shared = new Shared(new FtpClient(new LinkFtpTransport(link), system, component, options), options);
            clients.put(key, shared);
        } else if (!shared.options.equals(options)) {
            throw new IllegalArgumentException("The files of vehicle " + system + "/" + component + " are in use with " + shared.options
                    + "; they cannot have " + options + " at the same time");
        }
        shared.users++;
        return shared.client;
    }

    synchronized List<RunningTransfer> running() {
        return clients.values().stream().flatMap(shared -> shared.client.running().stream()).toList();
    }

    synchronized void release(FtpClient client) {
        clients.entrySet().removeIf(e -> e.getValue().client == client && --e.getValue().users == 0);
        if (clients.values().stream().noneMatch(s -> s.client == client)) {
            client.close();
        }
    }
}
