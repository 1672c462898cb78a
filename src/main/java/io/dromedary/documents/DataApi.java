package io.dromedary.documents;

import java.util.LinkedHashMap;
import java.util.Map;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;
import io.dromedary.proxies.ProxyFailure;

/**
 * The local database as the server of the HTTP data API that {@link HttpDocumentStore} calls: other programs of this machine read and
 * write the same documents. Bodies and answers are the reference's. The bean {@code dataApi}.
 */
public class DataApi {

    private static final String MACHINE = "onBoardId";

    private LocalDatabaseProxy proxy;

    /** The database to serve. */
    public void setProxy(LocalDatabaseProxy proxy) {
        this.proxy = proxy;
    }

    /** {@code getData}: one document, also one that is deleted; empty when there is none of this machine. */
    public Map<String, Object> get(Map<String, Object> body) {
        return proxy.data(body, parameters -> {
            Object found = stored(own(parameters, "partition_key", "partition_value"));
            return found instanceof Map<?, ?> item && proxy.owns(item) ? item : Map.of();
        });
    }

    /** {@code scanData}: the machine's documents of a table that meet {@code scanFilter}. */
    public Map<String, Object> scan(Map<String, Object> body) {
        return proxy.call(body, parameters -> {
            Map<String, Object> scan = own(parameters, "scanFilter");
            if (scan.containsKey("scanFilter")) {
                scan.put("filters", scan.remove("scanFilter"));
            }
            return proxy.scanItems(scan);
        });
    }

    /** {@code updateData}: changes fields of a document, or makes it. */
    public Map<String, Object> update(Map<String, Object> body) {
        return proxy.call(body, parameters -> proxy.updateItem(change(parameters)));
    }

    /** {@code setData}: replaces a document, or makes it. */
    public Map<String, Object> set(Map<String, Object> body) {
        return proxy.call(body, parameters -> proxy.setItem(change(parameters)));
    }

    /** What goes out: the document, the list or the confirmation itself. */
    public Object payload(Map<String, Object> answer) {
        return answer.get("data");
    }

    private Object stored(Map<String, Object> key) {
        return proxy.store().get(DocumentKey.of(new Parameters(key)));
    }

    /** A document of another machine is not taken over. */
    private Map<String, Object> change(Parameters parameters) {
        Map<String, Object> change = own(parameters, "filter_key", "filter_value", "data");
        if (stored(change) instanceof Map<?, ?> item && !item.isEmpty() && !proxy.owns(item)) {
            throw new BadParameter("Item not found or access denied");
        }
        return change;
    }

    /** The fields without the machine, which must be this one. */
    private Map<String, Object> own(Parameters parameters, String... fields) {
        if (proxy.address().startsWith("http")) {
            // Passed on, a request could come back here for ever.
            throw new ProxyFailure("The data API is at " + proxy.address());
        }
        Map<String, Object> own = new LinkedHashMap<>();
        for (String field : fields) {
            own.put(field, parameters.value(field));
        }
        own.put("table_name", parameters.text("table_name"));
        own.values().removeIf(java.util.Objects::isNull);
        if (!parameters.text(MACHINE).equals(proxy.machineId())) {
            throw new BadParameter("onBoardId is not this machine");
        }
        return own;
    }
}
