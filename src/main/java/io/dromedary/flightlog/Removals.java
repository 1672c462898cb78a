package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what was done to each of several things, mostly removed, and what failed, and why. Safe for use by several threads. */
public final class Removals {

    private final int total;
    private final List<String> removed = new ArrayList<>();
    private final List<Map<String, Object>> failed = new ArrayList<>();

    Removals(int total) {
        this.total = total;
    }

    /** One more; {@code reason} is null, or empty, when it was removed. */
    public synchronized Removals add(String id, Object reason) {
        if (reason == null || reason.toString().isEmpty()) {
            removed.add(id);
        } else {
            Map<String, Object> failure = new LinkedHashMap<>();
            failure.put("id", id);
            failure.put("error", reason.toString());
            failed.add(failure);
        }
        return this;
    }

    /** All there were to remove. */
    public int getTotal() {
        return total;
    }

    /** Removed so far. */
    public synchronized int getDeleted() {
        return removed.size();
    }

    /** Not removed so far. */
    public synchronized int getFailed() {
        return failed.size();
    }

    /** Tried so far. */
    public synchronized int getDone() {
        return removed.size() + failed.size();
    }

    /** Percent of what was tried. */
    public synchronized double getShare() {
        return total == 0 ? 100 : Math.round(1000.0 * getDone() / total) / 10.0;
    }

    /** The percentage between two by what was tried. */
    public synchronized double between(double from, double to) {
        return total == 0 ? to : Math.round(10 * (from + (to - from) * getDone() / total)) / 10.0;
    }

    /** How many could not be removed, in brackets; empty when none. */
    public synchronized String getFailures() {
        return failed.isEmpty() ? "" : " (" + failed.size() + " failed)";
    }

    /** How many could not be stored, in a sentence; empty when none. */
    public synchronized String getNotStored() {
        return failed.isEmpty() ? "" : " " + failed.size() + " could not be stored: " + failed.get(0).get("error") + ".";
    }

    /** What a clear-all job tells in its metadata. */
    public synchronized Map<String, Object> files() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("total_files", total);
        map.put("deleted", removed.size());
        map.put("failed", failed.size());
        return map;
    }

    /** What a bulk job tells in its metadata as it goes. */
    public synchronized Map<String, Object> records() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("total_deleted", removed.size());
        map.put("total_failed", failed.size());
        return map;
    }

    /** What a bulk job tells at its end. */
    public synchronized Map<String, Object> verdict() {
        Map<String, Object> map = records();
        map.put("overall_status", failed.isEmpty() ? "success" : removed.isEmpty() ? "error" : "partial");
        map.put("deleted_ids", List.copyOf(removed));
        map.put("failed_ids", List.copyOf(failed));
        return map;
    }
}
