package io.dromedary.embedded;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts embedded servers again that have ended by themselves: a process that was killed, a broker whose disk was full for a while. Looks
 * once a second, on one thread; a server that cannot start is tried as often, and told of once.
 */
public final class ServerKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerKeeper.class);
    private static final long PAUSE_SECONDS = 1;
    /** Longer than any start or stop of a server may take. */
    private static final long CLOSE_SECONDS = 60;

    private final List<EmbeddedServer> servers;
    private final Set<EmbeddedServer> down = new HashSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "embedded-servers");
        thread.setDaemon(true);
        return thread;
    });

    /** @param servers all of them started */
    public ServerKeeper(Collection<EmbeddedServer> servers) {
        this.servers = List.copyOf(servers);
        timer.scheduleWithFixedDelay(() -> this.servers.forEach(this::look), PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    private void look(EmbeddedServer server) {
        if (server.isRunning()) {
            return;
        }
        boolean told = !down.add(server);
        if (!told) {
            LOG.warn("The embedded server {} at {} has ended by itself; it is started again", server.name(), server.address());
        }
        try {
            server.stop();
            server.start();
            down.remove(server);
            LOG.info("The embedded server {} at {} runs again", server.name(), server.address());
        } catch (RuntimeException e) {
            if (!told) {
                LOG.warn("{} It is tried until it can", e.getMessage());
            }
        }
    }

    /** Starts nothing any more, and waits for a start that is under way. Stopping the servers is its owner's. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
