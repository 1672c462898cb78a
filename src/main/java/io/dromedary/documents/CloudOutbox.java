package io.dromedary.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.dromedary.documents.WriteQueue.Write;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the cloud's store. A write that finds the cloud away, or others waiting, is kept on disk in the local database, in
 * order, and counts as done ({@code queued}). Delivery repeats it as it was: the last write wins, field by field for an update.
 * Except when the document has meanwhile become another machine's or been deleted: then the cloud's state stands and the write is
 * set aside with the reason, as is one that the cloud refuses. As long as it is the cloud that does not work, or does not let this
 * machine in, nothing is set aside.
 */
final class CloudOutbox implements DocumentStore {

    private static final Logger LOG = LoggerFactory.getLogger(CloudOutbox.class);
    private static final Map<String, Object> QUEUED = Map.of("updated", true, "queued", true);
    private static final int PORTION = 100;
    /** A cloud that can be read but fails with one write, again and again, would keep all others waiting for ever. */
    private static final int MAX_FAILURES = 10;

    private final DocumentStore cloud;
    private final String machineId;
    private final WriteQueue queue;
    private long failing;
    private int failures;

    CloudOutbox(WriteQueue queue, DocumentStore cloud, String machineId) {
        this.queue = queue;
        this.cloud = cloud;
        this.machineId = machineId;
    }

    int waiting() {
        return queue.waiting();
    }

    int conflicts() {
        return queue.setAside();
    }

    @Override
    public Object update(DocumentKey key, Map<String, Object> data) {
        return write(new Write(0, false, key, data));
    }

    @Override
    public Object set(DocumentKey key, Map<String, Object> data) {
        return write(new Write(0, true, key, data));
    }

    @Override
    public Object setAll(List<DocumentKey> keys, List<Map<String, Object>> documents) {
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            writes.add(new Write(0, true, keys.get(i), documents.get(i)));
        }
        if (waiting() == 0) {
            try {
                return cloud.setAll(keys, documents);
            } catch (ProxyFailure e) {
                if (!(e instanceof PeerAway) && !(e.getCause() instanceof PeerAway)) {
                    throw e;
                }
                // Those that were written already are written again, which changes nothing.
            }
        }
        queue.add(writes);
        return Map.of("updated", true, "queued", true, "written", keys.size());
    }

    private Object write(Write write) {
        if (waiting() == 0) {
            try {
                return apply(write);
            } catch (PeerAway e) {
                LOG.debug("The cloud database is away: {}", e.getMessage());
            }
        }
        queue.add(List.of(write));
        return QUEUED;
    }

    private Object apply(Write write) {
        return write.replace() ? cloud.set(write.key(), write.data()) : cloud.update(write.key(), write.data());
    }

    /** Delivers in order until nothing waits or the cloud is away again; called by one thread at a time. */
    synchronized int deliver() {
        while (waiting() > 0) {
            List<Write> portion = queue.first(PORTION);
            if (portion.isEmpty()) {
                queue.recount();
            }
            for (Write write : portion) {
                if (!settle(write)) {
                    return waiting();
                }
            }
        }
        return 0;
    }

    /** Delivers one write or sets it aside; false when it has to wait. */
    private boolean settle(Write write) {
        String reason;
        try {
            reason = conflict(write);
            if (reason == null) {
                reason = refusal(write);
            }
        } catch (ProxyFailure e) {
            LOG.debug("The cloud database is away: {}", e.getMessage());
            return false;
        }
        if (reason != null) {
            LOG.warn("A write to {} that had waited for the cloud is set aside: {}", write.key().table(), reason);
        }
        queue.remove(write, reason);
        return true;
    }

    /** Applies a write; why the cloud does not take it, or null. */
    private String refusal(Write write) {
        try {
            apply(write);
            return null;
        } catch (PeerAway e) {
            throw e;
        } catch (BadParameter e) {
            return e.getMessage();
        } catch (ProxyFailure e) {
            if (e instanceof ApiFailure api && api.isRefusal()) {
                return e.getMessage();
            }
            failures = failing == write.number() ? failures + 1 : 1;
            failing = write.number();
            if (failures < MAX_FAILURES || e instanceof ApiFailure api && api.isPassing()) {
                throw e;
            }
            return e.getMessage();
        }
    }

    private String conflict(Write write) {
        return write.conflict(current(write.key()), machineId);
    }

    /** An API that has a status for what is not there says so of a document that is to be made. */
    private Map<String, Object> current(DocumentKey key) {
        try {
            return Documents.map(cloud.get(key));
        } catch (ApiFailure e) {
            if (e.isRefusal()) {
                return Map.of();
            }
            throw e;
        }
    }

    /** With the writes that wait for it. They are read before the cloud: one that is delivered in between changes nothing when applied twice. */
    @Override
    public Object get(DocumentKey key) {
        List<Write> pending = waiting() == 0 ? List.of() : queue.of(key);
        return pending.isEmpty() ? cloud.get(key) : new PendingWrites(pending, machineId).onto(current(key));
    }

    /** With the writes that wait for the table, which may make a document meet the conditions, or no longer. */
    @Override
    public Object scan(String table, List<Filter> filters) {
        List<Write> pending = waiting() == 0 ? List.of() : queue.of(table);
        if (pending.isEmpty()) {
            return cloud.scan(table, filters);
        }
        List<Map<String, Object>> ours = Documents.list(cloud.scan(table, List.of(new Filter(DocumentProxy.OWNER, machineId))));
        return new PendingWrites(pending, machineId).onto(ours).stream().filter(document -> Documents.meets(document, filters)).toList();
    }

    @Override
    public void probe() {
        cloud.probe();
    }

    @Override
    public String address() {
        return cloud.address();
    }

    @Override
    public void close() {
        cloud.close();
    }
}
