package io.dromedary.mavftp;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A set of byte offsets, kept as disjoint half-open ranges. */
final class RangeSet {

    private final TreeMap<Long, Long> ranges = new TreeMap<>();
    private long total;

    boolean isEmpty() {
        return total == 0;
    }

    /** How many offsets are in the set. */
    long total() {
        return total;
    }

    /** How many ranges it takes. */
    int count() {
        return ranges.size();
    }

    /** The lowest offset; the set must not be empty. */
    long first() {
        return ranges.firstKey();
    }

    /** The end of the lowest range. */
    long firstEnd() {
        return ranges.firstEntry().getValue();
    }

    /** The lowest offset at or above another, or -1. */
    long next(long from) {
        Map.Entry<Long, Long> below = ranges.floorEntry(from);
        if (below != null && below.getValue() > from) {
            return from;
        }
        Long above = ranges.ceilingKey(from);
        return above == null ? -1 : above;
    }

    /** The end of the range that holds an offset, or the offset itself when it is not in the set. */
    long endAt(long offset) {
        Map.Entry<Long, Long> range = ranges.floorEntry(offset);
        return range == null || range.getValue() <= offset ? offset : range.getValue();
    }

    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> range = ranges.floorEntry(end);
        while (range != null && range.getValue() >= start) {
            start = Math.min(start, range.getKey());
            end = Math.max(end, range.getValue());
            total -= range.getValue() - range.getKey();
            ranges.remove(range.getKey());
            range = ranges.floorEntry(end);
        }
        ranges.put(start, end);
        total += end - start;
    }

    /** @return how many offsets were in the set and are not any more */
    long remove(long from, long to) {
        if (from >= to) {
            return 0;
        }
        long before = total;
        Map.Entry<Long, Long> range = ranges.lowerEntry(to);
        while (range != null && range.getValue() > from) {
            long start = range.getKey();
            long end = range.getValue();
            ranges.remove(start);
            total -= end - start;
            if (start < from) {
                ranges.put(start, from);
                total += from - start;
            }
            if (end > to) {
                ranges.put(to, end);
                total += end - to;
            }
            range = ranges.lowerEntry(start);
        }
        return before - total;
    }

    void forEach(BiConsumer<Long, Long> action) {
        ranges.forEach(action);
    }

    void clear() {
        ranges.clear();
        total = 0;
    }
}
