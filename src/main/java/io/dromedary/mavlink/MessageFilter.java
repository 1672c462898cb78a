package io.dromedary.mavlink;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Chooses messages by name, sender, rate and change. Rates and changes are looked at per sender. Used on the reading thread, so it
 * neither decodes nor waits; not safe for use by several threads.
 */
public final class MessageFilter implements Predicate<MavlinkFrame> {

    /** All that are in the dialect, and with this name also those that are not. */
    public static final String ALL = "*";

    /** Senders and messages remembered; beyond that nothing is limited, so that made-up ids cannot fill the memory. */
    private static final int MAX_STREAMS = 4096;

    private final Map<Integer, Long> intervals = new HashMap<>();
    private final Map<Long, Last> lasts = new HashMap<>();
    private final Map<Integer, boolean[]> significant = new HashMap<>();
    private final Set<String> ignoredFields = new HashSet<>();
    private final LongSupplier clock;
    private long intervalOfOthers = -1;
    private int fromSystem;
    private int fromComponent;
    private long unchangedNanos = -1;

    private static final class Last {
        private long time;
        private byte[] payload;
    }

    MessageFilter(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Reads a list such as {@code HEARTBEAT, ATTITUDE@5, 33@0.5}: names or ids, each with the highest rate in messages a second.
     *
     * @throws IllegalArgumentException when a name is unknown or a rate is no positive number
     */
    public static MessageFilter of(Dialect dialect, String list) {
        MessageFilter filter = new MessageFilter(System::nanoTime);
        filter.add(dialect, list);
        return filter;
    }

    MessageFilter add(Dialect dialect, String list) {
        for (String part : list.split(",")) {
            String[] nameAndRate = part.trim().split("@", 2);
            String name = nameAndRate[0].trim();
            long interval = nameAndRate.length == 1 ? 0 : interval(part, nameAndRate[1].trim());
            if (name.equals(ALL)) {
                intervalOfOthers = interval;
            } else {
                intervals.put(dialect.get(name).id(), interval);
            }
        }
        return this;
    }

    private static long interval(String part, String rate) {
        try {
            double perSecond = Double.parseDouble(rate);
            if (perSecond > 0 && perSecond < 1e9) {
                return (long) (1e9 / perSecond);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new IllegalArgumentException("'" + part.trim() + "': the rate behind @ is a positive number of messages a second");
    }

    /** Lets only messages of one system through, and of one component of it when that is not 0. */
    public MessageFilter from(int systemId, int componentId) {
        this.fromSystem = systemId;
        this.fromComponent = componentId;
        return this;
    }

    /**
     * Drops a message whose fields equal those of the last one let through, unless that is longer ago than the time given.
     *
     * @param ignored names of fields that do not count, such as {@code time_boot_ms}
     */
    public MessageFilter changesOnly(long unchangedMillis, Set<String> ignored) {
        this.unchangedNanos = TimeUnit.MILLISECONDS.toNanos(unchangedMillis);
        this.ignoredFields.addAll(ignored);
        return this;
    }

    @Override
    public boolean test(MavlinkFrame frame) {
        Long interval = intervals.get(frame.messageId());
        long nanos = interval == null ? intervalOfOthers : interval;
        if (nanos < 0 || fromSystem != 0 && fromSystem != frame.systemId() || fromComponent != 0 && fromComponent != frame.componentId()) {
            return false;
        }
        return nanos == 0 && unchangedNanos < 0 || isDue(frame, nanos);
    }

    private boolean isDue(MavlinkFrame frame, long interval) {
        long key = (long) frame.messageId() << 16 | frame.systemId() << 8 | frame.componentId();
        long now = clock.getAsLong();
        Last last = lasts.get(key);
        if (last == null) {
            if (lasts.size() >= MAX_STREAMS) {
                return true;
            }
            last = new Last();
            lasts.put(key, last);
        } else if (now - last.time < interval || unchangedNanos >= 0 && now - last.time < unchangedNanos && isSame(frame, last.payload)) {
            return false;
        }
        last.time = now;
        if (unchangedNanos >= 0) {
            last.payload = payload(frame, last.payload);
        }
        return true;
    }

    private byte[] payload(MavlinkFrame frame, byte[] reuse) {
        int length = frame.definition() == null ? 255 : frame.definition().length();
        byte[] payload = reuse == null ? new byte[length] : reuse;
        frame.copyPayload(0, payload, 0, length);
        return payload;
    }

    private boolean isSame(MavlinkFrame frame, byte[] last) {
        boolean[] counts = significant.computeIfAbsent(frame.messageId(), id -> significant(frame.definition(), last.length));
        for (int at = 0; at < last.length; at++) {
            if (counts[at] && frame.u8(at) != (last[at] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Which payload bytes belong to fields that count. */
    private boolean[] significant(MessageDefinition definition, int length) {
        boolean[] counts = new boolean[length];
        Arrays.fill(counts, true);
        if (definition != null) {
            for (MessageField field : definition.fields()) {
                if (ignoredFields.contains(field.name())) {
                    Arrays.fill(counts, field.offset(), field.offset() + field.size(), false);
                }
            }
        }
        return counts;
    }
}
