package io.dromedary.documents;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.proxies.JsonClient;

/** Documents behind the HTTP data API of the reference, always {@code POST}. Without tokens it is the local one. */
final class HttpDocumentStore implements DocumentStore {

    /** The four paths of the API; the base's own path precedes them. */
    record Paths(String get, String scan, String update, String set) {

        /** Where the reference has them. */
        static final Paths DEFAULT = new Paths("/drone/onBoard/config/getData", "/drone/onBoard/config/scanData",
                "/drone/onBoard/config/updateData", "/drone/onBoard/config/setData");
    }

    private static final int UNAUTHORIZED = 401;

    private final JsonClient client;
    private final URI base;
    private final Paths paths;
    private final AccessTokens tokens;
    private final String machineId;

    /** @param tokens null when the API asks for none */
    HttpDocumentStore(JsonClient client, URI base, Paths paths, AccessTokens tokens, String machineId) {
        this.client = client;
        this.base = base;
        this.paths = paths;
        this.tokens = tokens;
        this.machineId = machineId;
    }

    @Override
    public Object get(DocumentKey key) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("onBoardId", machineId);
        body.put("table_name", key.table());
        body.put("partition_key", key.field());
        body.put("partition_value", key.value());
        return post(paths.get, body);
    }

    @Override
    public Object scan(String table, List<Filter> filters) {
        List<Map<String, Object>> conditions = new ArrayList<>();
        for (Filter filter : filters) {
            Map<String, Object> condition = new LinkedHashMap<>();
            condition.put("filter_key_name", filter.field());
            condition.put("filter_key_value", filter.value());
            conditions.add(condition);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("table_name", table);
        body.put("onBoardId", machineId);
        body.put("scanFilter", conditions);
        return post(paths.scan, body);
    }

    @Override
    public Object update(DocumentKey key, Map<String, Object> data) {
        return post(paths.update, change(key, data));
    }

    @Override
    public Object set(DocumentKey key, Map<String, Object> data) {
        return post(paths.set, change(key, data));
    }

    private Map<String, Object> change(DocumentKey key, Map<String, Object> data) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("onBoardId", machineId);
        body.put("table_name", key.table());
        body.put("filter_key", key.field());
        body.put("filter_value", key.value());
        body.put("data", data);
        return body;
    }

    private Object post(String path, Map<String, Object> body) {
        URI address = URI.create(base.toString().replaceAll("/+$", "") + "/" + path.replaceAll("^/+", ""));
        String token = tokens == null ? null : tokens.current();
        JsonClient.Answer answer = client.post(address, body, bearer(token));
        if (answer.status() == UNAUTHORIZED && tokens != null) {
            tokens.refused(token);
            answer = client.post(address, body, bearer(tokens.current()));
        }
        if (!answer.isSuccess()) {
            throw new ApiFailure(answer.status(), answer.text());
        }
        return answer.json();
    }

    private static String bearer(String token) {
        return token == null ? null : "Bearer " + token;
    }

    /** Reads the machine's own row, as the reference does at its start. */
    @Override
    public void probe() {
        get(new DocumentKey("config-robot_instances", DocumentKey.DEFAULT_FIELD, machineId));
    }

    @Override
    public String address() {
        return base.toString();
    }

    @Override
    public void close() {
        // The HTTP client has nothing to close.
    }
}
