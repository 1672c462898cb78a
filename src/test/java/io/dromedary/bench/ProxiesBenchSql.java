package io.dromedary.bench;

import static io.dromedary.bench.SideBySide.same;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.proxies.ProxiesFixture;

/** Documents and statements through the routes against JDBC that makes the same statements on the same pool, and reads the same JSON. */
final class ProxiesBenchSql {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH = 20;

    private final SideBySide bench;
    private final DataSource database;
    private final String json;

    /** @param json how a document is bound */
    ProxiesBenchSql(SideBySide bench, DataSource database, String json) {
        this.bench = bench;
        this.database = database;
        this.json = json;
    }

    private interface Work {
        void on(Connection connection) throws Exception;
    }

    private void with(Work work) throws Exception {
        try (Connection connection = database.getConnection()) {
            work.on(connection);
        }
    }

    private static Map<?, ?> find(Connection connection, String key) throws Exception {
        try (PreparedStatement query = connection.prepareStatement("SELECT body, version FROM documents WHERE table_name = ? AND key_name = ? AND key_value = ?")) {
            query.setString(1, "t");
            query.setString(2, "id");
            query.setString(3, key);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                row.getLong(2);
                return JSON.readValue(row.getString(1), Map.class);
            }
        }
    }

    private void write(Connection connection, String key, Map<String, ?> document) throws Exception {
        try (PreparedStatement write = connection.prepareStatement("INSERT INTO documents (table_name, key_name, key_value, body, version) VALUES (?, ?, ?, " + json
                + ", 1) ON CONFLICT (table_name, key_name, key_value) DO UPDATE SET body = excluded.body, version = documents.version + 1")) {
            write.setString(1, "t");
            write.setString(2, "id");
            write.setString(3, key);
            write.setString(4, JSON.writeValueAsString(document));
            same(write.executeUpdate(), 1);
        }
    }

    private void swap(Connection connection, String key, Map<String, ?> document) throws Exception {
        try (PreparedStatement swap = connection.prepareStatement("UPDATE documents SET body = " + json
                + ", version = version + 1 WHERE table_name = ? AND key_name = ? AND key_value = ? AND version > ?")) {
            swap.setString(1, JSON.writeValueAsString(document));
            swap.setString(2, "t");
            swap.setString(3, "id");
            swap.setString(4, key);
            swap.setLong(5, 0);
            same(swap.executeUpdate(), 1);
        }
    }

    private static Map<String, Object> owned(Object... fields) {
        Map<String, Object> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put((String) fields[i], fields[i + 1]);
        }
        map.put("robot_instance_id", ProxiesFixture.MACHINE);
        return map;
    }

    /** @param proxy {@code cloud} or {@code local} */
    void documents(String proxy, String what, int slower) throws Exception {
        for (int i = 0; i < 10; i++) {
            bench.call(proxy + "/put-item", Map.of("table_name", "scanned", "item", Map.of("id", "s" + i, "v", i)));
        }
        bench.compare(what + " put_item", slower, n -> with(connection -> write(connection, "bare", owned("id", "bare", "v", n))),
                n -> bench.call(proxy + "/put-item", Map.of("table_name", "t", "item", Map.of("id", "route", "v", n))));
        with(connection -> write(connection, "bare", owned("id", "bare", "v", 1)));
        bench.call(proxy + "/put-item", Map.of("table_name", "t", "item", Map.of("id", "route", "v", 1)));
        bench.compare(what + " get_item", slower, n -> with(connection -> same(find(connection, "bare").get("v"), 1)),
                n -> same(((Map<?, ?>) bench.call(proxy + "/get-item", Map.of("table_name", "t", "key", "route")).get("data")).get("v"), 1));
        bench.compare(what + " scan_table 10", slower, n -> with(ProxiesBenchSql::scan),
                n -> same(((List<?>) bench.call(proxy + "/scan-table", Map.of("table_name", "scanned")).get("data")).size(), 10));
        bench.compare(what + " update_item", slower, n -> with(connection -> {
            same(find(connection, "bare").get("id"), "bare");
            swap(connection, "bare", owned("id", "bare", "v", n));
        }), n -> bench.call(proxy + "/update-item", Map.of("table_name", "t", "key", "route", "updates", Map.of("v", n))));
        bench.compare(what + " batch_write " + BATCH, slower * 2, n -> with(connection -> {
            connection.setAutoCommit(false);
            for (int i = 0; i < BATCH; i++) {
                write(connection, "bare" + i, owned("id", "bare" + i, "v", n));
            }
            connection.commit();
            connection.setAutoCommit(true);
        }), n -> bench.call(proxy + "/batch-write", Map.of("table_name", "t", "items", batch(n))));
        bench.call(proxy + "/put-item", Map.of("table_name", "t", "item", Map.of("id", "left")));
        with(connection -> write(connection, "gone", owned("id", "gone")));
        // One that is deleted already is marked once more, with the same statements.
        bench.compare(what + " delete_item", slower, n -> {
            with(connection -> find(connection, "gone"));
            with(connection -> {
                find(connection, "gone");
                swap(connection, "gone", owned("id", "gone", "deleted", true));
            });
        }, n -> bench.call(proxy + "/delete-item", Map.of("table_name", "t", "key", "left")));
    }

    private static void scan(Connection connection) throws Exception {
        try (PreparedStatement query = connection.prepareStatement("SELECT body FROM documents WHERE table_name = ? ORDER BY key_value LIMIT 10001")) {
            query.setString(1, "scanned");
            int count = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    JSON.readValue(rows.getString(1), Map.class);
                    count++;
                }
            }
            same(count, 10);
        }
    }

    private static List<Map<String, Object>> batch(int number) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            items.add(Map.of("id", "route" + i, "v", number));
        }
        return items;
    }

    private int change(String sql, Object... values) throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    void statements() throws Exception {
        bench.call("local/execute-query", Map.of("sql", "CREATE TABLE IF NOT EXISTS a (b INTEGER, c TEXT)"));
        bench.call("local/insert", Map.of("table", "a", "data", Map.of("b", -7, "c", "x")));
        bench.compare("sql insert", 1, n -> same(change("INSERT INTO a (b) VALUES (?)", n), 1), n -> bench.call("local/insert", Map.of("table", "a", "data", Map.of("b", n))));
        change("DELETE FROM a WHERE b <> -7");
        bench.compare("sql fetch_one", 1, n -> query("SELECT c FROM a WHERE b = ?"),
                n -> bench.call("local/fetch-one", Map.of("sql", "SELECT c FROM a WHERE b = ?", "params", List.of(-7)), Map.of("c", "x")));
        bench.compare("sql fetch_all", 1, n -> query("SELECT c FROM a WHERE b <= ?"),
                n -> bench.call("local/fetch-all", Map.of("sql", "SELECT c FROM a WHERE b <= ?", "params", List.of(-7)), List.of(Map.of("c", "x"))));
        bench.compare("sql execute_query", 1, n -> query("SELECT c FROM a WHERE b >= ?"),
                n -> bench.call("local/execute-query", Map.of("sql", "SELECT c FROM a WHERE b >= ?", "params", List.of(-7)), List.of(Map.of("c", "x"))));
        bench.compare("sql update", 1, n -> same(change("UPDATE a SET c = ? WHERE b IS ?", "x", -7), 1),
                n -> bench.call("local/update", Map.of("table", "a", "data", Map.of("c", "x"), "where", Map.of("b", -7)), Map.of("rows_affected", 1)));
        bench.compare("sql delete", 1, n -> same(change("DELETE FROM a WHERE b IS ?", 1), 0),
                n -> bench.call("local/delete", Map.of("table", "a", "where", Map.of("b", 1)), Map.of("rows_affected", 0)));
    }

    private void query(String sql) throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, -7);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                same(row.getObject(1), "x");
            }
        }
    }
}
