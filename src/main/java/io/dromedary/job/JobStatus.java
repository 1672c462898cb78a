package io.dromedary.job;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a job stands: pending, in_progress, then one of completed, cancelled and error. */
public enum JobStatus {
    PENDING, IN_PROGRESS, COMPLETED, CANCELLED, ERROR;

    /** The word in Redis and on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more happens to the job. */
    public boolean ended() {
        return compareTo(COMPLETED) >= 0;
    }

    /** The status of a word; empty when there is none. */
    public static Optional<JobStatus> of(Object word) {
        return Stream.of(values()).filter(status -> status.word().equals(word)).findFirst();
    }
}
