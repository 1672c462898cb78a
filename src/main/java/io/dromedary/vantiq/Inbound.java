package io.dromedary.vantiq;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.vantiq.VantiqListener.Operation;

import io.vertx.core.Context;

/**
 * What a server sends to one source: gives publishes to the listener one at a time and in order, queries beside them, several at a time. When
 * too much waits for the listener, reading from the socket stops.
 */
final class Inbound {

    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
    private static final int REFUSED = 300;
    private static final long DRAIN_SECONDS = 5;

    private final Context loop;
    private final VantiqSettings settings;
    private final VantiqListener listener;
    private final VantiqCounters counters;
    private final Outbox outbox;
    private final OpenQueries open;
    private final Lane events;
    private final Lane queries;
    // Event loop only.
    private VantiqConnection connection;
    private boolean reading = true;

    /** @param pool runs the listener */
    Inbound(Context loop, VantiqSettings settings, VantiqListener listener, VantiqCounters counters, Outbox outbox, OpenQueries open, Executor pool) {
        this.loop = loop;
        this.settings = settings;
        this.listener = listener;
        this.counters = counters;
        this.outbox = outbox;
        this.open = open;
        VantiqSettings.Limits limits = settings.limits();
        this.events = new Lane(pool, 1, limits.inbound(), this::relieved, this::soon);
        this.queries = new Lane(pool, limits.parallelQueries(), limits.inbound(), this::relieved, this::soon);
    }

    /** Reads from this connection from now on; null when there is none. On the event loop. */
    void readFrom(VantiqConnection next) {
        connection = next;
        reading = true;
    }

    /** Runs something of the listener's behind the publishes that came before it. */
    void inOrder(Lane.Task event) {
        events.submit(event);
    }

    /** Takes one message. On the event loop. */
    void message(VantiqMessage message) {
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

    /** Counts what is no message. */
    void malformed(String why) {
        counters.malformed.increment();
        warn(counters.malformed, "Source {} ignores a frame that is {}", why);
    }

    private void status(VantiqMessage message) {
        if (message.isAcknowledgement()) {
            outbox.acknowledged();
        } else if (message.status() >= REFUSED) {
            counters.refused.increment();
            warn(counters.refused, "The server refused something sent for source {}: {}",
                    message.status() + " :: " + VantiqFrames.describe(message.body()));
            outbox.acknowledged();
        } else {
            LOG.debug("Source {} ignores a frame without operation and known status", settings.source());
        }
    }

    private void query(VantiqMessage message) {
        OpenQuery query = open.received(message);
        if (message.replyAddress() == null) {
            counters.malformed.increment();
            warn(counters.malformed, "Source {} cannot answer a query: {}", "it has no reply address");
        } else if (!listener.takes(Operation.query)) {
            queries.submit(done -> {
                query.fail("io.dromedary.vantiq.noQueryRoute", "No route answers queries of the source {0}", List.of(settings.source()));
                done.run();
            });
        } else {
            open.keep(query);
            queries.submit(done -> listener.queried(query, done));
        }
    }

    /** The 1st, 2nd, 4th, 8th … time: a flood of bad frames must not become a flood of log lines. */
    private void warn(LongAdder count, String text, String detail) {
        if (Long.bitCount(count.sum()) == 1) {
            LOG.warn(text + " ({} so far)", settings.source(), detail, count.sum());
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

    /**
     * Stops reading and waits, at most {@value #DRAIN_SECONDS} s for each, until the listener is done with everything that was read. Reading goes
     * on with {@link #resume()}.
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
        long millis = TimeUnit.SECONDS.toMillis(DRAIN_SECONDS);
        if (!paused.await(DRAIN_SECONDS, TimeUnit.SECONDS) || !events.awaitIdle(millis) || !queries.awaitIdle(millis)) {
            LOG.warn("Source {} stops while messages are still being processed", settings.source());
        }
    }

    /** Reads again after {@link #drain()}. */
    void resume() {
        relieved();
    }

    /** Forgets what waits for the listener. */
    void stop() {
        events.stop();
        queries.stop();
    }
}
