package io.dromedary.fleet;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A set of numbers from 1 that fills nearly in order: all up to one but for a few. As text {@code 20;17,18}, where 17 and 18 are not in it.
 * Of those that lack only the {@value #MOST_LACKING} largest are known, more than a process has commands: a number that never comes costs no more.
 */
final class SentNumbers {

    private static final int MOST_LACKING = 1_024;

    private final TreeSet<Long> lacking = new TreeSet<>();
    private long last;

    /** @return this */
    synchronized SentNumbers add(long number) {
        lacking.remove(number);
        for (long between = Math.max(last + 1, number - MOST_LACKING); between < number; between++) {
            lacking.add(between);
        }
        last = Math.max(last, number);
        while (lacking.size() > MOST_LACKING) {
            lacking.pollFirst();
        }
        return this;
    }

    synchronized boolean includes(long number) {
        return number <= last && !lacking.contains(number);
    }

    @Override
    public synchronized String toString() {
        return last + ";" + lacking.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException if it is not what {@link #toString()} makes */
    static SentNumbers parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("not a receipt");
        }
        SentNumbers numbers = new SentNumbers();
        numbers.last = Long.parseLong(parts[0]);
        Arrays.stream(parts[1].split(",")).filter(number -> !number.isEmpty()).forEach(number -> numbers.lacking.add(Long.parseLong(number)));
        return numbers;
    }
}
