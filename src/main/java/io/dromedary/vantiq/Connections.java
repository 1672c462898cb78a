package io.dromedary.vantiq;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.vantiq.VantiqListener.Operation;
import io.dromedary.vantiq.VantiqSession.State;

import io.vertx.core.Context;
import io.vertx.core.http.WebSocketClient;

/**
 * The connections of one source, one after the other: opens the next one when one has ended, after the wait that {@link ReconnectPolicy} says. Lives
 * on the session's event loop; what can be asked from elsewhere says so.
 */
final class Connections implements ConnectionListener {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Context loop;
    private final WebSocketClient client;
    private final Supplier<VantiqTarget> targets;
    private final VantiqSettings settings;
    private final VantiqListener listener;
    private final VantiqCounters counters;
    private final Outbox outbox;
    private final Inbound inbound;
    private final Runnable stateChanged;
    private final ReconnectPolicy policy;
    private volatile State state = State.STOPPED;
    private volatile String lastEnd;
    private volatile Map<String, Object> configuration;
    private VantiqConnection connection;
    private boolean running;
    private long retryTimer = -1;
    private Runnable afterEnd;

    /**
     * @param targets      asked before every attempt; may throw {@link VantiqConfigException}
     * @param stateChanged called after every change of the state
     */
    Connections(Context loop, WebSocketClient client, Supplier<VantiqTarget> targets, VantiqSettings settings, VantiqListener listener,
            VantiqCounters counters, Outbox outbox, Inbound inbound, Runnable stateChanged) {
        this.loop = loop;
        this.client = client;
        this.targets = targets;
        this.settings = settings;
        this.listener = listener;
        this.counters = counters;
        this.outbox = outbox;
        this.inbound = inbound;
        this.stateChanged = stateChanged;
        this.policy = new ReconnectPolicy(settings.times().reconnect(), settings.times().reconnectMax(),
                () -> ThreadLocalRandom.current().nextDouble(), System::nanoTime);
    }

    /** Opens the first connection; false when that has been done before. */
    boolean start() {
        boolean first = !running;
        running = true;
        if (first) {
            connect();
        }
        return first;
    }

    /** Ends the connection and opens no other. */
    void stop(Runnable then) {
        running = false;
        loop.owner().cancelTimer(retryTimer);
        afterEnd = then;
        if (connection == null) {
            state = State.STOPPED;
            afterEnd.run();
        } else {
            outbox.pump();
            connection.closeNormally("the connector stops");
        }
    }

    /** Ends the connection and opens a new one at once, with the token and address that hold now. */
    void reconnect(String why) {
        if (connection != null) {
            connection.closeNormally(why);
        } else if (running) {
            loop.owner().cancelTimer(retryTimer);
            retryTimer = loop.owner().setTimer(Math.max(1, policy.afterCleanEnd()), timer -> connect());
        }
    }

    /** Where the session stands. On any thread. */
    State state() {
        return state;
    }

    /** Why the last connection ended, or null. On any thread. */
    String lastEnd() {
        return lastEnd;
    }

    /** The configuration the server sent last, or null. On any thread. */
    Map<String, Object> configuration() {
        return configuration;
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
            ended(End.LOGIN_REFUSED, e.getMessage(), false);
            return;
        }
        connection = new VantiqConnection(loop, settings, target, this);
        inbound.readFrom(connection);
        connection.open(client);
    }

    private void change(State next) {
        state = next;
        stateChanged.run();
    }

    @Override
    public void configured(Map<String, Object> received) {
        configuration = received;
        VantiqConnection current = connection;
        if (!listener.takes(Operation.connect)) {
            ready(current);
            return;
        }
        // What the server sends now waits until the routes know the configuration.
        current.read(false);
        outbox.expectGreetings();
        inbound.inOrder(done -> listener.connected(received, problem -> {
            done.run();
            loop.runOnContext(nothing -> {
                if (problem == null) {
                    ready(current);
                } else {
                    current.closeFailed("the configuration was not accepted: " + problem.getMessage());
                }
            });
        }));
    }

    private void ready(VantiqConnection current) {
        if (!current.ready()) {
            return;
        }
        policy.connected();
        counters.connects.increment();
        LOG.info("Source {} connected", settings.source());
        change(State.CONNECTED);
        outbox.connected(current, current.roundTrip());
        current.read(true);
    }

    @Override
    public void message(VantiqMessage message) {
        inbound.message(message);
    }

    @Override
    public void malformed(String why) {
        inbound.malformed(why);
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
        boolean wasConnected = state == State.CONNECTED;
        connection = null;
        inbound.readFrom(null);
        lastEnd = why;
        outbox.disconnected(handshaken);
        if (wasConnected) {
            LOG.info("Source {} disconnected: {}", settings.source(), why);
            if (listener.takes(Operation.close)) {
                inbound.inOrder(listener::closed);
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
}
