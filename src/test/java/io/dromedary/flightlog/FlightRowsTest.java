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
}
