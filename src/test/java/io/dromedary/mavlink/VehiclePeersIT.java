package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.flightlog.ULog;
import io.dromedary.flightlog.ULogFacts;
import io.dromedary.testing.PythonPeer;
import io.dromedary.testing.RequiresPeer;

/** Our parameters and our simulated vehicle against programs that others wrote. */
@Timeout(120)
class VehiclePeersIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ParameterOptions LONG = ParameterOptions.DEFAULT.withTimeout(Duration.ofSeconds(20));

    @TempDir
    Path folder;

    @Test
    @RequiresPeer(python = "mavsdk")
    void readsAndSetsTheParametersOfMavsdk() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:" + port));
             PythonPeer peer = new PythonPeer("mavsdk_param_server.py", "udpout://127.0.0.1:" + port)) {
            peer.awaitLine("ready", 30);
            Vehicle vehicle = link.awaitVehicle(0, 0, Duration.ofSeconds(30)).orElseThrow();
            VehicleParameters parameters = VehicleParameters.of(link, vehicle);
            ParameterBatch all = parameters.getAll(LONG);
            assertThat(all.failures()).isEmpty();
            assertThat(all.values()).hasSize(100);
            assertThat(all.values().get("INT_03").value()).isEqualTo(-22);
            assertThat(all.values().get("FLOAT_07").value()).isEqualTo(3.5f);
            Map<String, Object> wanted = new LinkedHashMap<>();
            for (int n = 0; n < 50; n++) {
                wanted.put("INT_%02d".formatted(n), -1000 - n);
                wanted.put("FLOAT_%02d".formatted(n), n + 0.125);
            }
            ParameterBatch set = VehicleParameters.of(link, vehicle).set(wanted, LONG);
            assertThat(set.failures()).isEmpty();
            ParameterBatch again = VehicleParameters.of(link, vehicle).get(List.copyOf(wanted.keySet()), LONG);
            again.values().forEach((name, value) -> assertThat(value.value().doubleValue())
                    .isEqualTo(((Number) wanted.get(name)).doubleValue()));
            assertThat(again.values()).hasSize(100);
        }
    }

    @Test
    @RequiresPeer(python = "pymavlink")
    void servesAGroundStationMadeWithPymavlink() throws Exception {
        try (SimulatedVehicle vehicle = SimulatedVehicle.start(SimulatedVehicleSettings.px4(folder).logs(2));
             PythonPeer client = new PythonPeer("parameter_client.py", vehicle.address())) {
            JsonNode found = JSON.readTree(client.awaitLine("{", 60));
            assertThat(found.get("count").asInt()).isEqualTo(vehicle.parameters().names().size());
            assertThat(found.get("hash").asBoolean()).isTrue();
            assertThat(found.get("stored").asInt()).isEqualTo(-7);
            assertThat(vehicle.parameters().value("CA_ROTOR_COUNT")).isEqualTo(-7);
            assertThat(found.get("shell").asText()).startsWith("ver all\r\nHW arch: PX4_FMU_V6X");
            assertThat(found.get("logs").asInt()).isEqualTo(2);
        }
    }

    @Test
    @RequiresPeer(python = "pyulog")
    void writesLogsThatPyulogReads() throws Exception {
        SimulatedVehicle.start(SimulatedVehicleSettings.px4(folder).logs(1)).close();
        Path log;
        try (Stream<Path> all = Files.walk(folder)) {
            log = all.filter(path -> path.toString().endsWith(".ulg")).findFirst().orElseThrow();
        }
        try (PythonPeer reader = new PythonPeer("ulog_facts.py", log.toString())) {
            JsonNode facts = JSON.readTree(reader.awaitLine("{", 60));
            assertThat(facts.get("corrupt").asBoolean()).isFalse();
            assertThat(facts.get("seconds").asDouble()).isBetween(55.0, 61.0);
            assertThat(facts.get("records").get("vehicle_local_position").asInt()).isEqualTo(600);
            assertThat(facts.get("highest").asDouble()).isEqualTo(10.0);
            assertThat(facts.get("parameters").asInt()).isGreaterThan(1000);
            assertThat(facts.get("hardware").asText()).isEqualTo("PX4_FMU_V6X");
            assertThat(facts.get("texts").toString()).contains("Armed").contains("Disarmed");
            // and our own reader says the same
            ULogFacts ours = ULog.facts(log).orElseThrow();
            assertThat(ours.duration()).isCloseTo(facts.get("seconds").asDouble(), within(1e-6));
            assertThat(ours.info()).containsEntry("ver_hw", "PX4_FMU_V6X");
        }
    }
}
