package io.dromedary.job;

import java.util.HashMap;
import java.util.Map;

/** Adds up what a job has done of its 100 percent: itself, and by its parts. None of it ever goes back. Not safe for use by several threads. */
final class Shares {

    private final Map<String, Double> parts = new HashMap<>();
    private double own;

    Shares(double own) {
        this.own = own;
    }

    /** The job itself has come to a percentage. */
    void own(double percentage) {
        own = Math.max(own, percentage);
    }

    /** A part has come to that many of the job's percent. */
    void part(String id, double share) {
        parts.merge(id, share, Math::max);
    }

    double sum() {
        return Math.min(100, own + parts.values().stream().mapToDouble(Double::doubleValue).sum());
    }
}
