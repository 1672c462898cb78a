package io.dromedary.documents;

import java.util.List;
import java.util.Map;

import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;

/** Where documents are kept. Every method may throw {@link ProxyFailure}, and {@link PeerAway} when trying later may help. */
interface DocumentStore extends AutoCloseable {

    /** A condition on one field: equal in type and value. */
    record Filter(String field, Object value) {
    }

    /** One document; empty when there is none. */
    Object get(DocumentKey key);

    /** The documents of a table that meet all conditions. */
    Object scan(String table, List<Filter> filters);

    /** Changes the given fields of a document, or makes it. */
    Object update(DocumentKey key, Map<String, Object> data);

    /** Replaces a document, or makes it. */
    Object set(DocumentKey key, Map<String, Object> data);

    /** Replaces several documents of one table; where the store can, all or none. */
    default Object setAll(List<DocumentKey> keys, List<Map<String, Object>> documents) {
        for (int i = 0; i < keys.size(); i++) {
            try {
                set(keys.get(i), documents.get(i));
            } catch (ProxyFailure e) {
                throw new ProxyFailure(e.getMessage(), e, Map.of("written", i));
            }
        }
        return Map.of("updated", true, "written", keys.size());
    }

    /** Asks something small. */
    void probe();

    /** Where it is, without credentials. */
    String address();

    @Override
    void close();
}
