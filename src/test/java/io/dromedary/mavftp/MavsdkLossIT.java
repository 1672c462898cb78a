package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.dromedary.embedded.LinkModel;
import io.dromedary.mavftp.FtpTask.Priority;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.testing.Peers;
import io.dromedary.testing.PythonPeer;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.UdpLinkSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hundred of a hundred downloads and listings over links that lose packets, from the file servers of two generations of MAVSDK. */
@RequiresPeer(python = "mavsdk")
@Timeout(300)
class MavsdkLossIT {

    private static final int TIMES = 100;

    @TempDir
    Path root;
    @TempDir
    Path local;

    @Test
    void everyDownloadCompletesAtTenPercentLoss() throws Exception {
        downloads(Peers.python(), false);
    }

    /** This server sends bursts unpaced, ends its session at a read across the end, and mixes up reads and bursts. */
    @Test
    void everyDownloadFromTheOlderServerCompletesAtTenPercentLoss() throws Exception {
        String python = System.getenv("DROMEDARY_PYTHON_MAVSDK3");
        assumeTrue(python != null, "DROMEDARY_PYTHON_MAVSDK3 names no Python with src/test/python/requirements-mavsdk3.txt");
        downloads(python, true);
    }

    private void downloads(String python, boolean older) throws Exception {
        byte[] content = new byte[20_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("a.ulg"), content);
        with(python, older, 0.10, client -> {
            for (int i = 0; i < TIMES; i++) {
                Path file = local.resolve(i + ".ulg");
                client.get("a.ulg", file, Priority.BULK, FtpProgress.NONE).await();
                assertThat(file).hasBinaryContent(content);
            }
        });
    }

    @Test
    void everyListingIsCompleteAtFivePercentLoss() throws Exception {
        for (int i = 0; i < 200; i++) {
            Files.write(Files.createDirectories(root.resolve("many")).resolve("log_" + i + ".ulg"), new byte[i]);
        }
        with(Peers.python(), false, 0.05, client -> {
            for (int i = 0; i < TIMES; i++) {
                assertThat(client.list("many").await().value()).extracting(FtpEntry::name).doesNotHaveDuplicates().hasSize(200);
            }
        });
    }

    private interface Work {
        void with(FtpClient client) throws IOException, InterruptedException;
    }

    /** The older server takes itself for a ground station, 245 and 191, and starts when it has heard an autopilot: then we are one. */
    private void with(String python, boolean older, double loss, Work work) throws Exception {
        try (UdpLinkSimulator radio = new UdpLinkSimulator(new LinkModel(1).delayMillis(2).loss(loss), new LinkModel(2).delayMillis(2).loss(loss));
             PythonPeer server = new PythonPeer(python, "mavsdk_ftp_server.py", List.of("udpout://127.0.0.1:" + radio.vehiclePort(), root.toString()));
             MavlinkLink link = MavlinkLink.open(settings(radio, older))) {
            server.awaitLine("serving", 60);
            int system = older ? 245 : link.awaitVehicle(0, 1, Duration.ofSeconds(30)).orElseThrow().systemId();
            try (FtpClient client = new FtpClient(new LinkFtpTransport(link), system, older ? 191 : 1, FtpOptions.DEFAULT)) {
                work.with(client);
            }
        }
    }

    private static LinkSettings settings(UdpLinkSimulator radio, boolean older) throws IOException {
        LinkSettings settings = LinkSettings.of("udpout:127.0.0.1:" + radio.clientPort());
        return older ? settings.withIds(7, 1).withHeartbeat(2, Duration.ofMillis(500)) : settings;
    }
}
