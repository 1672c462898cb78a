package io.dromedary.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the cloud's store. A write that finds the cloud away, or others waiting, is kept on disk in the local database, in
 * order, and counts as done ({@code queued}). Delivery repeats it as it was: the last write wins, field by field for an update.
 * Except when the document has meanwhile become another machine's or been deleted: then the cloud's state stands and the write is
 * set aside in {@code cloud_conflicts} with the reason, as is one that the cloud refuses.
 */
final class CloudOutbox implements DocumentStore {

    private static final Logger LOG = LoggerFactory.getLogger(CloudOutbox.class);
    private static final Map<String, Object> QUEUED = Map.of("updated", true, "queued", true);
    private static final int PORTION = 100;

    private final DataSource local;
    private final DocumentStore cloud;
    private final String machineId;
    private final int maxWaiting;
    private final Object order = new Object();
    private volatile int waiting = -1;

    CloudOutbox(DataSource local, DocumentStore cloud, String machineId, int maxWaiting) {
        this.local = local;
        this.cloud = cloud;
        this.machineId = machineId;
        this.maxWaiting = maxWaiting;
    }

    private record Write(long number, boolean replace, DocumentKey key, Map<String, Object> data) {
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T run(Work<T> work) {
        try (Connection connection = local.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw SqlDocumentStore.failure(e);
        }
    }

    /** Reads the count at the first use. */
    int waiting() {
        if (waiting < 0) {
            synchronized (order) {
                if (waiting < 0) {
                    run(this::createTables);
                    waiting = count("cloud_outbox");
                }
            }
        }
        return waiting;
    }

    int conflicts() {
        waiting();
        return count("cloud_conflicts");
    }

    private Void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("cloud_outbox", "cloud_conflicts")) {
                statement.executeUpdate("CREATE TABLE IF NOT EXISTS " + table + " (number INTEGER PRIMARY KEY AUTOINCREMENT,"
                        + " replaces INTEGER NOT NULL, table_name TEXT NOT NULL, key_name TEXT NOT NULL, key_value TEXT NOT NULL,"
                        + " body TEXT NOT NULL, written_at TEXT NOT NULL, reason TEXT)");
            }
        }
        return null;
    }

    private int count(String table) {
        return run(connection -> {
            try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
                row.next();
                return row.getInt(1);
            }
        });
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
        keep(writes);
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
        keep(List.of(write));
        return QUEUED;
    }

    private Object apply(Write write) {
        return write.replace ? cloud.set(write.key, write.data) : cloud.update(write.key, write.data);
    }

    private void keep(List<Write> writes) {
        synchronized (order) {
            if (waiting() + writes.size() > maxWaiting) {
                throw new ProxyFailure("The cloud database is away and " + waiting + " writes already wait for it; this one is not kept");
            }
            run(connection -> {
                connection.setAutoCommit(false);
                try {
                    for (Write write : writes) {
                        insert(connection, "cloud_outbox", write, null);
                    }
                    connection.commit();
                } finally {
                    connection.setAutoCommit(true);
                }
                return null;
            });
            waiting += writes.size();
        }
    }

    private static void insert(Connection connection, String table, Write write, String reason) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                + " (replaces, table_name, key_name, key_value, body, written_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setBoolean(1, write.replace);
            insert.setString(2, write.key.table());
            insert.setString(3, write.key.field());
            insert.setString(4, write.key.value());
            insert.setString(5, Documents.write(write.data, Integer.MAX_VALUE));
            insert.setString(6, Instant.now().toString());
            insert.setString(7, reason);
            insert.executeUpdate();
        }
    }

    /** Delivers in order until nothing waits or the cloud is away again; called by one thread at a time. */
    synchronized int deliver() {
        while (waiting() > 0) {
            for (Write write : next()) {
                try {
                    String conflict = conflict(write);
                    if (conflict == null) {
                        apply(write);
                    }
                    settle(write, conflict);
                } catch (PeerAway e) {
                    return waiting();
                } catch (ProxyFailure e) {
                    settle(write, e.getMessage());
                }
            }
        }
        return 0;
    }

    private String conflict(Write write) {
        if (!(cloud.get(write.key) instanceof Map<?, ?> current) || current.isEmpty()) {
            return null;
        }
        if (!machineId.equals(current.get("robot_instance_id"))) {
            return "the item belongs to another machine";
        }
        return Boolean.TRUE.equals(current.get("deleted")) && !write.replace ? "the item has been deleted" : null;
    }

    private List<Write> next() {
        return run(connection -> {
            List<Write> writes = new ArrayList<>();
            try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT number, replaces, table_name,"
                    + " key_name, key_value, body FROM cloud_outbox ORDER BY number LIMIT " + PORTION)) {
                while (rows.next()) {
                    writes.add(new Write(rows.getLong(1), rows.getBoolean(2), new DocumentKey(rows.getString(3), rows.getString(4), rows.getString(5)),
                            Documents.read(rows.getString(6))));
                }
            }
            return writes;
        });
    }

    /** Takes a write out of the queue, into the conflicts when there is a reason. */
    private void settle(Write write, String conflict) {
        synchronized (order) {
            run(connection -> {
                connection.setAutoCommit(false);
                try (PreparedStatement delete = connection.prepareStatement("DELETE FROM cloud_outbox WHERE number = ?")) {
                    if (conflict != null) {
                        LOG.warn("A write to {} that had waited for the cloud is set aside: {}", write.key.table(), conflict);
                        insert(connection, "cloud_conflicts", write, conflict);
                    }
                    delete.setLong(1, write.number);
                    delete.executeUpdate();
                    connection.commit();
                } finally {
                    connection.setAutoCommit(true);
                }
                return null;
            });
            waiting--;
        }
    }

    @Override
    public Object get(DocumentKey key) {
        return cloud.get(key);
    }

    @Override
    public Object scan(String table, List<Filter> filters) {
        return cloud.scan(table, filters);
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
