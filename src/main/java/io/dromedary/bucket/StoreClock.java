package io.dromedary.bucket;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * The store's own time, by which it judges signatures: what the last answer told, and the time that has run since. Before the first
 * answer it is the time of this machine. Safe for use by several threads.
 */
final class StoreClock {

    private record Told(String date, long nanos) {
    }

    private volatile Told told;

    /** Takes the header {@code Date} of an answer; it is read when somebody wants to know. */
    void hear(String date) {
        told = new Told(date, System.nanoTime());
    }

    /** A clock that stands at the store's time. */
    Clock now() {
        return Clock.fixed(instant(), ZoneOffset.UTC);
    }

    private Instant instant() {
        Told last = told;
        try {
            return last == null ? Instant.now()
                    : DateTimeFormatter.RFC_1123_DATE_TIME.parse(last.date, Instant::from).plus(Duration.ofNanos(System.nanoTime() - last.nanos));
        } catch (DateTimeParseException e) {
            return Instant.now();
        }
    }
}
