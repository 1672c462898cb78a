package io.dromedary.documents;

import java.util.Map;
import java.util.regex.Pattern;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;

/**
 * Names one document: the value of a field that is unique in its table.
 *
 * @param table letters, digits, {@code _ . -}, at most 255
 * @param field a field name of the same characters
 * @param value at most 2048 characters
 */
record DocumentKey(String table, String field, String value) {

    /** The field that identifies a document unless the caller names another. */
    static final String DEFAULT_FIELD = "id";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,255}");
    /** The limit of DynamoDB for a partition key, on which the reference's backend stands. */
    private static final int MAX_VALUE = 2048;
    private static final String[][] SPELLINGS = {
        {"partition_key", "partition_value"}, {"filter_key", "filter_value"}, {"key_name", "key_value"}};

    DocumentKey {
        checkTable(table);
        checkField("The key's name", field);
        Parameters.checked("The key's value", value);
        if (value.isEmpty() || value.length() > MAX_VALUE) {
            throw new BadParameter("The key's value must have 1 to " + MAX_VALUE + " characters");
        }
    }

    static String checkTable(String table) {
        if (!NAME.matcher(table).matches()) {
            throw new BadParameter("Invalid table name " + Parameters.shown(table) + ": only letters, digits, _ . - are allowed, at most 255");
        }
        return table;
    }

    static String checkField(String what, String field) {
        if (!NAME.matcher(field).matches()) {
            throw new BadParameter(what + " " + Parameters.shown(field) + " is invalid: only letters, digits, _ . - are allowed, at most 255");
        }
        return field;
    }

    /** Reads the key in any of its spellings; {@code key} alone is the value of {@code id}, or an object with one field. */
    static DocumentKey of(Parameters parameters) {
        String table = parameters.text("table_name");
        if (parameters.has("key")) {
            if (!(parameters.value("key") instanceof Map<?, ?> key)) {
                return new DocumentKey(table, DEFAULT_FIELD, parameters.scalar("key"));
            }
            if (key.size() != 1) {
                throw new BadParameter("key must have exactly one field");
            }
            Map.Entry<?, ?> only = key.entrySet().iterator().next();
            return new DocumentKey(table, String.valueOf(only.getKey()), new Parameters(Map.of("key", only.getValue())).scalar("key"));
        }
        for (String[] names : SPELLINGS) {
            if (parameters.has(names[0]) || parameters.has(names[1])) {
                return new DocumentKey(table, parameters.text(names[0]), parameters.scalar(names[1]));
            }
        }
        throw new BadParameter("partition_key and partition_value are required");
    }

    /** The key of a document that carries it. */
    static DocumentKey within(String table, Map<String, Object> document) {
        if (document.get(DEFAULT_FIELD) == null) {
            throw new BadParameter("The item lacks the field '" + DEFAULT_FIELD + "'");
        }
        return new DocumentKey(table, DEFAULT_FIELD, new Parameters(document).scalar(DEFAULT_FIELD));
    }
}
