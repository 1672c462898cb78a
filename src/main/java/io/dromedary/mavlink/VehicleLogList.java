package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The list of logs that a vehicle keeps (LOG_REQUEST_LIST, LOG_ENTRY): numbers, sizes and times, no names. Entries that are lost are
 * asked for again.
 */
public final class VehicleLogList {

    private static final int LOG_ENTRY = 118;
    private static final int MOST = 10_000;
    private static final long GAP_NANOS = 500_000_000L;
    private static final long SILENCE_NANOS = 2_500_000_000L;

    /**
     * One log.
     *
     * @param time seconds since 1970, 0 when the vehicle does not know
     * @param size bytes
     */
    public record Entry(int id, long time, long size) {
    }

    private VehicleLogList() {
    }

    /**
     * Fetches the list.
     *
     * @return what came within the limit, by number; empty when the vehicle has no logs or says nothing
     * @throws IOException when nobody is connected
     */
    public static List<Entry> fetch(MavlinkLink link, int system, int component, Duration limit) throws IOException, InterruptedException {
        TreeMap<Integer, Entry> found = new TreeMap<>();
        try (FrameQueue queue = link.queue(f -> f.messageId() == LOG_ENTRY && f.systemId() == system && f.componentId() == component, MOST)) {
            long end = System.nanoTime() + limit.toNanos();
            int count = -1;
            int last = 0;
            while (System.nanoTime() < end && (count < 0 || found.size() < count)) {
                request(link, system, component, count < 0 ? 0 : firstMissing(found, last - count + 1));
                long repeat = Math.min(end, System.nanoTime() + (count < 0 ? SILENCE_NANOS : GAP_NANOS));
                for (MavlinkFrame frame = take(queue, repeat); frame != null; frame = take(queue, repeat)) {
                    MavlinkMessage entry = frame.message();
                    count = Math.min(MOST, entry.getInt("num_logs"));
                    last = entry.getInt("last_log_num");
                    if (count == 0) {
                        return List.of();
                    }
                    found.put(entry.getInt("id"), new Entry(entry.getInt("id"), entry.getLong("time_utc"), entry.getLong("size")));
                    if (found.size() >= count) {
                        break;
                    }
                    repeat = Math.min(end, System.nanoTime() + GAP_NANOS);
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static void request(MavlinkLink link, int system, int component, int from) throws IOException {
        if (!link.send(link.dialect().message("LOG_REQUEST_LIST").set("target_system", system).set("target_component", component)
                .set("start", Math.max(0, from)).set("end", 0xFFFF))) {
            throw new IOException("MAVLink connection not established: nobody is connected to " + link.settings().addresses());
        }
    }

    private static int firstMissing(TreeMap<Integer, Entry> found, int first) {
        int id = Math.max(0, first);
        while (found.containsKey(id)) {
            id++;
        }
        return id;
    }

    private static MavlinkFrame take(FrameQueue queue, long until) throws InterruptedException {
        return queue.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
