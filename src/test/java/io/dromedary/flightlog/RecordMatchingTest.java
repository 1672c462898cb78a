package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class RecordMatchingTest {

    private static final long NOON = 1_768_478_400;
    private List<Map<String, Object>> cloud = List.of();
    private List<Map<String, Object>> local = List.of();
    private List<Map<String, Object>> leaves = List.of();
    private long from;
    private long to = Long.MAX_VALUE / 2;

    private static BagFile bag(String name, long time) {
        return new BagFile("id-" + name, "/bags/" + name, 4096, time, BagFacts.UNKNOWN);
    }

    private static VehicleLog log(String path, long time) {
        return new VehicleLog("id-" + path, path, 2048, time, 0);
    }

    private List<Map<String, Object>> match(List<BagFile> bags, List<VehicleLog> logs) {
        return new RecordMatching("drone-001", 30, from, to, cloud, local, leaves).match(bags, logs);
    }

    private static Object logOf(Map<String, Object> record) {
        return record.get("ulog") instanceof Map<?, ?> log ? log.get("sd_card_path") : null;
    }

    @Test
    void takesTheNearestLogAndReportsBagsWithoutOne() {
        List<Map<String, Object>> records = match(List.of(bag("alone.bag", NOON - 5000), bag("a.bag", NOON)),
                List.of(log("late.ulg", NOON + 20), log("near.ulg", NOON - 4), log("far.ulg", NOON + 31)));
        assertThat(records).extracting(RecordMatchingTest::logOf).containsExactly("near.ulg", null);
        assertThat(records).extracting(record -> record.get("status")).containsExactly("matched", "no ulog file matched");
        assertThat(records.get(0)).containsEntry("time_difference_seconds", 4L).containsEntry("sync_job_status", "pending");
        assertThat(records.get(0).keySet()).contains("analysis_id", "leaf_fc_record", "robot_instance_id");
    }

    @Test
    void givesEachLogToOneBagNearestPairFirst() {
        List<Map<String, Object>> records = match(List.of(bag("far.bag", NOON + 20), bag("near.bag", NOON + 1)), List.of(log("one.ulg", NOON)));
        assertThat(records).hasSize(2);
        assertThat(((Map<?, ?>) records.get(0).get("rosbag")).get("file_name")).isEqualTo("near.bag");
        assertThat(records.get(1).get("ulog")).isNull();
    }

    @Test
    void keepsTheRecordOfABagThatIsStored() {
        Map<String, Object> before = match(List.of(bag("a.bag", NOON)), List.of(log("a.ulg", NOON))).get(0);
        before.put("sync_job_status", "completed");
        cloud = List.of(before);
        from = NOON + 100_000;
        List<Map<String, Object>> records = match(List.of(bag("a.bag", NOON), bag("new.bag", NOON)), List.of(log("a.ulg", NOON)));
        assertThat(records).hasSize(1);
        assertThat(records.get(0)).containsEntry("id", before.get("id")).containsEntry("sync_job_status", "completed")
                .containsEntry("status", "matched from existing ulog record").containsEntry("ulog", before.get("ulog"));
    }

    @Test
    void bagsOfOneNameInTwoFoldersKeepTheirOwnRecords() {
        List<BagFile> bags = List.of(bag("a/same.bag", NOON), bag("b/same.bag", NOON + 600));
        List<VehicleLog> logs = List.of(log("a.ulg", NOON), log("b.ulg", NOON + 600));
        cloud = match(bags, logs);
        assertThat(cloud).extracting(record -> record.get("id")).doesNotHaveDuplicates();
        assertThat(match(bags, logs)).extracting(record -> record.get("id"), RecordMatchingTest::logOf)
                .containsExactlyElementsOf(cloud.stream().map(record -> org.assertj.core.groups.Tuple.tuple(record.get("id"), logOf(record))).toList());

        List<Map<String, Object>> withAThird = match(List.of(bag("c/same.bag", NOON + 900), bags.get(0), bags.get(1)), logs);
        assertThat(withAThird).hasSize(3).extracting(record -> record.get("id")).doesNotHaveDuplicates()
                .containsAll(cloud.stream().map(record -> record.get("id")).toList());
        assertThat(withAThird).extracting(RecordMatchingTest::logOf).containsExactlyInAnyOrder("a.ulg", "b.ulg", null);

        cloud = List.of(cloud.get(0));
        assertThat(match(List.of(bag("moved/same.bag", NOON)), logs)).extracting(record -> record.get("id")).containsExactly(cloud.get(0).get("id"));
    }

    @Test
    void attachesALeafRecordOnceAlsoToAStoredRecord() {
        leaves = List.of(Map.of("id", "leaf-1", "bag_name", "a.bag", "record_timestamp_unix_s", 1));
        Map<String, Object> first = match(List.of(bag("a.bag", NOON)), List.of()).get(0);
        assertThat(first.get("leaf_fc_record")).isEqualTo(leaves.get(0));
        cloud = List.of(first);
        local = List.of(first);
        assertThat(match(List.of(bag("a.bag", NOON)), List.of())).hasSize(1).first().isEqualTo(first);
        cloud = List.of(FlightRecords.with(first, "leaf_fc_record", null));
        local = List.of();
        assertThat(match(List.of(bag("a.bag", NOON)), List.of()).get(0)).containsEntry("leaf_fc_record", leaves.get(0)).containsEntry("id", first.get("id"));
    }

    @Test
    void leavesOutNewBagsAndLogsOutsideTheWindow() {
        from = NOON;
        to = NOON + 100;
        List<Map<String, Object>> records = match(List.of(bag("before.bag", NOON - 31), bag("edge.bag", NOON - 30), bag("after.bag", NOON + 131)),
                List.of(log("early.ulg", NOON - 1)));
        assertThat(records).hasSize(1);
        assertThat(((Map<?, ?>) records.get(0).get("rosbag")).get("file_name")).isEqualTo("edge.bag");
        assertThat(records.get(0).get("ulog")).isNull();
    }

    @Test
    void ignoresStoredRowsWithoutABag() throws Exception {
        cloud = List.of(FlightRecords.read(Map.of("id", "r", "robot_instance_id", "drone-001")));
        assertThat(match(List.of(bag("a.bag", NOON)), List.of())).hasSize(1);
    }
}
