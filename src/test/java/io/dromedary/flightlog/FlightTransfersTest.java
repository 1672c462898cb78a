package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightTransfersTest {

    private final FlightTransfers transfers = new FlightTransfers();

    @TempDir
    private Path folder;

    @Test
    void aDownloadWhoseChecksumNobodyToldSaysThatItIsNotVerified() throws Exception {
        String log = Files.writeString(folder.resolve("a.ulg"), "log").toString();

        assertThat(transfers.downloadResult(log, "UNANSWERED")).containsEntry("actual_file_size", 3L).containsEntry("verified", false);
        assertThat(transfers.downloadOutcome("UNANSWERED")).startsWith("Download completed").contains("not verified");
        assertThat(transfers.downloadResult(log, "VERIFIED")).containsOnlyKeys("download_result", "actual_file_size");
        assertThat(transfers.downloadOutcome("VERIFIED")).isEqualTo("Download completed");
    }
}
