package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.testing.RequiresPeer;

/** A link over a pseudo terminal, which is a serial line to whoever opens it. */
@RequiresPeer("python3")
@Timeout(60)
class SerialLineTest {

    private Process bridge;
    private String device;

    @BeforeEach
    void makeTerminal() throws Exception {
        bridge = new ProcessBuilder("python3", "src/test/python/pty_bridge.py").start();
        device = new BufferedReader(new InputStreamReader(bridge.getErrorStream())).readLine();
    }

    @AfterEach
    void removeTerminal() throws Exception {
        bridge.getOutputStream().close();
        bridge.destroy();
        bridge.waitFor(10, TimeUnit.SECONDS);
    }

    @Test
    void talksInBothDirections() throws Exception {
        LinkSettings settings = LinkSettings.of("serial://" + device + ":115200").withHeartbeat(6, Duration.ofMillis(100));
        MavlinkLink link = MavlinkLink.open(settings);
        try {
            Frames heard = new Frames();
            FrameParser parser = new FrameParser(Dialect.standard(), heard);
            InputStream in = bridge.getInputStream();
            byte[] bytes = new byte[1000];
            while (heard.all.isEmpty()) {
                parser.stream(bytes, 0, in.read(bytes));
            }
            assertThat(heard.all.get(0).systemId()).isEqualTo(255);

            OutputStream out = bridge.getOutputStream();
            out.write(new FrameWriter(1, 1).toBytes(Dialect.standard().message("HEARTBEAT").set("autopilot", 12).set("type", 2)));
            out.flush();
            assertThat(link.awaitVehicle(1, 1, Duration.ofSeconds(10))).isPresent();
        } finally {
            long start = System.nanoTime();
            link.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void waitsForADeviceThatIsNotThere() throws Exception {
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of("serial:/dev/dromedary-none:57600"))) {
            assertThat(link.send(link.dialect().message("PING"))).isFalse();
        }
    }

    @Test
    void noticesThatTheDeviceIsGone() throws Exception {
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of(device).withHeartbeat(6, Duration.ZERO))) {
            await().atMost(Duration.ofSeconds(10)).until(() -> link.send(link.dialect().message("PING")));
            bridge.getOutputStream().close();
            await().atMost(Duration.ofSeconds(10)).until(() -> !link.send(link.dialect().message("PING")));
        }
    }
}
