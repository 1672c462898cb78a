package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class FlightRowsTest {

    private final FlightRows rows = new FlightRows();

    @Test
    void aRecordThatBothDatabasesHoldAlikeIsNoNews() throws Exception {
        Map<String, Object> record = FlightRecords.read(Map.of("id", "a", "robot_instance_id", "m", "status", "matched"));
        Map<String, Object> changed = FlightRecords.with(record, "status", "no ulog file matched");
        Map<String, Object> other = FlightRecords.with(record, "status", "other");

        assertThat(rows.news(List.of(record, other, changed), List.of(record, changed), List.of(record)))
                .as("one is held by nobody, one by the cloud only").containsExactly(other, changed);
    }

    @Test
    void whatASyncWritesOrHasWrittenSinceTheReadingIsLeftToIt() {
        List<Map<?, ?>> records = List.of(Map.of("id", "before"), Map.of("id", "since"), Map.of("id", "running"), Map.of("id", "never"));
        List<Map<String, Object>> jobs = List.of(
                Map.of("metadata", Map.of("flight_record_id", "before"), "completed_at", 99.5, "updated_at", 99.9),
                Map.of("metadata", Map.of("flight_record_id", "since"), "completed_at", 100.1, "updated_at", 100.1),
                Map.of("metadata", Map.of("flight_record_id", "running"), "updated_at", 50.0));

        assertThat(rows.untouched(records, jobs, 100)).extracting("id").containsExactly("before", "never");
    }
}
