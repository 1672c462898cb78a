package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class FlightRecordsTest {

    private static Map<String, Object> ulog() {
        Map<String, Object> ulog = new LinkedHashMap<>(Map.of("id", "u", "file_name", "a.ulg", "size_bytes", "45.0", "size_kb", 1,
                "modified_timestamp_unix_s", 5, "date_str", "x", "unknown", 1));
        ulog.put("sd_card_path", null);
        return ulog;
    }

    @Test
    void completesARowAndDropsWhatIsUnknown() throws Exception {
        Map<String, Object> row = new LinkedHashMap<>(Map.of("id", "r", "robot_instance_id", "d", "deleted", false, "sync_job_status", "unknown"));
        row.put("ulog", ulog());
        Map<String, Object> record = FlightRecords.read(row);
        assertThat(record.keySet()).hasSize(19).doesNotContain("deleted");
        assertThat(record).containsEntry("analysis_job_status", "unknown").containsEntry("rosbag", null);
        assertThat(FlightRecords.part(record, "ulog")).containsEntry("size_bytes", 45L).containsEntry("storage_type", "pixhawk").hasSize(15);
    }

    @Test
    void namesEveryWrongField() {
        Map<String, Object> row = new LinkedHashMap<>(Map.of("id", 12, "sync_job_status", "odd", "rosbag", Map.of("id", "b")));
        assertThatExceptionOfType(InvalidRecordException.class).isThrownBy(() -> FlightRecords.read(row))
                .withMessageContainingAll("robot_instance_id: is required", "id: ", "sync_job_status: ", "rosbag.file_name: is required");
    }

    @Test
    void skipsRowsThatAreNoRecords() {
        assertThat(FlightRecords.readAll(List.of(Map.of("id", "r", "robot_instance_id", "d"), Map.of("id", "s"), "text"))).hasSize(1);
    }

    @Test
    void completesALeafRecord() throws Exception {
        Map<String, Object> leaf = FlightRecords.readLeaf(Map.of("id", "l", "bag_name", "a.bag", "record_timestamp_unix_s", 1,
                "preflight_data", Map.of("flight_context", Map.of("n_ekf", 1))));
        assertThat(FlightRecords.part(leaf, "preflight_data")).hasSize(9);
        assertThatExceptionOfType(InvalidRecordException.class).isThrownBy(() -> FlightRecords.readLeaf(Map.of("id", "l"))).withMessageContaining("bag_name");
        assertThatExceptionOfType(InvalidRecordException.class).isThrownBy(() -> FlightRecords.readLeaf(null));
    }
}
