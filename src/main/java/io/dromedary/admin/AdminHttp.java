package io.dromedary.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** Small bodies of the health routes. The bean {@code adminHttp}. */
public class AdminHttp {

    /** {@code /health}: the application answers. */
    public Map<String, Object> alive() {
        return Map.of("status", "ok");
    }

    /** The parameters of a message on a channel of Redis. */
    public Map<String, Object> onChannel(String message, String channel) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("channel", channel);
        parameters.put("message", message);
        return parameters;
    }
}
