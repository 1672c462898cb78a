package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CancellationException;

import io.dromedary.mavftp.FtpTransfer.Verification;
import io.dromedary.embedded.LinkModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The download engine against the vehicle's engine in simulated time. */
class FtpDownloadTest {

    @TempDir
    Path vehicle;
    @TempDir
    Path local;
    private byte[] content;
    private FtpStatistics statistics;
    private Verification verification;

    @BeforeEach
    void file() throws Exception {
        content = bytes(200_000);
        Files.write(vehicle.resolve("a.ulg"), content);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private LinkSimulator link(FtpServerProfile profile, LinkModel up, LinkModel down) {
        return new LinkSimulator(vehicle, profile, up, down);
    }

    private LinkSimulator clean(FtpServerProfile profile) {
        return link(profile, new LinkModel(1).delayMillis(10), new LinkModel(2).delayMillis(10).rate(1e6, 1 << 20));
    }

    private double download(LinkSimulator link, FtpOptions options) throws Exception {
        return download(link, options, new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT), "a.ulg");
    }

    private double download(LinkSimulator link, FtpOptions options, FtpControl control, String path) throws Exception {
        FtpCaller caller = new FtpCaller(link, options, 7);
        caller.begin();
        try (PartialFile file = new PartialFile(local.resolve("out.ulg"))) {
            FtpDownload download = new FtpDownload(caller, control, path, "v1:" + path, file, Runnable::run);
            try {
                verification = download.run();
            } finally {
                statistics = caller.statistics();
                download.close();
            }
        }
        return statistics.seconds();
    }

    private void assertDownloaded() throws Exception {
        assertThat(local.resolve("out.ulg")).hasBinaryContent(content);
        try (var files = Files.list(local)) {
            assertThat(files).as("no partial file is left").hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"WINDOW", "BURST", "AUTO"})
    void downloadsFromEveryKindOfVehicle(FtpOptions.Mode mode) throws Exception {
        for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.ARDUPILOT, FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3}) {
            LinkSimulator link = clean(profile);
            double seconds = download(link, FtpOptions.DEFAULT.withMode(mode));
            System.err.printf("%s %s %.3f s %s%n", mode, profile.burstPackets(), seconds, statistics);
            assertDownloaded();
            assertThat(verification).isEqualTo(Verification.VERIFIED);
            assertThat(link.server.openSessions()).as("session closed").isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clean 20 ms,     10,  0,    0,    0,   1000000, 10000000, 0.93",
        "100 ms 5 % loss, 50,  0.05, 0,    0,   1000000, 10000000, 0.85",
        "serial 5 kB/s,   20,  0,    0,    0,   5000,    65536,    0.90",
        "reorder,         10,  0,    0.02, 0.01, 1000000, 1000000, 0.90",
        "tail queue,      10,  0,    0,    0,   -1000000, 1000000, 0.90",
    })
    void fillsTheLink(String name, double delay, double loss, double reorder, double duplicate, double rate, int size, double share)
            throws Exception {
        content = bytes(size);
        Files.write(vehicle.resolve("a.ulg"), content);
        for (var profile : new FtpServerProfile[] {FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3, FtpServerProfile.PX4}) {
            double bytesPerSecond = Math.abs(rate);
            long queue = rate < 0 ? 20_000 : 1 << 20;
            LinkSimulator link = link(profile, new LinkModel(3).delayMillis(delay).loss(loss).reorder(reorder, 4).duplicate(duplicate),
                    new LinkModel(4).delayMillis(delay).loss(loss).reorder(reorder, 4).duplicate(duplicate).rate(bytesPerSecond, queue));
            double seconds = download(link, FtpOptions.DEFAULT);
            double possible = bytesPerSecond * 239 / 266;
            System.err.printf("%s: %.3f s, share %.3f %s%n", name, seconds, size / seconds / possible, statistics);
            assertDownloaded();
            assertThat(size / seconds / possible).as(name).isGreaterThan(share);
        }
    }
}
