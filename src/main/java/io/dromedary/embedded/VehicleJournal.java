package io.dromedary.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.dromedary.mavlink.MavlinkMessage;

/** What a simulated vehicle was asked, for tests. Bounded: the oldest messages and lines are forgotten. Safe for use by several threads. */
public final class VehicleJournal {

    private static final int MOST = 10_000;

    private final Map<String, Integer> reads = new TreeMap<>();
    private final Map<String, Integer> sets = new TreeMap<>();
    private final List<MavlinkMessage> messages = new ArrayList<>();
    private final List<String> shell = new ArrayList<>();

    synchronized void read(String name) {
        count(reads, name);
    }

    synchronized void set(String name) {
        count(sets, name);
    }

    private static void count(Map<String, Integer> counts, String name) {
        if (counts.size() < MOST || counts.containsKey(name)) {
            counts.merge(name, 1, Integer::sum);
        }
    }

    synchronized void received(MavlinkMessage message) {
        keep(messages, message);
    }

    synchronized void shell(String line) {
        keep(shell, line);
    }

    private static <T> void keep(List<T> list, T item) {
        if (list.size() >= MOST) {
            list.remove(0);
        }
        list.add(item);
    }

    /** How often each parameter was read by name or index. */
    public synchronized Map<String, Integer> reads() {
        return new TreeMap<>(reads);
    }

    /** How often each parameter was set, refused attempts included. */
    public synchronized Map<String, Integer> sets() {
        return new TreeMap<>(sets);
    }

    /** Messages of a name that arrived, in their order. */
    public synchronized List<MavlinkMessage> received(String name) {
        return messages.stream().filter(message -> message.name().equals(name)).toList();
    }

    /** Lines given to the shell. */
    public synchronized List<String> shell() {
        return List.copyOf(shell);
    }

    /** Forgets everything. */
    public synchronized void clear() {
        reads.clear();
        sets.clear();
        messages.clear();
        shell.clear();
    }
}
