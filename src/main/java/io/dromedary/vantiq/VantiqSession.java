package io.dromedary.vantiq;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.vantiq.VantiqConnection.End;
import io.dromedary.vantiq.VantiqListener.Operation;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.impl.VertxInternal;

/**
 * Keeps one source connected to its Vantiq server: opens a connection, logs in, reconnects after every end, gives what arrives to a listener and
 * sends what it is given.
 *
 * <p>Sending works at any time; what cannot go out at once waits in bounded queues. Every wait for the server has a limit. Safe for many threads;
 * the state lives on one event loop.
 */
final class VantiqSession implements AutoCloseable {

    /** Where the session stands. */
    enum State {
        STOPPED, CONNECTING, CONNECTED, WAITING, LOGIN_REFUSED, FAILED
    }

    private static final Logger LOG = LoggerFactory.getLogger(VantiqSession.class);
    private static final long SWEEP_MILLIS = 1000;
    private static final long CLOSE_SECONDS = 5;

    private final WebSocketClient client;
    private final Supplier<VantiqTarget> targets;
    private final VantiqSettings settings;
    private final VantiqListener listener;
    private final Executor pool;
    private final Runnable stateChanged;
    private final NotificationStore store;
    private final VantiqCounters counters = new VantiqCounters();
    private final Context loop;
    private final Outbox outbox;
    private final Lane events;
    private final Lane queries;
    private final Map<Object, OpenQuery> open = new ConcurrentHashMap<>();
    private final byte[] notificationHead;
    private final ReconnectPolicy policy;
    private volatile State state = State.STOPPED;
    private volatile String lastEnd;
    private volatile Map<String, Object> configuration;
    // Event loop only.
    private VantiqConnection connection;
    private boolean running;
    private boolean reading = true;
    private long retryTimer = -1;
    private long sweepTimer = -1;
    private Runnable afterEnd;

    /**
     * @param targets      asked before every attempt; may throw {@link VantiqConfigException}
     * @param pool         runs the listener; needs one thread, and one more per parallel query, for each session
     * @param stateChanged called after every change of the state, on the event loop
     */
    VantiqSession(Vertx vertx, WebSocketClient client, Supplier<VantiqTarget> targets, VantiqSettings settings, VantiqListener listener,
            Executor pool, Runnable stateChanged) {
        this.client = client;
        this.targets = targets;
        this.settings = settings;
        this.listener = listener;
        this.pool = pool;
        this.stateChanged = stateChanged;
        VantiqSettings.Limits limits = settings.limits();
        this.store = settings.storeDirectory() == null ? new MemoryNotificationStore(limits.queueMessages(), limits.queueBytes())
                : new DiskNotificationStore(settings.storeDirectory(), settings.source(), limits.queueMessages(), limits.queueBytes());
        // Each session has an event loop of its own choice, so that sources spread over the loops.
        this.loop = ((VertxInternal) vertx).createEventLoopContext();
        this.outbox = new Outbox(loop, store, settings, counters);
        this.events = new Lane(pool, 1, limits.inbound(), this::relieved, this::soon);
        this.queries = new Lane(pool, limits.parallelQueries(), limits.inbound(), this::relieved, this::soon);
        this.notificationHead = VantiqFrames.notificationHead(settings.source());
        this.policy = new ReconnectPolicy(settings.times().reconnect(), settings.times().reconnectMax(),
                () -> ThreadLocalRandom.current().nextDouble(), System::nanoTime);
    }

    /** Starts connecting; returns at once. */
    void start() {
        loop.runOnContext(nothing -> {
            if (!running) {
                running = true;
                sweepTimer = loop.owner().setPeriodic(SWEEP_MILLIS, timer -> sweepQueries());
                connect();
            }
        });
    }

    /** Ends the session and waits, at most {@value #CLOSE_SECONDS} s, until the socket is gone. Undelivered notifications stay in a disk store. */
    @Override
    public void close() {
        CountDownLatch ended = new CountDownLatch(1);
        outbox.stop();
        loop.runOnContext(nothing -> {
            running = false;
            loop.owner().cancelTimer(sweepTimer);
            loop.owner().cancelTimer(retryTimer);
            afterEnd = ended::countDown;
            if (connection == null) {
                afterEnd.run();
            } else {
                outbox.pump();
                connection.closeNormally("the connector stops");
            }
        });
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The connection of source {} did not end in time", settings.source());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.stop();
        queries.stop();
        state = State.STOPPED;
        store.close();
    }

    /**
     * Stops reading and waits, at most {@value #CLOSE_SECONDS} s, until the listener is done with everything that was read. Reading goes on with
     * {@link #resume()}.
     */
    void drain() throws InterruptedException {
        CountDownLatch paused = new CountDownLatch(1);
        loop.runOnContext(nothing -> {
            reading = false;
            if (connection != null) {
                connection.read(false);
            }
            paused.countDown();
        });
        if (!paused.await(CLOSE_SECONDS, TimeUnit.SECONDS) || !events.awaitIdle(CLOSE_SECONDS * 1000) || !queries.awaitIdle(CLOSE_SECONDS * 1000)) {
            LOG.warn("Source {} stops while messages are still being processed", settings.source());
        }
    }

    /** Reads again after {@link #drain()}. */
    void resume() {
        relieved();
    }

    /** Ends the connection and opens a new one at once, with the token and address that hold now. */
    void reconnect(String why) {
        loop.runOnContext(nothing -> {
            if (connection != null) {
                connection.closeNormally(why);
            } else if (running) {
                loop.owner().cancelTimer(retryTimer);
                retryTimer = loop.owner().setTimer(Math.max(1, policy.afterCleanEnd()), timer -> connect());
            }
        });
    }

    /** Gives the configuration to a listener that came after the session had connected; does nothing otherwise. */
    void tellConfiguration(VantiqListener late) {
        loop.runOnContext(nothing -> {
            if (state == State.CONNECTED) {
                events.submit(done -> late.connected(configuration, problem -> {
                    done.run();
                    if (problem != null) {
                        LOG.warn("A route did not accept the configuration of source {}: {}", settings.source(), problem.toString());
                    }
                }));
            }
        });
    }

    private void connect() {
        if (!running) {
            return;
        }
        state = State.CONNECTING;
        counters.attempts.increment();
        VantiqTarget target;
        try {
            target = targets.get();
        } catch (VantiqConfigException e) {
            ended(null, End.LOGIN_REFUSED, e.getMessage(), false);
            return;
        }
        ConnectionOwner owner = new ConnectionOwner();
        connection = new VantiqConnection(loop, settings, target, owner);
        owner.connection = connection;
        reading = true;
        connection.open(client);
    }

    private void ended(VantiqConnection ended, End how, String why, boolean handshaken) {
        boolean wasConnected = state == State.CONNECTED;
        connection = null;
        lastEnd = why;
        outbox.disconnected(handshaken);
        if (wasConnected) {
            LOG.info("Source {} disconnected: {}", settings.source(), why);
            if (listener.takes(Operation.close)) {
                events.submit(listener::closed);
            }
        } else if (running) {
            LOG.warn("Source {} could not be connected: {}", settings.source(), why);
        }
        if (!running) {
            change(State.STOPPED);
            if (afterEnd != null) {
                afterEnd.run();
            }
        } else if (settings.failOnConnectionError() && how != End.CLEAN) {
            running = false;
            change(State.FAILED);
            LOG.error("Source {} is given up: failOnConnectionError is set", settings.source());
        } else {
            long wait = switch (how) {
                case CLEAN -> policy.afterCleanEnd();
                case FAILED -> policy.afterFailure();
                case LOGIN_REFUSED -> policy.afterRefusedLogin();
            };
            change(how == End.LOGIN_REFUSED ? State.LOGIN_REFUSED : State.WAITING);
            retryTimer = loop.owner().setTimer(Math.max(1, wait), timer -> connect());
        }
    }

    private void change(State next) {
        state = next;
        stateChanged.run();
    }

    /** Sends a notification; see {@link VantiqSettings.WhenFull} for what a full queue means. */
    void notify(Object message) {
        outbox.notify(VantiqFrames.notification(notificationHead, message));
    }

    /** Sends a notification from a route that is just taking the configuration: it opens the session, ahead of those that wait. */
    void greet(Object message) {
        outbox.greet(VantiqFrames.notification(notificationHead, message));
    }

    /** The query with this reply address that has no answer yet, or null. */
    OpenQuery openQuery(Object replyAddress) {
        return replyAddress == null ? null : open.get(replyAddress);
    }

    /** A handle to answer any address, for queries this session does not know (any more). */
    OpenQuery queryAt(Object replyAddress) {
        OpenQuery known = openQuery(replyAddress);
        return known != null ? known : new OpenQuery(this, null, replyAddress, System.nanoTime());
    }

    /** Called by the query itself. */
    void answer(OpenQuery query, byte[] frame, boolean result) {
        if (query.isEnded()) {
            open.remove(query.replyAddress(), query);
            (result ? counters.answered : counters.failed).increment();
        }
        outbox.answer(frame);
    }

    private void message(VantiqMessage message) {
        if (message.op() == null) {
            status(message);
        } else if (message.op().equals("publish")) {
            counters.received.increment();
            if (listener.takes(Operation.publish)) {
                events.submit(done -> listener.published(message.object(), message.replyAddress(), done));
            }
        } else if (message.op().equals("query")) {
            counters.received.increment();
            query(message);
        } else if (message.op().equals("reconnectRequired")) {
            connection.closeNormally("the server asked to reconnect");
            return;
        } else {
            LOG.debug("Source {} ignores the operation {}", settings.source(), message.op());
        }
        if (reading && (events.isFull() || queries.isFull())) {
            reading = false;
            connection.read(false);
        }
    }

    private void status(VantiqMessage message) {
        if (message.isAcknowledgement()) {
            outbox.acknowledged();
        } else if (message.status() >= 300) {
            counters.refused.increment();
            warn(counters.refused, "The server refused something sent for source {}: {}",
                    message.status() + " :: " + VantiqConnection.describe(message.body()));
            outbox.acknowledged();
        } else {
            LOG.debug("Source {} ignores a frame without operation and known status", settings.source());
        }
    }

    /** The 1st, 2nd, 4th, 8th … time: a flood of bad frames must not become a flood of log lines. */
    private void warn(LongAdder count, String text, String detail) {
        if (Long.bitCount(count.sum()) == 1) {
            LOG.warn(text + " ({} so far)", settings.source(), detail, count.sum());
        }
    }

    private void query(VantiqMessage message) {
        OpenQuery query = new OpenQuery(this, message.object(), message.replyAddress(), System.nanoTime());
        if (message.replyAddress() == null) {
            counters.malformed.increment();
            warn(counters.malformed, "Source {} cannot answer a query: {}", "it has no reply address");
        } else if (!listener.takes(Operation.query)) {
            queries.submit(done -> {
                query.fail("io.dromedary.vantiq.noQueryRoute", "No route answers queries of the source {0}", List.of(settings.source()));
                done.run();
            });
        } else {
            open.put(message.replyAddress(), query);
            queries.submit(done -> listener.queried(query, done));
        }
    }

    /** Nobody waits for ever: a query without an answer in time gets an error. */
    private void sweepQueries() {
        long limit = settings.times().query().toNanos();
        for (OpenQuery query : open.values()) {
            if (limit > 0 && System.nanoTime() - query.receivedNanos() > limit && open.remove(query.replyAddress(), query)) {
                // Not on the event loop, which must not wait for room, nor behind the queries that hang.
                offer(pool, () -> expire(query));
            }
        }
    }

    /** Runs something on a pool, unless that is being stopped. */
    static void offer(Executor pool, Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The worker pool is stopped", e);
        }
    }

    private void expire(OpenQuery query) {
        try {
            query.fail("io.dromedary.vantiq.queryTimeout", "No answer within {0} ms", List.of(settings.times().query().toMillis()));
        } catch (VantiqException e) {
            LOG.debug("Source {}: a late query needed no error", settings.source(), e);
        }
    }

    private void soon(Runnable work) {
        loop.runOnContext(nothing -> loop.owner().setTimer(1, timer -> work.run()));
    }

    private void relieved() {
        loop.runOnContext(nothing -> {
            if (!reading && connection != null && !events.isFull() && !queries.isFull()) {
                reading = true;
                connection.read(true);
            }
        });
    }

    State state() {
        return state;
    }

    /** Why the last connection ended, or null. */
    String lastEnd() {
        return lastEnd;
    }

    /** The configuration the server sent last, or null. */
    Map<String, Object> configuration() {
        return configuration;
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

    /** Ties the events of one connection to the session; a connection that is no longer the current one is not heard. */
    private final class ConnectionOwner implements VantiqConnection.Owner {

        private VantiqConnection connection;

        @Override
        public void configured(Map<String, Object> received) {
            configuration = received;
            if (!listener.takes(Operation.connect)) {
                ready();
                return;
            }
            // What the server sends now waits until the routes know the configuration.
            connection.read(false);
            outbox.expectGreetings();
            events.submit(done -> listener.connected(received, problem -> {
                done.run();
                loop.runOnContext(nothing -> {
                    if (problem == null) {
                        ready();
                    } else {
                        connection.closeFailed("the configuration was not accepted: " + problem.getMessage());
                    }
                });
            }));
        }

        private void ready() {
            if (!connection.ready()) {
                return;
            }
            policy.connected();
            counters.connects.increment();
            LOG.info("Source {} connected", settings.source());
            change(State.CONNECTED);
            outbox.connected(connection, connection.roundTrip());
            connection.read(true);
        }

        @Override
        public void message(VantiqMessage message) {
            VantiqSession.this.message(message);
        }

        @Override
        public void malformed(String why) {
            counters.malformed.increment();
            warn(counters.malformed, "Source {} ignores a frame that is {}", why);
        }

        @Override
        public void drained() {
            outbox.pump();
        }

        @Override
        public void ponged(long mark) {
            outbox.ponged(mark);
        }

        @Override
        public void ended(End how, String why, boolean handshaken) {
            VantiqSession.this.ended(connection, how, why, handshaken);
        }
    }
}
