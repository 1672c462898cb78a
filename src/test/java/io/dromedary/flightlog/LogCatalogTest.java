package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class LogCatalogTest {

    private static Map<String, Object> file(String path, long size) {
        return Map.of("path", path, "size", size);
    }

    private static Map<String, Object> entry(long size, long time) {
        return Map.of("id", 0, "size", size, "time_utc", time);
    }

    @Test
    void joinsBySizeNewestFirst() {
        List<VehicleLog> logs = LogCatalog.join(List.of(file("d/small.ulg", 2048), file("d/big.ulg", 50_000)), List.of(entry(50_100, 100), entry(2048, 200)));
        assertThat(logs).extracting(VehicleLog::path).containsExactly("d/small.ulg", "d/big.ulg");
        assertThat(logs).extracting(VehicleLog::time).containsExactly(200L, 100L);
        assertThat(logs).extracting(VehicleLog::index).containsExactly(0, 1);
    }

    @Test
    void dropsWhatHasNoPartner() {
        List<VehicleLog> logs = LogCatalog.join(List.of(file("a.ulg", 2048), file("b.ulg", 50_000)), List.of(entry(6144, 1), entry(54_097, 2)));
        assertThat(logs).extracting(VehicleLog::path).containsExactly("a.ulg");
    }

    @Test
    void knowsNoTimesWhenTheNumbersDiffer() {
        List<VehicleLog> logs = LogCatalog.join(List.of(file("b.ulg", 1), file("a.ulg", 2)), List.of(entry(1, 9)));
        assertThat(logs).extracting(VehicleLog::time).containsExactly(0L, 0L);
        assertThat(logs).extracting(VehicleLog::path).containsExactly("b.ulg", "a.ulg");
        assertThat(logs).extracting(VehicleLog::index).containsExactly(0, 1);
    }

    @Test
    void readsTheCreationTimeFromTheCardPath() {
        assertThat(FileTime.ofCardPath("fs/microsd/log/2026-01-15/14_30_22.ulg")).hasValue(1_768_487_422L);
        assertThat(FileTime.ofCardPath("2026-01-15/14_30_22_replayed.ulg")).hasValue(1_768_487_422L);
        assertThat(FileTime.ofCardPath("fs/microsd/log/sess001/log001.ulg")).isEmpty();
        assertThat(FileTime.ofCardPath("fs/microsd/log/2026-13-45/99_99_99.ulg")).isEmpty();
    }

    @Test
    void namesDownloadsAfterTheGroundStation() {
        assertThat(StorageKeys.download("/u", Map.of("qgc_name", "log_0_x.ulg", "file_name", "a.ulg"))).isEqualTo("/u/log_0_x.ulg");
        assertThat(StorageKeys.download("/u", Map.of("file_name", "a.ulg"))).isEqualTo("/u/log_a.ulg");
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageKeys.download("/u", Map.of("qgc_name", "../../etc/x.ulg", "file_name", "a.ulg")));
    }
}
