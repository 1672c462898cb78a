package io.dromedary.vantiq;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queries of one source that have no answer yet. None waits for ever: after the limit it gets an error. Safe for several threads. */
final class OpenQueries {

    private static final Logger LOG = LoggerFactory.getLogger(OpenQueries.class);

    private final VantiqSettings settings;
    private final Outbox outbox;
    private final VantiqCounters counters;
    private final Executor pool;
    private final Map<Object, OpenQuery> open = new ConcurrentHashMap<>();

    /** @param pool sends the errors of those that nobody answered */
    OpenQueries(VantiqSettings settings, Outbox outbox, VantiqCounters counters, Executor pool) {
        this.settings = settings;
        this.outbox = outbox;
        this.counters = counters;
        this.pool = pool;
    }

    /** A query as it came; it is not kept yet. */
    OpenQuery received(VantiqMessage message) {
        return new OpenQuery(this, message.object(), message.replyAddress(), System.nanoTime());
    }

    /** Keeps a query, which has a reply address, until it is answered. */
    void keep(OpenQuery query) {
        open.put(query.replyAddress(), query);
    }

    /** The query with this reply address, or a handle to answer one that is not known (any more). */
    OpenQuery at(Object replyAddress) {
        OpenQuery known = replyAddress == null ? null : open.get(replyAddress);
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

    /** Ends those that have waited too long. */
    void sweep() {
        long limit = settings.times().query().toNanos();
        for (OpenQuery query : open.values()) {
            if (limit > 0 && System.nanoTime() - query.receivedNanos() > limit && open.remove(query.replyAddress(), query)) {
                // Not on the event loop, which must not wait for room, nor behind the queries that hang.
                Lane.offer(pool, () -> expire(query));
            }
        }
    }

    private void expire(OpenQuery query) {
        try {
            query.fail("io.dromedary.vantiq.queryTimeout", "No answer within {0} ms", List.of(settings.times().query().toMillis()));
        } catch (VantiqException e) {
            LOG.debug("Source {}: a late query needed no error", settings.source(), e);
        }
    }
}
