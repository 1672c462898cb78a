package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Puts the autopilot's log list, which has times but no names, and the listing of its card, which has names but no times, together. */
public final class LogCatalog {

    /** The logger may have written so much between the two listings. */
    static final long SIZE_TOLERANCE = 4096;

    private LogCatalog() {
    }

    private record CardFile(String path, long size) {
    }

    /**
     * Joins by size. When the two lists do not have the same length, every time is unknown (0) and the order is that of the files;
     * otherwise what has no partner is left out and the newest comes first.
     *
     * @param files   maps with {@code path} and {@code size}
     * @param entries maps with {@code id}, {@code size}, {@code time_utc}, ordered by id
     */
    public static List<VehicleLog> join(Collection<?> files, Collection<?> entries) {
        List<CardFile> left = new ArrayList<>();
        files.forEach(each -> left.add(new CardFile(String.valueOf(((Map<?, ?>) each).get("path")), number(each, "size"))));
        List<VehicleLog> logs = new ArrayList<>();
        if (files.size() != entries.size()) {
            left.forEach(file -> logs.add(log(file, 0, logs.size())));
            return logs;
        }
        left.sort(Comparator.comparingLong(CardFile::size).reversed());
        for (Object entry : entries) {
            long size = number(entry, "size");
            left.stream().filter(file -> Math.abs(file.size - size) <= SIZE_TOLERANCE).findFirst().ifPresent(file -> {
                left.remove(file);
                logs.add(log(file, number(entry, "time_utc"), 0));
            });
        }
        logs.sort(Comparator.comparingLong(VehicleLog::time).reversed());
        List<VehicleLog> numbered = new ArrayList<>();
        logs.forEach(log -> numbered.add(new VehicleLog(log.id(), log.path(), log.size(), log.time(), numbered.size())));
        return numbered;
    }

    private static VehicleLog log(CardFile file, long time, int index) {
        return new VehicleLog(UUID.randomUUID().toString(), file.path, file.size, time, index);
    }

    private static long number(Object map, String key) {
        return ((Map<?, ?>) map).get(key) instanceof Number number ? number.longValue() : 0;
    }
}
