package io.dromedary.vantiq;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.impl.VertxInternal;

/**
 * One source at its Vantiq server, as long as the connector runs. {@link Connections} keeps it connected; what arrives goes through {@link Inbound}
 * to a listener; what is sent goes through {@link Outbox}, which keeps it while there is no connection.
 *
 * <p>Sending works at any time; what waits is bounded. Every wait for the server has a limit. Safe for many threads.
 */
final class VantiqSession implements AutoCloseable {

    /** Where the session stands. */
    enum State {
        STOPPED, CONNECTING, CONNECTED, WAITING, LOGIN_REFUSED, FAILED
    }

    private static final Logger LOG = LoggerFactory.getLogger(VantiqSession.class);
    private static final long SWEEP_MILLIS = 1000;
    private static final long CLOSE_SECONDS = 5;

    private final VantiqSettings settings;
    private final NotificationStore store;
    private final VantiqCounters counters = new VantiqCounters();
    private final Context loop;
    private final Outbox outbox;
    private final OpenQueries queries;
    private final Inbound inbound;
    private final Connections connections;
    private final byte[] notificationHead;
    // Event loop only.
    private long sweepTimer = -1;

    /**
     * @param targets      asked before every attempt; may throw {@link VantiqConfigException}
     * @param pool         runs the listener; needs one thread, and one more per parallel query, for each session
     * @param stateChanged called after every change of the state, on the event loop
     */
    VantiqSession(Vertx vertx, WebSocketClient client, Supplier<VantiqTarget> targets, VantiqSettings settings, VantiqListener listener,
            Executor pool, Runnable stateChanged) {
        this.settings = settings;
        VantiqSettings.Limits limits = settings.limits();
        this.store = settings.storeDirectory() == null ? new MemoryNotificationStore(limits.queueMessages(), limits.queueBytes())
                : new DiskNotificationStore(settings.storeDirectory(), settings.source(), limits.queueMessages(), limits.queueBytes());
        // Each session has an event loop of its own choice, so that sources spread over the loops.
        this.loop = ((VertxInternal) vertx).createEventLoopContext();
        this.outbox = new Outbox(loop, store, settings, counters);
        this.queries = new OpenQueries(settings, outbox, counters, pool);
        this.inbound = new Inbound(loop, settings, listener, counters, outbox, queries, pool);
        this.connections = new Connections(loop, client, targets, settings, listener, counters, outbox, inbound, stateChanged);
        this.notificationHead = VantiqFrames.notificationHead(settings.source());
    }

    /** Starts connecting; returns at once. */
    void start() {
        loop.runOnContext(nothing -> {
            if (connections.start()) {
                sweepTimer = loop.owner().setPeriodic(SWEEP_MILLIS, timer -> queries.sweep());
            }
        });
    }

    /** Ends the session and waits, at most {@value #CLOSE_SECONDS} s, until the socket is gone. Undelivered notifications stay in a disk store. */
    @Override
    public void close() {
        CountDownLatch ended = new CountDownLatch(1);
        outbox.stop();
        loop.runOnContext(nothing -> {
            loop.owner().cancelTimer(sweepTimer);
            connections.stop(ended::countDown);
        });
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The connection of source {} did not end in time", settings.source());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inbound.stop();
        store.close();
    }

    /** Ends the connection and opens a new one at once, with the token and address that hold now. */
    void reconnect(String why) {
        loop.runOnContext(nothing -> connections.reconnect(why));
    }

    /** Gives the configuration to a listener that came after the session had connected; does nothing otherwise. */
    void tellConfiguration(VantiqListener late) {
        loop.runOnContext(nothing -> {
            if (state() == State.CONNECTED) {
                inbound.inOrder(done -> late.connected(configuration(), problem -> {
                    done.run();
                    if (problem != null) {
                        LOG.warn("A route did not accept the configuration of source {}: {}", settings.source(), problem.toString());
                    }
                }));
            }
        });
    }

    /** Sends a notification; see {@link VantiqSettings.WhenFull} for what a full queue means. */
    void notify(Object message) {
        outbox.notify(VantiqFrames.notification(notificationHead, message));
    }

    /** Sends a notification from a route that is just taking the configuration: it opens the session, ahead of those that wait. */
    void greet(Object message) {
        outbox.greet(VantiqFrames.notification(notificationHead, message));
    }

    /** The queries that have no answer yet. */
    OpenQueries queries() {
        return queries;
    }

    /** What arrives. */
    Inbound inbound() {
        return inbound;
    }

    State state() {
        return connections.state();
    }

    /** Why the last connection ended, or null. */
    String lastEnd() {
        return connections.lastEnd();
    }

    /** The configuration the server sent last, or null. */
    Map<String, Object> configuration() {
        return connections.configuration();
    }

    VantiqCounters counters() {
        return counters;
    }

    /** Notifications kept because the server may not have them. */
    int queued() {
        return store.size();
    }

    VantiqSettings settings() {
        return settings;
    }
}
