package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

import io.dromedary.mavftp.FtpTask.Priority;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.embedded.LinkModel;
import io.dromedary.testing.PythonPeer;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.UdpLinkSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client against the FTP server plugin of MAVSDK 4, over a link that loses packets. */
@RequiresPeer(python = "mavsdk")
@Timeout(180)
class MavsdkFtpIT {

    @TempDir
    Path root;
    @TempDir
    Path local;

    private static LinkModel lossy(long seed) {
        return new LinkModel(seed).delayMillis(5).loss(0.03).reorder(0.02, 4).duplicate(0.01);
    }

    @Test
    void doesEveryOperationOnALossyLink() throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("a.ulg"), content);
        for (int i = 0; i < 60; i++) {
            Files.write(Files.createDirectories(root.resolve("many")).resolve("file " + i + " ü.ulg"), new byte[i]);
        }
        try (UdpLinkSimulator radio = new UdpLinkSimulator(lossy(1), lossy(2));
             PythonPeer server = new PythonPeer("mavsdk_ftp_server.py", "udpout://127.0.0.1:" + radio.vehiclePort(), root.toString());
             MavlinkLink link = MavlinkLink.open(LinkSettings.of("udpout:127.0.0.1:" + radio.clientPort()))) {
            server.awaitLine("serving", 60);
            int system = link.awaitVehicle(0, 1, Duration.ofSeconds(30)).orElseThrow().systemId();
            try (FtpClient client = new FtpClient(new LinkFtpTransport(link), system, 1, FtpOptions.DEFAULT)) {
                assertThat(client.list("many").await().value()).hasSize(60).allMatch(e -> e.modified() != null);
                for (FtpOptions.Mode mode : FtpOptions.Mode.values()) {
                    try (FtpClient other = new FtpClient(new LinkFtpTransport(link), system, 1, FtpOptions.DEFAULT.withMode(mode))) {
                        FtpResult<FtpTransfer> got = other.get("a.ulg", local.resolve(mode + ".ulg"), Priority.BULK, FtpProgress.NONE).await();
                        assertThat(got.value().verification()).isEqualTo(FtpTransfer.Verification.VERIFIED);
                        assertThat(local.resolve(mode + ".ulg")).hasBinaryContent(content);
                    }
                }
                client.createDirectory("d").await();
                Path source = Files.write(local.resolve("up.bin"), content);
                assertThat(client.put(source, "d/up.bin", FtpProgress.NONE).await().value().verification())
                        .isEqualTo(FtpTransfer.Verification.VERIFIED);
                assertThat(root.resolve("d/up.bin")).hasBinaryContent(content);
                client.rename("d/up.bin", "d/b.bin").await();
                client.remove("d/b.bin").await();
                client.removeDirectory("d").await();
                assertThat(root.resolve("d")).doesNotExist();
                assertThatThrownBy(() -> client.get("none", local.resolve("none"), Priority.BULK, FtpProgress.NONE).await())
                        .isInstanceOf(FtpException.class).hasMessageContaining("FileNotFound");
            }
        }
    }
}
