package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.dromedary.embedded.LinkModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings in simulated time. */
class FtpListingTest {

    @TempDir
    Path vehicle;
    private LinkSimulator link;

    private void files(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            Files.write(vehicle.resolve(String.format("log_%03d_flight%s.ulg", i, "x".repeat(i % 20))), new byte[i]);
        }
    }

    private List<FtpEntry> list(FtpServerProfile profile, double loss, int seed) throws Exception {
        link = new LinkSimulator(vehicle, profile, new LinkModel(seed).delayMillis(10).loss(loss),
                new LinkModel(seed + 500).delayMillis(10).loss(loss).rate(1e6, 1 << 20));
        return list();
    }

    private List<FtpEntry> list() throws Exception {
        FtpCaller caller = new FtpCaller(link, FtpOptions.DEFAULT, 60_000);
        caller.begin();
        return new FtpListing(caller, new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT), "/").run();
    }

    @Test
    void listsTwoHundredFilesFastOnEveryKindOfVehicle() throws Exception {
        files(200);
        for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.ARDUPILOT, FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3}) {
            List<FtpEntry> entries = list(profile, 0, 1);
            assertThat(entries).hasSize(200);
            assertThat(entries.get(17).size()).isEqualTo(17);
            boolean times = profile.listWithTime() == FtpServerProfile.ListWithTime.SUPPORTED;
            assertThat(entries.get(0).modified() != null).isEqualTo(times);
            // simulated seconds: page after page would be 30 round trips of 20 ms; ArduPilot drops requests, MAVSDK 3 must be waited for
            assertThat(link.seconds()).isLessThan(profile.requestQueue() > 0 ? 1.0 : times || profile.unknownAnswered() ? 0.2 : 0.6);
        }
    }

    @Test
    void listsAllAHundredTimesAtFivePercentLoss() throws Exception {
        files(200);
        for (int seed = 0; seed < 100; seed++) {
            assertThat(list(seed % 2 == 0 ? FtpServerProfile.MAVSDK4 : FtpServerProfile.PX4, 0.05, seed)).as("seed " + seed).hasSize(200);
        }
    }

    @Test
    void listsNothingInAnEmptyDirectoryAndFailsOnAMissingOne() throws Exception {
        for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3}) {
            assertThat(list(profile, 0, 1)).isEmpty();
        }
        Files.delete(vehicle);
        assertThatThrownBy(() -> list(FtpServerProfile.PX4, 0, 1)).isInstanceOf(FtpException.class).hasMessageContaining("FileNotFound");
        Files.createDirectory(vehicle);
    }

    @Test
    void keepsStrangeNames() throws Exception {
        for (String name : new String[] {"a b.ulg", "tab\tin\tname", "Flug über Köln.ulg", "n".repeat(200)}) {
            Files.write(vehicle.resolve(name), new byte[3]);
        }
        for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.MAVSDK4}) {
            assertThat(list(profile, 0, 1)).extracting(FtpEntry::name)
                    .containsExactlyInAnyOrder("a b.ulg", "tab\tin\tname", "Flug über Köln.ulg", "n".repeat(200));
        }
    }

    @Test
    void failsRatherThanShowAPart() throws Exception {
        files(100);
        link = new LinkSimulator(vehicle, FtpServerProfile.PX4, new LinkModel(1).delayMillis(10), new LinkModel(2).delayMillis(10));
        link.after(0.05, () -> link.silent = true);
        assertThatThrownBy(this::list).isInstanceOf(FtpException.class).satisfies(e -> assertThat(((FtpException) e).isTimeout()).isTrue());
    }
}
