package io.dromedary.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttMessage;
import io.dromedary.mqtt.MqttSubscriber;

/** Listens to replies and receipts in the broker's order, and tells of each reply that came again when, from which process, and after which faults. */
final class FleetWitness implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FAULTS_TOLD = 4;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final MqttSubscriber ear;
    private final long began = System.nanoTime();
    private final Map<String, List<Sighting>> sightings = new ConcurrentHashMap<>();
    private final List<Sighting> unsigned = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /** A reply on its way through the broker; the process whose receipt comes next has sent it. */
    private static final class Sighting {
        private final double second;
        private String sender = "nobody who gave a receipt";

        Sighting(double second) {
            this.second = second;
        }
    }

    private record Fault(double second, String what) {
    }

    FleetWitness(String broker) throws IOException {
        // All at QoS 0, so that nothing overtakes.
        ear = new MqttSubscriber(MqttConnection.Settings.of(broker, "witness-" + Long.toHexString(began)), "#", 0, false, this::hear, thread, timer);
        ear.connect();
    }

    private double now() {
        return (System.nanoTime() - began) / 1e9;
    }

    private void hear(MqttMessage message) {
        String topic = message.topic();
        if (topic.startsWith("dromedary/fleet/")) {
            unsigned.forEach(sighting -> sighting.sender = topic.split("/")[3]);
            unsigned.clear();
        } else if (topic.endsWith("/response")) {
            try {
                Sighting sighting = new Sighting(now());
                sightings.computeIfAbsent(JSON.readTree(message.payload()).path("messageId").asText(), id -> new ArrayList<>(1)).add(sighting);
                unsigned.add(sighting);
            } catch (IOException e) {
                throw new IllegalStateException("a reply is no JSON", e);
            }
        }
    }

    /** Notes what is done to a member. */
    synchronized void fault(String what) {
        faults.add(new Fault(now(), what));
    }

    /** One line for each reply that came again. */
    synchronized List<String> repeats() throws Exception {
        thread.submit(() -> { }).get(1, TimeUnit.MINUTES);
        List<String> lines = new ArrayList<>();
        sightings.forEach((id, seen) -> {
            if (seen.size() > 1) {
                StringBuilder line = new StringBuilder("again: ").append(id);
                seen.forEach(one -> line.append(String.format(Locale.ROOT, ", %.3f s by %s", one.second, one.sender)));
                double last = seen.get(seen.size() - 1).second;
                List<Fault> before = faults.stream().filter(fault -> fault.second <= last).toList();
                before.subList(Math.max(0, before.size() - FAULTS_TOLD), before.size())
                        .forEach(fault -> line.append(String.format(Locale.ROOT, "; %.3f s %s", fault.second, fault.what)));
                lines.add(line.toString());
            }
        });
        return lines;
    }

    @Override
    public void close() {
        ear.close();
        thread.shutdownNow();
        timer.shutdownNow();
    }
}
