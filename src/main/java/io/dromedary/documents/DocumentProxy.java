package io.dromedary.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;
import io.dromedary.proxies.Proxy;
import io.dromedary.proxies.ProxyFailure;

/**
 * A database of documents, each owned by one machine: scans and reads show only the machine's own that are not deleted, writes make
 * it the owner, a delete only marks the document. Method and field names are those of the reference and of its public page.
 */
public abstract class DocumentProxy extends Proxy {

    /** The field that says which machine a document belongs to. */
    static final String OWNER = "robot_instance_id";
    /** The field that marks a document as deleted. */
    static final String DELETED = "deleted";
    private static final String TABLE = "table_name";
    private static final String[] KEY = {TABLE, "partition_key", "partition_value", "filter_key", "filter_value", "key_name", "key_value", "key"};
    private static final int MAX_FILTERS = 100;
    private static final int MAX_BATCH = 1000;

    private String machineId = "";
    private int maxDocumentBytes = 1 << 20;
    private DocumentStore store;

    protected DocumentProxy(String name, String title) {
        super(name, title);
    }

    /** The machine whose documents these are. */
    public void setMachineId(String machineId) {
        this.machineId = machineId;
    }

    protected String machineId() {
        return machineId;
    }

    /** The largest document, in bytes of JSON. */
    public void setMaxDocumentBytes(int maxDocumentBytes) {
        this.maxDocumentBytes = maxDocumentBytes;
    }

    protected int maxDocumentBytes() {
        return maxDocumentBytes;
    }

    /** Opens the store; null when the service is absent. */
    abstract DocumentStore open();

    /** What callers are told when the service is absent. */
    abstract String absentText();

    /** Opens the store. Never waits for the peer. */
    public void start() {
        store = open();
    }

    /** Closes the store. */
    public void stop() {
        if (store != null) {
            store.close();
        }
    }

    /** Where the database is, without credentials; empty when it is absent. */
    public String address() {
        return store == null ? "" : store.address();
    }

    @Override
    public void probe() {
        requireMachine();
        store().probe();
    }

    DocumentStore store() {
        if (store == null) {
            throw new ProxyFailure(absentText());
        }
        return store;
    }

    private void requireMachine() {
        if (machineId.isEmpty()) {
            throw new ProxyFailure("Machine ID not available");
        }
    }

    /** Reads one document: {@code table_name, partition_key, partition_value}. */
    public Map<String, Object> getItem(Map<String, Object> body) {
        return data(body, parameters -> {
            DocumentKey key = DocumentKey.of(parameters.only(KEY));
            requireMachine();
            Object found = store().get(key);
            if (found instanceof Map<?, ?> item && !item.isEmpty()) {
                if (Boolean.TRUE.equals(item.get(DELETED))) {
                    throw new ProxyFailure("Item not found or has been deleted");
                }
                requireOwner(item);
            }
            return found;
        });
    }

    boolean owns(Map<?, ?> item) {
        return machineId.equals(item.get(OWNER));
    }

    private void requireOwner(Map<?, ?> item) {
        if (!owns(item)) {
            throw new ProxyFailure("Item not found or access denied");
        }
    }

    /** The machine's documents of a table: {@code table_name, filters} (a list of {@code filter_key_name, filter_key_value}). */
    public Map<String, Object> scanItems(Map<String, Object> body) {
        return data(body, parameters -> {
            String table = DocumentKey.checkTable(parameters.only(TABLE, "filters").text(TABLE));
            List<DocumentStore.Filter> filters = filters(parameters);
            requireMachine();
            filters.add(new DocumentStore.Filter(OWNER, machineId));
            return visible(store().scan(table, filters));
        });
    }

    private static List<DocumentStore.Filter> filters(Parameters parameters) {
        List<DocumentStore.Filter> filters = new ArrayList<>();
        if (parameters.value("filters") instanceof Map<?, ?> equal) {
            equal.forEach((field, value) -> filters.add(filter(String.valueOf(field), value)));
            return filters;
        }
        for (Object entry : parameters.list("filters", MAX_FILTERS)) {
            if (!(entry instanceof Map<?, ?> map) || !(map.get("filter_key_name") instanceof String field) || map.size() > 2
                    || !map.containsKey("filter_key_value")) {
                throw new BadParameter("Each of filters must be an object with filter_key_name and filter_key_value");
            }
            filters.add(filter(field, map.get("filter_key_value")));
        }
        return filters;
    }

    private static DocumentStore.Filter filter(String field, Object value) {
        if (value instanceof String text) {
            Parameters.checked("filter_key_value", text);
        } else if (value != null && !(value instanceof Number) && !(value instanceof Boolean)) {
            throw new BadParameter("filter_key_value must be a text, a number or a boolean");
        } else if (!Parameters.isFinite(value)) {
            throw new BadParameter("filter_key_value is out of range");
        }
        return new DocumentStore.Filter(DocumentKey.checkField("filter_key_name", field), value);
    }

    /** The store filters too, but one that does not must not show what is not ours. */
    private Object visible(Object found) {
        if (found instanceof List<?> items) {
            return items.stream().filter(this::isVisible).toList();
        }
        return isVisible(found) ? found : List.of();
    }

    private boolean isVisible(Object item) {
        return item instanceof Map<?, ?> map && !Boolean.TRUE.equals(map.get(DELETED)) && owns(map);
    }

    /** Changes fields of a document, or makes it: {@code table_name, filter_key, filter_value, data}. */
    public Map<String, Object> updateItem(Map<String, Object> body) {
        return data(body, parameters -> {
            DocumentKey key = DocumentKey.of(parameters.only(with("data", "updates", "update_data")));
            return store().update(key, owned(parameters.object(parameters.spelling("data", "updates", "update_data"))));
        });
    }

    /** Replaces a document, or makes it: {@code table_name, filter_key, filter_value, data}, or {@code table_name, item}. */
    public Map<String, Object> setItem(Map<String, Object> body) {
        return data(body, parameters -> {
            parameters.only(with("data", "item", "item_data"));
            Map<String, Object> data = parameters.object(parameters.spelling("data", "item", "item_data"));
            boolean named = List.of(KEY).stream().filter(field -> !field.equals(TABLE)).anyMatch(parameters::has);
            DocumentKey key = named ? DocumentKey.of(parameters) : DocumentKey.within(parameters.text(TABLE), data);
            return store().set(key, owned(data));
        });
    }

    /** Replaces several documents of one table, at most 1000: {@code table_name, items}; each item carries its {@code id}. */
    public Map<String, Object> batchWrite(Map<String, Object> body) {
        return data(body, parameters -> {
            String table = parameters.only(TABLE, "items").text(TABLE);
            List<DocumentKey> keys = new ArrayList<>();
            List<Map<String, Object>> documents = new ArrayList<>();
            for (Object entry : parameters.list("items", MAX_BATCH)) {
                Map<String, Object> item = new Parameters(entry == null ? Map.of() : Map.of("item", entry)).object("item");
                keys.add(DocumentKey.within(table, item));
                documents.add(owned(item));
            }
            if (keys.isEmpty()) {
                throw BadParameter.missing("items");
            }
            return store().setAll(keys, documents);
        });
    }

    /** Marks a document of this machine as deleted: {@code table_name, filter_key, filter_value}. */
    public Map<String, Object> deleteItem(Map<String, Object> body) {
        return data(body, parameters -> {
            DocumentKey key = DocumentKey.of(parameters.only(KEY));
            requireMachine();
            if (!(store().get(key) instanceof Map<?, ?> item) || item.isEmpty()) {
                throw new ProxyFailure("Item not found");
            }
            requireOwner(item);
            Map<String, Object> marked = new LinkedHashMap<>();
            item.forEach((field, value) -> marked.put(String.valueOf(field), value));
            marked.put(DELETED, true);
            return store().update(key, marked);
        });
    }

    private static String[] with(String... more) {
        List<String> names = new ArrayList<>(List.of(KEY));
        names.addAll(List.of(more));
        return names.toArray(String[]::new);
    }

    /** A copy that belongs to this machine, whatever it said before. */
    private Map<String, Object> owned(Map<String, Object> data) {
        requireMachine();
        Map<String, Object> owned = new LinkedHashMap<>(data);
        owned.put(OWNER, machineId);
        Documents.write(owned, maxDocumentBytes);
        return owned;
    }
}
