package io.dromedary.trainer;

import java.util.LinkedHashMap;
import java.util.Map;

/** Shapes what trainers publish for the other systems. The bean {@code trainerBridge}. */
public final class TrainerBridge {

    /**
     * One message of a trainer as a command to everybody: {@code auto-trainer/emergency} or {@code auto-trainer/event}.
     *
     * @param device its name
     * @param topic the number of the topic it came on
     * @param body what it said
     */
    public Map<String, Object> notification(String device, long topic, Object body) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("device", device);
        payload.put("message", body);
        Map<String, Object> notification = new LinkedHashMap<>();
        notification.put("command", topic == TrainerTopic.EMERGENCY ? "auto-trainer/emergency" : "auto-trainer/event");
        notification.put("payload", payload);
        return notification;
    }
}
