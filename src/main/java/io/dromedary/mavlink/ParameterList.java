package io.dromedary.mavlink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads all parameters: one request makes the vehicle send its list; what is lost of it is asked for by index, while the list still
 * comes in. A vehicle whose count changes, because it has not finished booting, is asked again.
 */
final class ParameterList extends ParameterWindow {

    private static final String HASH = "_HASH_CHECK";
    /** Values that may be late in the stream before one counts as lost. */
    private static final int OUT_OF_ORDER = 8;
    private static final int MOST_PARAMETERS = 16384;
    private static final int MOST_RESTARTS = 5;
    private static final long FIRST_PAUSE = 500_000_000L;
    private static final long SHORTEST_PAUSE = 60_000_000L;

    private final ParameterWire wire;
    private final ParameterCache.Entry cached;
    private final Item listRequest = new Item("", -1);
    private final TreeMap<Integer, ParameterValue> byIndex = new TreeMap<>();
    private List<Item> items = List.of();
    private int count = -1;
    private int restarts;
    private int released;
    private long lastValue;
    private long longestGap = SHORTEST_PAUSE / 4;
    private boolean streaming;
    private Integer hash;
    private boolean hashMatches;
    private String failure;

    ParameterList(ParameterWire wire, ParameterOptions options, ParameterCache.Entry cached) {
        super(wire.link(), wire.vehicle(), options);
        this.wire = wire;
        this.cached = cached;
        add(listRequest);
    }

    @Override
    MavlinkMessage request(Item item) {
        return item == listRequest ? wire.list() : wire.read("", item.index);
    }

    @Override
    void received(MavlinkMessage message, long now) {
        if (message.id() != ParameterWire.PARAM_VALUE || hashMatches) {
            return;
        }
        ParameterValue value = wire.value(message);
        if (value.name().equals(HASH)) {
            hashed(value, now);
        } else if (value.hasIndex() && value.count() <= MOST_PARAMETERS) {
            listed(value, now);
        }
    }

    private void hashed(ParameterValue value, long now) {
        hash = value.bits();
        if (cached != null && cached.hash() == hash) {
            hashMatches = true;
            // Tells the vehicle that it need not send the list.
            link.send(wire.set(HASH, ParameterType.UINT32, hash));
            items.forEach(item -> done(item, now));
            done(listRequest, now);
        }
    }

    private void listed(ParameterValue value, long now) {
        if (value.count() != count && !restart(value.count(), now)) {
            return;
        }
        done(listRequest, now);
        if (streaming) {
            longestGap = Math.max(longestGap, Math.min(now - lastValue, FIRST_PAUSE));
        }
        lastValue = now;
        byIndex.put(value.index(), value);
        Item item = items.get(value.index());
        boolean askedFor = item.attempts > 0;
        done(item, now);
        options.progress().at(byIndex.size(), count);
        if (streaming && !askedFor) {
            release(value.index() - OUT_OF_ORDER);
        }
    }

    /** Begins with a count. @return false when the vehicle changes it without end */
    private boolean restart(int newCount, long now) {
        if (count >= 0 && ++restarts > MOST_RESTARTS) {
            failure = "the vehicle changes the number of its parameters again and again";
            items.forEach(item -> giveUp(item, failure));
            return false;
        }
        items.forEach(item -> done(item, now));
        byIndex.clear();
        count = newCount;
        released = 0;
        items = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            items.add(new Item("", index));
        }
        streaming = true;
        lastValue = now;
        return true;
    }

    /** Asks for what is missing below an index. */
    private void release(int below) {
        for (; released < Math.min(below, count); released++) {
            if (!byIndex.containsKey(released)) {
                add(items.get(released));
            }
        }
    }

    @Override
    long tick(long now) {
        if (!streaming) {
            return super.tick(now);
        }
        long pause = Math.min(FIRST_PAUSE, Math.max(SHORTEST_PAUSE, 4 * longestGap));
        if (byIndex.size() == count) {
            streaming = false;
        } else if (now - lastValue > pause) {
            streaming = false;
            release(count);
        }
        return streaming ? lastValue + pause : super.tick(now);
    }

    @Override
    boolean expectsMore() {
        return streaming && byIndex.size() < count && !hashMatches;
    }

    @Override
    void failed(Item item, String reason) {
        failure = item == listRequest ? "the vehicle does not answer" : reason;
    }

    /** Null unless the vehicle told the hash of what it then listed. */
    Integer hash() {
        return hash;
    }

    ParameterBatch result(double seconds) {
        if (hashMatches) {
            return new ParameterBatch(cached.values(), Map.of(), requests() + 1, seconds, true);
        }
        Map<String, ParameterValue> values = new LinkedHashMap<>();
        byIndex.values().forEach(value -> values.put(value.name(), value));
        Map<String, String> failures = new LinkedHashMap<>();
        if (count < 0) {
            failures.put("*", "the vehicle sent no list");
        }
        for (int index = 0; index < count; index++) {
            if (!byIndex.containsKey(index)) {
                failures.put("#" + index, failure == null ? "no answer within the time" : failure);
            }
        }
        return new ParameterBatch(values, failures, requests(), seconds, false);
    }
}
