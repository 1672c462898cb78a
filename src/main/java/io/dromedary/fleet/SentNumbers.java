package io.dromedary.fleet;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A set of numbers from 1 that fills nearly in order: all up to one, and a few beyond. As text {@code 17;19,20}. A number that never
 * comes, of a reply that was not sent, leaves a gap; only the {@value #MOST_BEYOND} largest beyond a gap are kept.
 */
final class SentNumbers {

    private static final int MOST_BEYOND = 256;

    private final TreeSet<Long> beyond = new TreeSet<>();
    private long upTo;

    /** @return this */
    synchronized SentNumbers add(long number) {
        beyond.add(number);
        settle();
        if (beyond.size() > MOST_BEYOND) {
            // Whoever has a number that far behind is not going to send it any more.
            upTo = beyond.first() - 1;
            settle();
        }
        return this;
    }

    private void settle() {
        while (!beyond.isEmpty() && beyond.first() <= upTo + 1) {
            upTo = Math.max(upTo, beyond.pollFirst());
        }
    }

    synchronized boolean includes(long number) {
        return number <= upTo || beyond.contains(number);
    }

    @Override
    public synchronized String toString() {
        return upTo + ";" + beyond.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException if it is not what {@link #toString()} makes */
    static SentNumbers parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("not a receipt");
        }
        SentNumbers numbers = new SentNumbers();
        numbers.upTo = Long.parseLong(parts[0]);
        Arrays.stream(parts[1].split(",")).filter(number -> !number.isEmpty()).forEach(number -> numbers.beyond.add(Long.parseLong(number)));
        return numbers;
    }
}
