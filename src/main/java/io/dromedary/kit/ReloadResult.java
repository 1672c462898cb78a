package io.dromedary.kit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a reload went.
 *
 * @param status   {@code applied}, {@code refused} or {@code unchanged}
 * @param version  number of the version that runs now
 * @param added    files that are new
 * @param changed  files with other content
 * @param removed  files that are gone
 * @param problems why it was refused
 * @param seconds  how long it took
 */
public record ReloadResult(String status, int version, List<String> added, List<String> changed, List<String> removed,
        List<String> problems, double seconds) {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    static ReloadResult applied(int version, FileSet.Difference difference, long start) {
        return new ReloadResult("applied", version, difference.added(), difference.changed(), difference.removed(), List.of(), since(start));
    }

    static ReloadResult refused(int version, List<String> problems, long start) {
        return new ReloadResult("refused", version, List.of(), List.of(), List.of(), problems, since(start));
    }

    static ReloadResult unchanged(int version, long start) {
        return new ReloadResult("unchanged", version, List.of(), List.of(), List.of(), List.of(), since(start));
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / NANOS;
    }

    /** Whether the new version runs. */
    public boolean applied() {
        return status.equals("applied");
    }

    /** As it is told. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", status);
        map.put("version", version);
        map.put("added", added);
        map.put("changed", changed);
        map.put("removed", removed);
        map.put("problems", problems);
        map.put("seconds", seconds);
        return map;
    }
}
