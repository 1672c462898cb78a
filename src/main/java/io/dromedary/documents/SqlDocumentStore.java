package io.dromedary.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;

/**
 * Documents in one SQL table, {@code documents}, of SQLite or PostgreSQL. A change is a compare-and-swap on the row's version, so
 * that two writers of different fields of one document both succeed.
 */
final class SqlDocumentStore implements DocumentStore {

    /** Rows of one scan; more are refused rather than held in memory. */
    private static final int MAX_ROWS = 100_000;
    private static final int MAX_SWAPS = 1000;
    private static final Map<String, Object> UPDATED = Map.of("updated", true);

    private static final String GET = "SELECT body, version FROM documents WHERE table_name = ? AND key_name = ? AND key_value = ?";
    private static final String SCAN = "SELECT body FROM documents WHERE table_name = ?";
    private static final String INSERT = "INSERT INTO documents (table_name, key_name, key_value, body, version) VALUES (?, ?, ?, %s, 1)"
            + " ON CONFLICT (table_name, key_name, key_value) DO ";
    private static final String REPLACE = INSERT + "UPDATE SET body = excluded.body, version = documents.version + 1";
    private static final String MAKE = INSERT + "NOTHING";
    private static final String SWAP = "UPDATE documents SET body = %s, version = version + 1"
            + " WHERE table_name = ? AND key_name = ? AND key_value = ? AND version = ?";

    private final DataSource database;
    private final String address;
    private final SqlDialect dialect;
    private final int maxBytes;
    private volatile boolean ready;

    /** A store that makes its table when it is first used, since the server may be away at the start. */
    SqlDocumentStore(DataSource database, String address, int maxBytes) {
        this.database = database;
        this.address = address;
        this.dialect = SqlDialect.of(address);
        this.maxBytes = maxBytes;
    }

    private record Stored(Map<String, Object> document, long version) {
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @Override
    public Object get(DocumentKey key) {
        return run(connection -> {
            Stored stored = find(connection, key);
            return stored == null ? Map.of() : stored.document;
        });
    }

    private static Stored find(Connection connection, DocumentKey key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(GET)) {
            bind(query, 1, key);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? new Stored(Documents.read(rows.getString(1)), rows.getLong(2)) : null;
            }
        }
    }

    private static int bind(PreparedStatement statement, int first, DocumentKey key) throws SQLException {
        statement.setString(first, key.table());
        statement.setString(first + 1, key.field());
        statement.setString(first + 2, key.value());
        return first + 3;
    }

    @Override
    public Object scan(String table, List<Filter> filters) {
        List<Filter> narrowing = filters.stream().filter(dialect::canNarrow).toList();
        String query = SCAN + dialect.condition().repeat(narrowing.size()) + " ORDER BY key_value LIMIT " + (MAX_ROWS + 1);
        return run(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setString(1, table);
                int next = 2;
                for (Filter filter : narrowing) {
                    next = dialect.bind(statement, next, filter);
                }
                return matching(statement, filters);
            }
        });
    }

    private static List<Map<String, Object>> matching(PreparedStatement statement, List<Filter> filters) throws SQLException {
        List<Map<String, Object>> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Map<String, Object> document = Documents.read(rows.getString(1));
                if (Documents.meets(document, filters)) {
                    found.add(document);
                }
                if (found.size() > MAX_ROWS) {
                    throw new BadParameter("More than " + MAX_ROWS + " items match; add filters");
                }
            }
        }
        return found;
    }

    @Override
    public Object update(DocumentKey key, Map<String, Object> data) {
        Documents.write(data, maxBytes);
        return run(connection -> {
            for (int attempt = 0; attempt < MAX_SWAPS; attempt++) {
                Stored stored = find(connection, key);
                Map<String, Object> merged = new LinkedHashMap<>(stored == null ? Map.of() : stored.document);
                merged.putAll(data);
                if (stored == null ? write(connection, MAKE, key, merged) : swap(connection, key, merged, stored.version)) {
                    return UPDATED;
                }
            }
            throw new PeerAway("Request failed: too many writers of one item", null);
        });
    }

    private boolean swap(Connection connection, DocumentKey key, Map<String, Object> document, long version) throws SQLException {
        try (PreparedStatement swap = connection.prepareStatement(SWAP.formatted(dialect.json()))) {
            swap.setString(1, Documents.write(withKey(key, document), maxBytes));
            swap.setLong(bind(swap, 2, key), version);
            return swap.executeUpdate() == 1;
        }
    }

    private boolean write(Connection connection, String statement, DocumentKey key, Map<String, Object> document) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(statement.formatted(dialect.json()))) {
            write.setString(bind(write, 1, key), Documents.write(withKey(key, document), maxBytes));
            return write.executeUpdate() == 1;
        }
    }

    /** A document always carries its key, as an item of DynamoDB does. */
    private static Map<String, Object> withKey(DocumentKey key, Map<String, Object> document) {
        Map<String, Object> complete = new LinkedHashMap<>();
        complete.put(key.field(), key.value());
        complete.putAll(document);
        return complete;
    }

    @Override
    public Object set(DocumentKey key, Map<String, Object> data) {
        return run(connection -> {
            write(connection, REPLACE, key, data);
            return UPDATED;
        });
    }

    @Override
    public Object setAll(List<DocumentKey> keys, List<Map<String, Object>> documents) {
        return run(connection -> {
            connection.setAutoCommit(false);
            try (PreparedStatement write = connection.prepareStatement(REPLACE.formatted(dialect.json()))) {
                for (int i = 0; i < keys.size(); i++) {
                    write.setString(bind(write, 1, keys.get(i)), Documents.write(withKey(keys.get(i), documents.get(i)), maxBytes));
                    write.addBatch();
                }
                write.executeBatch();
                connection.commit();
                return Map.of("updated", true, "written", keys.size());
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    @Override
    public void probe() {
        run(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM documents LIMIT 1")) {
                query.executeQuery().close();
            }
            return null;
        });
    }

    private <T> T run(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            if (!ready) {
                prepare(connection);
            }
            return work.on(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** PostgreSQL's {@code IF NOT EXISTS} fails for all but one of those that make a table at the same moment, who may be other processes. */
    private synchronized void prepare(Connection connection) throws SQLException {
        if (!ready) {
            try {
                dialect.createTable(connection);
            } catch (SQLException e) {
                dialect.createTable(connection);
            }
            ready = true;
        }
    }

    /** SQLSTATE class 08 is a broken connection, 57P a server that shuts down or starts, 53 one that is overloaded. */
    static ProxyFailure failure(SQLException e) {
        String text = "Request failed: " + firstLine(e);
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean away = state.startsWith("08") || state.startsWith("57P") || state.startsWith("53") || e instanceof SQLTransientException
                || e.getMessage() != null && e.getMessage().startsWith("Cannot create PoolableConnectionFactory")
                || e.getMessage() != null && e.getMessage().startsWith("Cannot get a connection");
        return away ? new PeerAway(text, e) : new ProxyFailure(text, e);
    }

    private static String firstLine(SQLException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }

    @Override
    public String address() {
        return address;
    }

    /** The pool belongs to whoever made it. */
    @Override
    public void close() {
        ready = false;
    }
}
