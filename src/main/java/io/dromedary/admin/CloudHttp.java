package io.dromedary.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers of the cloud's requests in the reference's shapes. The bean {@code cloudHttp}. */
public class CloudHttp {

    /** {@code records} and {@code count}. */
    public Map<String, Object> records(Map<String, Object> answer) {
        List<?> records = (List<?>) answer.get("data");
        Map<String, Object> shaped = new LinkedHashMap<>();
        shaped.put("records", records);
        shaped.put("count", records.size());
        return shaped;
    }

    /** {@code item}; an empty one is not found. */
    public Map<String, Object> item(Map<String, Object> answer) throws HttpProblem {
        if (!(answer.get("data") instanceof Map<?, ?> item) || item.isEmpty()) {
            throw new HttpProblem(404, "Item not found in cloud database");
        }
        return Map.of("item", item);
    }

    /** {@code success} and a message. */
    public Map<String, Object> done(Map<String, Object> answer, String message) {
        Map<String, Object> shaped = new LinkedHashMap<>();
        shaped.put("success", true);
        shaped.put("message", message);
        return shaped;
    }
}
