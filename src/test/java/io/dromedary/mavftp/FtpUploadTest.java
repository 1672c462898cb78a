package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import io.dromedary.embedded.LinkModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads in simulated time. */
class FtpUploadTest {

    @TempDir
    Path vehicle;
    @TempDir
    Path local;
    private FtpStatistics statistics;

    private LinkSimulator link(FtpServerProfile profile, double loss, int seed) {
        return new LinkSimulator(vehicle, profile, new LinkModel(seed).delayMillis(10).loss(loss).rate(1e6, 1 << 20),
                new LinkModel(seed + 100).delayMillis(10).loss(loss));
    }

    private boolean upload(LinkSimulator link, int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Path source = Files.write(local.resolve("in.bin"), content);
        FtpCaller caller = new FtpCaller(link, FtpOptions.DEFAULT, 5);
        caller.begin();
        try (FileChannel file = FileChannel.open(source)) {
            return new FtpUpload(caller, new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT), file, "out.bin").run();
        } finally {
            statistics = caller.statistics();
        }
    }

    @Test
    void uploadsAndVerifiesOnEveryKindOfVehicle() throws Exception {
        for (int size : new int[] {0, 1, 239, 240, 50_000}) {
            for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.ARDUPILOT, FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3}) {
                LinkSimulator link = link(profile, 0, 1);
                assertThat(upload(link, size)).isTrue();
                assertThat(vehicle.resolve("out.bin")).hasBinaryContent(Files.readAllBytes(local.resolve("in.bin")));
                assertThat(link.server.openSessions()).isZero();
            }
        }
        assertThat(statistics.bytes()).isEqualTo(50_000);
    }

    @Test
    void uploadsFiftyTimesAtTenPercentLoss() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(upload(link(FtpServerProfile.PX4, 0.1, seed), 20_000)).isTrue();
            assertThat(vehicle.resolve("out.bin")).hasBinaryContent(Files.readAllBytes(local.resolve("in.bin")));
        }
    }

    @Test
    void beginsAgainWhenTheVehicleLostTheSession() throws Exception {
        LinkSimulator link = link(FtpServerProfile.PX4, 0, 1);
        link.after(0.3, () -> link.server.reboot());
        assertThat(upload(link, 50_000)).isTrue();
        assertThat(vehicle.resolve("out.bin")).hasBinaryContent(Files.readAllBytes(local.resolve("in.bin")));
        assertThat(statistics.reopens()).isEqualTo(1);
    }

    @Test
    void saysThatTheDiskIsFull() {
        LinkSimulator link = link(FtpServerProfile.PX4, 0, 1);
        link.server.limitFreeBytes(10_000);
        assertThatThrownBy(() -> upload(link, 50_000)).isInstanceOf(FtpException.class).hasMessageContaining("out.bin")
                .hasMessageContaining("no space left on device");
        assertThat(link.server.openSessions()).as("session closed").isZero();
    }
}
