package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds flight records from bags, logs and what is stored already. Each bag makes one record; a bag that is stored keeps its record. A
 * log belongs to one bag at most, the nearest pairs first.
 */
public final class RecordMatching {

    private static final String MATCHED = "matched";
    private static final String MATCHED_BEFORE = "matched from existing ulog record";
    private static final String NOT_MATCHED = "no ulog file matched";

    private final String machine;
    private final long tolerance;
    private final long from;
    private final long to;
    private final Map<Object, List<Map<String, Object>>> storedByBag;
    private final List<Map<String, Object>> leaves;
    private final Set<Object> carried = new HashSet<>();
    private final Set<Object> chosen = new HashSet<>();

    private record Candidate(int bag, int log, long difference) {
    }

    /**
     * Prepares a run.
     *
     * @param tolerance    seconds between a bag's and its log's time, inclusive
     * @param from         seconds since 1970; logs before do not count, and bags before make no new record
     * @param to           as {@code from}, for later ones
     * @param cloudRecords what {@link FlightRecords} read from the cloud
     * @param localRecords and from the local database
     * @param leafRecords  Leaf FC records
     */
    public RecordMatching(String machine, long tolerance, long from, long to, List<Map<String, Object>> cloudRecords,
            Collection<Map<String, Object>> localRecords, List<Map<String, Object>> leafRecords) {
        this.machine = machine;
        this.tolerance = tolerance;
        this.from = from;
        this.to = to;
        this.storedByBag = cloudRecords.stream().filter(record -> record.get("rosbag") != null)
                .collect(Collectors.groupingBy(record -> ((Map<?, ?>) record.get("rosbag")).get("file_name")));
        this.leaves = leafRecords;
        localRecords.forEach(this::carries);
        cloudRecords.forEach(this::carries);
    }

    private void carries(Map<String, Object> record) {
        if (record.get("leaf_fc_record") instanceof Map<?, ?> leaf) {
            carried.add(leaf.get("id"));
        }
    }

    /** Records by log time, newest first; those without a log last. */
    public List<Map<String, Object>> match(List<BagFile> bags, List<VehicleLog> logs) {
        List<BagFile> newestFirst = bags.stream().sorted(Comparator.comparingLong(BagFile::modified).reversed()).toList();
        List<Map<String, Object>> records = new ArrayList<>();
        List<BagFile> kept = new ArrayList<>();
        Set<Object> taken = new HashSet<>();
        Map<BagFile, Map<String, Object>> stored = stored(newestFirst);
        for (BagFile bag : newestFirst) {
            Map<String, Object> record = recordOf(bag, stored.get(bag));
            if (record != null) {
                records.add(record);
                kept.add(bag);
                if (record.get("ulog") instanceof Map<?, ?> log) {
                    taken.add(log.get("sd_card_path"));
                }
            }
        }
        attach(records, kept, logs.stream().filter(log -> log.time() >= from && log.time() <= to && !taken.contains(log.path())).toList());
        records.sort(Comparator.comparingLong(RecordMatching::logTime).reversed());
        return records;
    }

    /** The stored record of each bag that has one: by its path, else by its name alone, which bags in several folders may share. */
    private Map<BagFile, Map<String, Object>> stored(List<BagFile> bags) {
        Map<BagFile, Map<String, Object>> stored = new HashMap<>();
        choose(bags, stored, (bag, record) -> bag.path().equals(((Map<?, ?>) record.get("rosbag")).get("file_path")));
        choose(bags, stored, (bag, record) -> true);
        return stored;
    }

    private void choose(List<BagFile> bags, Map<BagFile, Map<String, Object>> stored, BiPredicate<BagFile, Map<String, Object>> rule) {
        bags.stream().filter(bag -> !stored.containsKey(bag)).forEach(bag -> ofName(bag).filter(record -> rule.test(bag, record)).findFirst().ifPresent(record -> {
            chosen.add(record.get("id"));
            stored.put(bag, record);
        }));
    }

    /** The stored records of a bag's name that are no other bag's. */
    private Stream<Map<String, Object>> ofName(BagFile bag) {
        return storedByBag.getOrDefault(bag.name(), List.of()).stream().filter(record -> !chosen.contains(record.get("id")));
    }

    private Map<String, Object> recordOf(BagFile bag, Map<String, Object> stored) {
        if (stored == null && (bag.modified() < from - tolerance || bag.modified() > to + tolerance)) {
            return null;
        }
        Map<String, Object> record = stored == null ? created(bag) : FlightRecords.copy(stored);
        if (record.get("leaf_fc_record") == null) {
            record.put("leaf_fc_record", leafOf(bag));
        }
        Stream.concat(Stream.ofNullable(stored), ofName(bag)).map(each -> each.get("ulog")).filter(Objects::nonNull).findFirst().ifPresent(log -> {
            record.put("ulog", log);
            record.put("status", MATCHED_BEFORE);
        });
        return record;
    }

    private Map<String, Object> leafOf(BagFile bag) {
        return leaves.stream().filter(leaf -> bag.name().equals(leaf.get("bag_name")) && !carried.contains(leaf.get("id"))).findFirst()
                .map(leaf -> {
                    carried.add(leaf.get("id"));
                    return leaf;
                }).orElse(null);
    }

    private Map<String, Object> created(BagFile bag) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("id", UUID.randomUUID().toString());
        record.put("rosbag", bag.part());
        record.put("robot_instance_id", machine);
        record.put("sync_job_status", "pending");
        try {
            return FlightRecords.read(record);
        } catch (InvalidRecordException e) {
            throw new IllegalStateException("A record of our own is wrong: " + e.getMessage(), e);
        }
    }

    private void attach(List<Map<String, Object>> records, List<BagFile> bags, List<VehicleLog> logs) {
        List<Candidate> candidates = new ArrayList<>();
        for (int bag = 0; bag < bags.size(); bag++) {
            if (records.get(bag).get("ulog") != null) {
                continue;
            }
            records.get(bag).put("status", NOT_MATCHED);
            for (int log = 0; log < logs.size(); log++) {
                long difference = Math.abs(logs.get(log).time() - bags.get(bag).modified());
                if (difference <= tolerance) {
                    candidates.add(new Candidate(bag, log, difference));
                }
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::difference).thenComparingInt(Candidate::log).thenComparingInt(Candidate::bag));
        Set<Integer> usedLogs = new HashSet<>();
        for (Candidate pair : candidates) {
            Map<String, Object> record = records.get(pair.bag);
            if (record.get("ulog") == null && usedLogs.add(pair.log)) {
                record.put("ulog", logs.get(pair.log).part());
                record.put("status", MATCHED);
                record.put("time_difference_seconds", pair.difference);
            }
        }
    }

    private static long logTime(Map<String, Object> record) {
        return record.get("ulog") instanceof Map<?, ?> log && log.get("modified_timestamp_unix_s") instanceof Number time
                ? time.longValue() : Long.MIN_VALUE;
    }
}
