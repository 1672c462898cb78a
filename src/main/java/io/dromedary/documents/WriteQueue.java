package io.dromedary.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.dromedary.proxies.ProxyFailure;

/**
 * Writes that wait, in the table {@code cloud_outbox} of a database on disk, and those that were set aside, in
 * {@code cloud_conflicts}. Their order is that of their numbers, which only grow; the time in {@code written_at} is for people. Safe
 * for use by several threads.
 */
final class WriteQueue {

    /**
     * A write.
     *
     * @param number  its place in the queue; 0 before it has one
     * @param replace whether it replaces the whole document
     */
    record Write(long number, boolean replace, DocumentKey key, Map<String, Object> data) {

        /** Why the cloud's state of the document, empty when it has none, stands against this write; null when it does not. */
        String conflict(Map<?, ?> current, String machineId) {
            if (current.isEmpty()) {
                return null;
            }
            if (!machineId.equals(current.get(DocumentProxy.OWNER))) {
                return "the item belongs to another machine";
            }
            return Boolean.TRUE.equals(current.get(DocumentProxy.DELETED)) && !replace ? "the item has been deleted" : null;
        }

        /** What the document is after this write. */
        Map<String, Object> onto(Map<String, Object> current) {
            Map<String, Object> after = new LinkedHashMap<>();
            after.put(key.field(), key.value());
            if (!replace) {
                after.putAll(current);
            }
            after.putAll(data);
            return after;
        }
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final DataSource database;
    private final int maxWaiting;
    private volatile int waiting = -1;

    /** @param maxWaiting how many writes are kept; more are refused */
    WriteQueue(DataSource database, int maxWaiting) {
        this.database = database;
        this.maxWaiting = maxWaiting;
    }

    /** How many wait. Counted in the table at the first use only. */
    int waiting() {
        if (waiting < 0) {
            synchronized (this) {
                if (waiting < 0) {
                    run(WriteQueue::createTables);
                    waiting = count("cloud_outbox");
                }
            }
        }
        return waiting;
    }

    /** Counts anew: the tables are within reach of whoever may run SQL here. */
    synchronized void recount() {
        waiting = count("cloud_outbox");
    }

    /** How many were set aside. */
    int setAside() {
        waiting();
        return count("cloud_conflicts");
    }

    private static Void createTables(Connection connection) throws SQLException {
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

    /**
     * Appends writes, all or none.
     *
     * @throws ProxyFailure if there is no room for them
     */
    synchronized void add(List<Write> writes) {
        if (waiting() + writes.size() > maxWaiting) {
            throw new ProxyFailure("The cloud database is away and " + waiting + " writes already wait for it; this one is not kept");
        }
        run(connection -> whole(connection, () -> {
            for (Write write : writes) {
                insert(connection, "cloud_outbox", write, null);
            }
        }));
        waiting += writes.size();
    }

    /** Takes a write out, into those set aside when there is a reason. */
    synchronized void remove(Write write, String reason) {
        run(connection -> whole(connection, () -> {
            if (reason != null) {
                insert(connection, "cloud_conflicts", write, reason);
            }
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM cloud_outbox WHERE number = ?")) {
                delete.setLong(1, write.number);
                delete.executeUpdate();
            }
        }));
        waiting--;
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

    /** The first writes of the queue, at most so many. */
    List<Write> first(int max) {
        return select("ORDER BY number LIMIT " + max);
    }

    /** Those that wait for one document, in order. */
    List<Write> of(DocumentKey key) {
        return select("WHERE table_name = ? AND key_name = ? AND key_value = ? ORDER BY number", key.table(), key.field(), key.value());
    }

    /** Those that wait for a table, in order. */
    List<Write> of(String table) {
        return select("WHERE table_name = ? ORDER BY number", table);
    }

    private List<Write> select(String which, String... values) {
        return run(connection -> {
            List<Write> writes = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement("SELECT number, replaces, table_name, key_name, key_value, body FROM cloud_outbox "
                    + which)) {
                for (int i = 0; i < values.length; i++) {
                    query.setString(i + 1, values[i]);
                }
                ResultSet rows = query.executeQuery();
                while (rows.next()) {
                    writes.add(new Write(rows.getLong(1), rows.getBoolean(2), new DocumentKey(rows.getString(3), rows.getString(4), rows.getString(5)),
                            Documents.read(rows.getString(6))));
                }
            }
            return writes;
        });
    }

    private interface Statements {
        void run() throws SQLException;
    }

    private static Void whole(Connection connection, Statements statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            statements.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        return null;
    }

    private <T> T run(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw SqlDocumentStore.failure(e);
        }
    }
}
