package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

class PortsTest {

    /** Five servers of one start look for ports before the first of them listens; 64 ports are of more than any start. */
    @Test
    void givesNoPortToTwoServers() throws IOException {
        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            given.add(Ports.claim(Loopback.HOST, 0));
        }
        for (int i = 64; i <= given.size(); i++) {
            assertThat(new HashSet<>(given.subList(i - 64, i))).hasSize(64);
        }
    }

    /** Linux gives ports from 32768 on to outgoing connections. */
    @Test
    void givesNoPortThatAnOutgoingConnectionCanTake() throws IOException {
        assertThat(Ports.claim(Loopback.HOST, 0)).isBetween(1024, 32_767);
    }

    @Test
    void refusesAPortOnWhichSomebodyListens() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.claim(Loopback.HOST, server.getLocalPort())).isInstanceOf(IOException.class);
        }
    }
}
