package io.dromedary.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Where SQLite and PostgreSQL differ about JSON. */
enum SqlDialect {

    /** JSON is text; {@code json_extract} reads a field. */
    SQLITE("TEXT", "?", " AND json_extract(body, ?) = ?") {
        @Override
        boolean canNarrow(DocumentStore.Filter filter) {
            return filter.value() instanceof String || filter.value() instanceof Integer || filter.value() instanceof Long;
        }

        @Override
        int bind(PreparedStatement statement, int first, DocumentStore.Filter filter) throws SQLException {
            // A field's name has no quotation mark: DocumentKey.checkField.
            statement.setString(first, "$.\"" + filter.field() + "\"");
            statement.setObject(first + 1, filter.value());
            return first + 2;
        }
    },

    /** JSON is a type with an index for "contains". */
    POSTGRESQL("JSONB", "?::jsonb", " AND body @> ?::jsonb") {
        @Override
        boolean canNarrow(DocumentStore.Filter filter) {
            return filter.value() instanceof String || filter.value() instanceof Number || filter.value() instanceof Boolean;
        }

        @Override
        int bind(PreparedStatement statement, int first, DocumentStore.Filter filter) throws SQLException {
            statement.setString(first, Documents.write(Map.of(filter.field(), filter.value()), Integer.MAX_VALUE));
            return first + 1;
        }
    };

    private final String jsonType;
    private final String json;
    private final String condition;

    SqlDialect(String jsonType, String json, String condition) {
        this.jsonType = jsonType;
        this.json = json;
        this.condition = condition;
    }

    /** The dialect of a JDBC address. */
    static SqlDialect of(String address) {
        return address.startsWith("jdbc:postgresql:") ? POSTGRESQL : SQLITE;
    }

    /** The placeholder of a document. */
    String json() {
        return json;
    }

    /** What a query says per condition that the database can check. */
    String condition() {
        return condition;
    }

    /** Whether the database can check a condition; those it cannot are checked afterwards. */
    abstract boolean canNarrow(DocumentStore.Filter filter);

    /** Binds one condition and returns the number of the next placeholder. */
    abstract int bind(PreparedStatement statement, int first, DocumentStore.Filter filter) throws SQLException;

    void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS documents (table_name TEXT NOT NULL, key_name TEXT NOT NULL,"
                    + " key_value TEXT NOT NULL, body " + jsonType + " NOT NULL, version BIGINT NOT NULL,"
                    + " PRIMARY KEY (table_name, key_name, key_value))");
        }
    }
}
