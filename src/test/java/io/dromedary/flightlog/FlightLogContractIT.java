package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays recordings of the original against the running product, over real protocols: a broker, Redis, an S3 store, the data API and a
 * MAVLink vehicle; and scenarios of our own for what no recording shows. By default one scenario of each kind; the system property {@code flight-log.scenarios} names others by the beginning
 * of their names, separated by commas, and is empty for all of them (six minutes). The four recordings without a job monitor, which a running
 * product always has, are replayed by {@code JobsNotReadyContractTest}.
 */
@RequiresPeer(value = {"mosquitto", "redis-server"}, python = {"moto", "redis", "paho.mqtt", "pymavlink"})
class FlightLogContractIT {

    private static final String USUAL = "dispatch-,detect-files,clearerr-files,clearerr-shell,existing-h,fetch-success,fetch-cancel-running,fetch-nearest,sync-success,"
            + "sync-local-db,sync-subscribe-foreign,bulk-partial,bulk-cancel,clear-success,clear-second,http-,redis-,sync-subscribe-sub,sync-cancel-running-upload,clear-cancel-running,clearerr-partial,delete-empty";

    @TempDir
    private Path folder;

    @Test
    void answersAsRecorded() throws Exception {
        String text = ReplayProgram.run(folder, "replay.py", "--golden", "src/test/resources/golden/petal-flight-log", "--golden", "src/test/resources/flight-log",
                "--only", System.getProperty("flight-log.scenarios", USUAL));
        assertThat(text.lines().filter(line -> line.startsWith("fail"))).as(text).isEmpty();
        assertThat(text).contains("pass ");
    }
}
