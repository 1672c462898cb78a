package io.dromedary.job;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What an instance must know to run a job, or to go on with it after another one died.
 *
 * @param key           with the type: what single-flight rules compare; empty for the whole type
 * @param route         the endpoint that does the work
 * @param onEnd         the endpoint that is told how the job ended before that is final, or null
 * @param resume        whether another instance runs the route again; otherwise the job ends as error
 * @param parent        the job that this one is a part of, or null
 * @param weight        how many of the parent's 100 percent this one is
 * @param parentMessage the parent's progress text while this one runs, or null for none
 */
record JobPlan(String id, String type, String key, String route, String onEnd, boolean resume, String parent, double weight,
               String parentMessage) {

    private static final ObjectMapper JSON = new ObjectMapper();

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads what {@link #toJson} wrote. */
    static JobPlan fromJson(String json) throws IOException {
        return JSON.readValue(json, JobPlan.class);
    }

    /** What at most one job may have at a time. */
    String family() {
        return key.isEmpty() ? type : type + ":" + key;
    }
}
