package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks the running product about the sentences of the specification that no recording shows: what each command takes and refuses and in
 * what shape it answers, what a search finds, what a sync, a deletion and a clearing leave, streams, Redis and HTTP.
 */
@RequiresPeer(value = {"mosquitto", "redis-server"}, python = {"moto", "redis", "paho.mqtt", "pymavlink"})
class FlightLogRulesIT {

    @TempDir
    private Path folder;

    @Test
    void followsTheSpecificationWhereNothingWasRecorded() throws Exception {
        String report = ReplayProgram.run(folder, "rules.py", "--patience", "10");

        assertThat(report.lines().filter(line -> line.startsWith("pass "))).as(report).hasSizeGreaterThan(30);
        assertThat(report.lines().filter(line -> line.startsWith("fail"))).as(report).isEmpty();
    }
}
