package io.dromedary.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;

/** Statements of a caller on the embedded database. Values are always bound, names are checked, one statement per call. */
final class SqlStatements {

    /** SQLite's limit is 32766; nobody binds that many by hand. */
    static final int MAX_PARAMETERS = 1000;

    private static final int MAX_ROWS = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    /** SQLite's own time limit is one of waiting for a lock only. */
    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "sql-limit");
        thread.setDaemon(true);
        return thread;
    });

    static {
        WATCH.setRemoveOnCancelPolicy(true);
        WATCH.setKeepAliveTime(10, TimeUnit.SECONDS);
        WATCH.allowCoreThreadTimeOut(true);
    }

    private final DataSource database;
    private final Duration limit;

    SqlStatements(DataSource database) {
        this(database, LIMIT);
    }

    /** @param limit the longest time of one statement, with the reading of its rows */
    SqlStatements(DataSource database, Duration limit) {
        this.database = database;
        this.limit = limit;
    }

    /** Rows of a query, or how many rows a statement changed. */
    Object execute(String sql, List<Object> parameters) {
        return run(sql, parameters, statement -> statement.execute() ? rows(statement.getResultSet(), 0)
                : Map.of("rows_affected", Math.max(0, statement.getUpdateCount())));
    }

    /** Rows of a query; 0 for all, which are at most 10,000. */
    List<Map<String, Object>> fetch(String sql, List<Object> parameters, int max) {
        return run(sql, parameters, statement -> {
            if (!statement.execute()) {
                throw new BadParameter("sql is no query");
            }
            return rows(statement.getResultSet(), max);
        });
    }

    /** Inserts one row and tells its number. */
    Object insert(String table, Map<String, Object> data) {
        requireFields("data", data);
        String sql = "INSERT INTO " + name("table", table) + " (" + data.keySet().stream().map(field -> name("A field of data", field))
                .collect(Collectors.joining(", ")) + ") VALUES (" + "?, ".repeat(data.size() - 1) + "?)";
        return run(sql, data.values(), statement -> {
            int changed = statement.executeUpdate();
            try (ResultSet made = statement.getGeneratedKeys()) {
                return made.next() ? Map.of("rows_affected", changed, "id", made.getLong(1)) : Map.of("rows_affected", changed);
            }
        });
    }

    Object update(String table, Map<String, Object> data, Map<String, Object> where) {
        requireFields("data", data);
        List<Object> values = new ArrayList<>(data.values());
        values.addAll(where.values());
        return change("UPDATE " + name("table", table) + " SET " + equal("data", data, ", ") + condition(where), values);
    }

    Object delete(String table, Map<String, Object> where) {
        return change("DELETE FROM " + name("table", table) + condition(where), where.values());
    }

    private Object change(String sql, Collection<Object> values) {
        return run(sql, values, statement -> Map.of("rows_affected", statement.executeUpdate()));
    }

    /** Never empty: a missing condition must not change every row. */
    private static String condition(Map<String, Object> where) {
        requireFields("where", where);
        return " WHERE " + equal("where", where, " AND ").replace("= ?", "IS ?");
    }

    private static String equal(String what, Map<String, Object> fields, String between) {
        return fields.keySet().stream().map(field -> name("A field of " + what, field) + " = ?").collect(Collectors.joining(between));
    }

    private static void requireFields(String what, Map<String, Object> fields) {
        if (fields.isEmpty()) {
            throw new BadParameter(what + " must have at least one field");
        }
    }

    private static String name(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadParameter(what + " has the invalid name " + Parameters.shown(name) + ": only letters, digits and _ are allowed, at most 63");
        }
        return '"' + name + '"';
    }

    private interface Work<T> {
        T on(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Collection<Object> parameters, Work<T> work) {
        refuseMore(sql);
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                T result = watched(statement, work);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                // What is answered with an error has changed nothing.
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw SqlDocumentStore.failure(e);
        }
    }

    private <T> T watched(PreparedStatement statement, Work<T> work) throws SQLException {
        AtomicBoolean over = new AtomicBoolean();
        Future<?> watch = WATCH.schedule(() -> {
            over.set(true);
            statement.cancel();
            return null;
        }, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return work.on(statement);
        } catch (SQLException e) {
            throw over.get() ? new SQLException("the statement took more than " + limit.toSeconds() + " s", e) : e;
        } finally {
            watch.cancel(false);
        }
    }

    private static void bind(PreparedStatement statement, Collection<Object> parameters) throws SQLException {
        int expected = statement.getParameterMetaData().getParameterCount();
        if (expected != parameters.size()) {
            throw new BadParameter("sql has " + expected + " placeholders, but " + parameters.size() + " values were given");
        }
        int next = 1;
        for (Object value : parameters) {
            statement.setObject(next++, scalar(value));
        }
    }

    /**
     * SQLite would run the first statement and leave out the others without a word. ATTACH would reach other files, and a transaction
     * that a caller begins would stay with a connection of the pool, and take along what others write.
     */
    private static void refuseMore(String sql) {
        String bare = sql.replaceAll("(?s)'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\\*.*?\\*/", " ").strip();
        if (bare.replaceAll(";\\s*$", "").contains(";") && !bare.matches("(?is)create\\s+(temp\\s+|temporary\\s+)?trigger\\b.*")) {
            throw new BadParameter("sql must be a single statement");
        }
        if (bare.matches("(?is)(attach|detach|pragma|vacuum|begin|commit|end|rollback|savepoint|release)\\b.*")) {
            throw new BadParameter("This statement is not allowed: " + bare.split("\\s", 2)[0].toUpperCase(java.util.Locale.ROOT));
        }
    }

    private static Object scalar(Object value) {
        if (!Parameters.isFinite(value)) {
            throw new BadParameter("A value is out of range");
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof CharSequence) {
            return Parameters.checked("A value", value.toString());
        }
        throw new BadParameter("Values must be texts, numbers, booleans or null");
    }

    private static List<Map<String, Object>> rows(ResultSet result, int max) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (result) {
            ResultSetMetaData columns = result.getMetaData();
            while ((max == 0 || rows.size() < max) && result.next()) {
                if (rows.size() == MAX_ROWS) {
                    throw new BadParameter("More than " + MAX_ROWS + " rows; add LIMIT");
                }
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnLabel(i), result.getObject(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
