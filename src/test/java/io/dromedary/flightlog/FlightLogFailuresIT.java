package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Breaks one of the surroundings in the middle of a sync: the vehicle goes, Redis and the broker are restarted, the bucket refuses or is
 * slow, the disk is full, a database does not write, the vehicle is gone when only its checksum is missing. Each ends in the state and with the words of the specification, both rows say so, no
 * success is one that is not, and what is asked for again is done.
 */
@RequiresPeer(value = {"mosquitto", "redis-server"}, python = {"moto", "redis", "paho.mqtt", "pymavlink"})
class FlightLogFailuresIT {

    @TempDir
    private Path folder;

    @Test
    void endsHonestlyWhateverBreaks() throws Exception {
        String report = ReplayProgram.run(folder, "failures.py");

        assertThat(report).contains("vehicle_gone", "broker_restarted");
        assertThat(report.lines().filter(line -> line.startsWith("fail"))).as(report).isEmpty();
    }
}
