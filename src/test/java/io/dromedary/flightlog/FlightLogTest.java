package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class FlightLogTest {

    private final FlightLog flightLog = new FlightLog();

    @Test
    void aRecordThatBothDatabasesHoldAlikeIsNoNews() throws Exception {
        Map<String, Object> record = FlightRecords.read(Map.of("id", "a", "robot_instance_id", "m", "status", "matched"));
        Map<String, Object> changed = FlightRecords.with(record, "status", "no ulog file matched");
        Set<String> stored = flightLog.stored(List.of(record, changed), List.of(record));

        assertThat(flightLog.isNews(stored, record)).isFalse();
        assertThat(flightLog.isNews(stored, FlightRecords.with(record, "status", "other"))).isTrue();
        assertThat(flightLog.isNews(stored, changed)).as("only the cloud has it").isTrue();
    }
}
