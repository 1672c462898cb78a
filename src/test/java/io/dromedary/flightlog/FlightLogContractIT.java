package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays recordings of the original against the running product, over real protocols: a broker, Redis, an S3 store, the data API and a
 * MAVLink vehicle; and scenarios of our own for what no recording shows. By default one scenario of each kind; the system property {@code flight-log.scenarios} names others by the beginning
 * of their names, separated by commas, and is empty for all of them (six minutes).
 */
@RequiresPeer(value = {"mosquitto", "redis-server"}, python = {"moto", "redis", "paho.mqtt", "pymavlink"})
class FlightLogContractIT {

    private static final String USUAL = "dispatch-,detect-files,clearerr-files,clearerr-shell,existing-h,fetch-success,fetch-cancel-running,fetch-nearest,sync-success,"
            + "sync-local-db,sync-subscribe-foreign,bulk-partial,bulk-cancel,clear-success,clear-second,http-,redis-,sync-subscribe-sub,sync-cancel-running-upload,clear-cancel-running,clearerr-partial,delete-empty";

    @TempDir
    private Path folder;

    @Test
    void answersAsRecorded() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path classPath = Files.writeString(folder.resolve("class-path"), "-cp \"" + System.getProperty("java.class.path") + "\"");
        File report = folder.resolve("report.txt").toFile();
        ProcessBuilder replay = new ProcessBuilder(List.of(Peers.python(), "src/test/python/flight-log/replay.py",
                "--cmd", java + " -Djdk.serialFilter=!* -XX:TieredStopAtLevel=1 @" + classPath + " io.dromedary.Dromedary run",
                "--golden", "src/test/resources/golden/petal-flight-log", "--golden", "src/test/resources/flight-log", "--only", System.getProperty("flight-log.scenarios", USUAL),
                "--log", folder.resolve("product.log").toString())).redirectErrorStream(true).redirectOutput(report);
        Process process = replay.start();
        try {
            assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        String text = Files.readString(report.toPath(), StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.startsWith("fail"))).as(text).isEmpty();
        assertThat(text).contains("pass ");
        assertThat(process.exitValue()).as(text).isZero();
    }
}
