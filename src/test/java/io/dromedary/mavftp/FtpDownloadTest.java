package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

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
            download(link, FtpOptions.DEFAULT.withMode(mode));
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
        for (var profile : new FtpServerProfile[] {size > 1_000_000 ? FtpServerProfile.MAVSDK4 : FtpServerProfile.MAVSDK3}) {
            double bytesPerSecond = Math.abs(rate);
            long queue = rate < 0 ? 20_000 : 1 << 20;
            LinkSimulator link = link(profile, new LinkModel(3).delayMillis(delay).loss(loss).reorder(reorder, 4).duplicate(duplicate),
                    new LinkModel(4).delayMillis(delay).loss(loss).reorder(reorder, 4).duplicate(duplicate).rate(bytesPerSecond, queue));
            double seconds = download(link, FtpOptions.DEFAULT);
            double possible = bytesPerSecond * 239 / 266;
            assertDownloaded();
            assertThat(size / seconds / possible).as(name).isGreaterThan(share);
        }
    }

    /** What is lost among the first and the last few blocks must not cost round trips while the link is idle. */
    @Test
    void fillsALossyLinkWhicheverPacketsAreLost() throws Exception {
        content = bytes(10_000_000);
        Files.write(vehicle.resolve("a.ulg"), content);
        for (int seed = 0; seed < 8; seed++) {
            LinkSimulator link = link(FtpServerProfile.MAVSDK4, new LinkModel(2 * seed).delayMillis(50).loss(0.05),
                    new LinkModel(2 * seed + 1).delayMillis(50).loss(0.05).rate(1e6, 1 << 20));
            double seconds = download(link, FtpOptions.DEFAULT);
            assertDownloaded();
            assertThat(content.length / seconds / (1e6 * 239 / 266)).as("seed " + seed).isGreaterThan(0.88);
            assertThat(statistics.duplicates()).as("blocks that came twice").isLessThan(20);
        }
    }

    @Test
    void completesAHundredTimesAtTenPercentLoss() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            FtpServerProfile profile = seed % 2 == 0 ? FtpServerProfile.MAVSDK4 : FtpServerProfile.PX4;
            FtpOptions.Mode mode = seed % 4 < 2 ? FtpOptions.Mode.AUTO : FtpOptions.Mode.BURST;
            LinkSimulator link = link(profile, new LinkModel(seed).delayMillis(10).loss(0.1),
                    new LinkModel(1000 + seed).delayMillis(10).loss(0.1).rate(1e6, 1 << 20));
            download(link, FtpOptions.DEFAULT.withMode(mode));
            assertDownloaded();
            assertThat(verification).as("seed " + seed).isEqualTo(Verification.VERIFIED);
            assertThat(statistics.loss()).as("seed " + seed).isBetween(0.0, 0.35);
        }
    }

    @ParameterizedTest
    @CsvSource({"WINDOW", "BURST"})
    void asksAgainWhenTheTailTheEndOrTheOpenAckIsLost(FtpOptions.Mode mode) throws Exception {
        for (int what = 0; what < 5; what++) {
            for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.MAVSDK4}) {
                LinkSimulator link = clean(profile);
                int fault = what;
                int[] left = {2};
                link.dropDown = p -> left[0] > 0 && switch (fault) {
                    case 0 -> p.requestOpcode() == FtpOpcode.OPEN_FILE_RO;
                    case 1 -> p.offset() + p.data().length >= content.length && p.opcode() == FtpOpcode.ACK;
                    case 2 -> p.opcode() == FtpOpcode.NAK && p.error() == FtpError.EOF;
                    case 3 -> p.burstComplete();
                    default -> p.requestOpcode() == FtpOpcode.CALC_FILE_CRC32 || p.requestOpcode() == FtpOpcode.TERMINATE_SESSION;
                } && left[0]-- > 0;
                double seconds = download(link, FtpOptions.DEFAULT.withMode(mode));
                assertDownloaded();
                assertThat(seconds).as("fault " + what).isLessThan(5);
            }
        }
    }

    @Test
    void ignoresTheSecondOpenAckAndPacketsOfThePreviousFile() throws Exception {
        Files.write(vehicle.resolve("b.ulg"), bytes(100_000));
        LinkSimulator link = clean(FtpServerProfile.MAVSDK4);
        FtpCaller caller = new FtpCaller(link, FtpOptions.DEFAULT, 100);
        java.util.List<FtpPayload> old = new java.util.ArrayList<>();
        link.dropDown = p -> {
            old.add(p);
            return false;
        };
        for (String name : new String[] {"b.ulg", "a.ulg"}) {
            caller.begin();
            if (name.equals("a.ulg")) {
                // everything the first file brought comes once more, late, during the second
                java.util.List<FtpPayload> late = java.util.List.copyOf(old);
                link.dropDown = p -> false;
                for (int i = 0; i < late.size(); i++) {
                    FtpPayload packet = late.get(i);
                    link.after(0.02 + i * 0.0003, () -> link.inject(packet));
                }
            }
            try (PartialFile file = new PartialFile(local.resolve("out.ulg"))) {
                FtpDownload download = new FtpDownload(caller, new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT), name, name, file,
                        Runnable::run);
                assertThat(download.run()).isEqualTo(Verification.VERIFIED);
                download.close();
            }
        }
        assertDownloaded();
    }

    @ParameterizedTest
    @CsvSource({"WINDOW", "BURST"})
    void goesOnAfterTheVehicleRebooted(FtpOptions.Mode mode) throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        link.after(0.12, () -> {
            link.silent = true;
            link.server.reboot();
        });
        link.after(8, () -> link.silent = false);
        download(link, FtpOptions.DEFAULT.withMode(mode));
        assertDownloaded();
        assertThat(statistics.reopens()).isPositive();
        assertThat(statistics.bytes()).as("nothing is fetched twice").isEqualTo(content.length);
    }

    @Test
    void failsAfterSilenceKeepsThePartAndGoesOnNextTime() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        link.after(0.15, () -> link.silent = true);
        assertThatThrownBy(() -> download(link, FtpOptions.DEFAULT)).isInstanceOf(FtpException.class)
                .hasMessageContaining("a.ulg").hasMessageContaining("30 s");
        assertThat(local.resolve("out.ulg")).doesNotExist();
        long had = statistics.bytes();
        assertThat(had).isPositive();
        download(clean(FtpServerProfile.PX4), FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(statistics.bytes()).isEqualTo(content.length - had);
        assertThat(verification).isEqualTo(Verification.VERIFIED);
    }

    @Test
    void doesNotWaitForTheChecksumOfALostVehicleAndSaysThatItIsUnverified() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        AtomicBoolean deaf = new AtomicBoolean();
        link.dropUp = payload -> {
            if (payload.opcode() == FtpOpcode.CALC_FILE_CRC32 && deaf.compareAndSet(false, true)) {
                link.after(5, () -> link.lost = true);
            }
            return deaf.get();
        };
        download(link, FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(verification).isEqualTo(Verification.UNANSWERED);
        assertThat(link.seconds()).as("simulated time").isBetween(5.0, 20.0);
    }

    @Test
    void asksForTheChecksumOfASmallFileBehindItsLastReads() throws Exception {
        content = bytes(1000);
        Files.write(vehicle.resolve("a.ulg"), content);
        LinkSimulator link = clean(FtpServerProfile.PX4);
        download(link, FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(verification).isEqualTo(Verification.VERIFIED);
        assertThat(statistics.seconds()).as("simulated time: two round trips of 20 ms, not three").isLessThan(0.05);
        assertThat(statistics.requests()).isEqualTo(7);
    }

    @Test
    void repeatsTheEarlyQuestionWhenItsAnswerIsLost() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        AtomicBoolean lost = new AtomicBoolean();
        link.dropDown = payload -> payload.requestOpcode() == FtpOpcode.CALC_FILE_CRC32 && lost.compareAndSet(false, true);
        download(link, FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(verification).isEqualTo(Verification.VERIFIED);
        assertThat(statistics.retries()).isEqualTo(1);
    }

    @Test
    void asksForTheChecksumOfALargeFileWhenAllIsThere() throws Exception {
        content = bytes(3 << 20);
        Files.write(vehicle.resolve("a.ulg"), content);
        LinkSimulator link = clean(FtpServerProfile.PX4);
        AtomicLong asked = new AtomicLong();
        AtomicLong read = new AtomicLong();
        link.dropUp = payload -> {
            asked.compareAndSet(0, payload.opcode() == FtpOpcode.CALC_FILE_CRC32 ? read.get() : 0);
            return false;
        };
        link.dropDown = payload -> {
            read.addAndGet(payload.requestOpcode() == FtpOpcode.READ_FILE ? payload.data().length : 0);
            return false;
        };
        download(link, FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(verification).isEqualTo(Verification.VERIFIED);
        assertThat(asked).as("bytes that had come when the vehicle was asked").hasValueGreaterThanOrEqualTo(content.length);
    }

    @Test
    void throwsAPartOfOtherContentAway() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        link.after(0.15, () -> link.silent = true);
        assertThatThrownBy(() -> download(link, FtpOptions.DEFAULT)).isInstanceOf(FtpException.class);
        content[10] ^= 1;
        Files.write(vehicle.resolve("a.ulg"), content);
        download(clean(FtpServerProfile.PX4), FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(verification).isEqualTo(Verification.VERIFIED);
    }

    @Test
    void survivesAFileThatShrinksOrGrowsMeanwhile() throws Exception {
        for (FtpServerProfile profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.MAVSDK4}) {
            Files.write(vehicle.resolve("a.ulg"), content);
            LinkSimulator shrinking = clean(profile);
            byte[] shorter = java.util.Arrays.copyOf(content, 90_000);
            shrinking.after(0.1, () -> write(shorter));
            download(shrinking, FtpOptions.DEFAULT);
            assertThat(local.resolve("out.ulg")).hasBinaryContent(shorter);

            Files.write(vehicle.resolve("a.ulg"), content);
            LinkSimulator growing = clean(profile);
            byte[] longer = java.util.Arrays.copyOf(content, 210_000);
            growing.after(0.1, () -> write(longer));
            download(growing, FtpOptions.DEFAULT);
            assertThat(verification).isEqualTo(Verification.GREW);
            assertThat(local.resolve("out.ulg")).hasBinaryContent(content);
        }
    }

    private void write(byte[] bytes) {
        try {
            Files.write(vehicle.resolve("a.ulg"), bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void stopsWhenCancelledAndGoesOnLater() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        FtpControl control = new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT);
        link.after(0.15, control::cancel);
        assertThatThrownBy(() -> download(link, FtpOptions.DEFAULT, control, "a.ulg")).isInstanceOf(CancellationException.class);
        assertThat(link.server.openSessions()).as("session closed").isZero();
        long had = statistics.bytes();
        download(clean(FtpServerProfile.PX4), FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(statistics.bytes()).isEqualTo(content.length - had);
    }

    @Test
    void readsEmptyFilesAndSizesAroundABlock() throws Exception {
        for (int size : new int[] {0, 1, 238, 239, 240, 478, 35_850, 35_851}) {
            for (var mode : FtpOptions.Mode.values()) {
                for (var profile : new FtpServerProfile[] {FtpServerProfile.PX4, FtpServerProfile.MAVSDK4, FtpServerProfile.MAVSDK3}) {
                    content = bytes(size);
                    write(content);
                    download(clean(profile), FtpOptions.DEFAULT.withMode(mode));
                    assertDownloaded();
                }
            }
        }
    }

    @Test
    void waitsForASessionThenResetsOnce() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        link.server.receive(link.nanoTime(), 9, 9, FtpPayload.request(1, 0, FtpOpcode.OPEN_FILE_RO, 0, "a.ulg".getBytes()));
        double seconds = download(link, FtpOptions.DEFAULT);
        assertDownloaded();
        assertThat(seconds).as("others get time to finish first").isGreaterThan(3);
    }

    @Test
    void saysWhatTheVehicleSaid() {
        assertThatThrownBy(() -> download(clean(FtpServerProfile.PX4), FtpOptions.DEFAULT, new FtpControl(FtpProgress.NONE,
                FtpControl.NOTHING_URGENT), "none.ulg")).isInstanceOf(FtpException.class).hasMessage("open none.ulg: the vehicle refused: FileNotFound");
        LinkSimulator dead = clean(FtpServerProfile.PX4);
        dead.silent = true;
        assertThatThrownBy(() -> download(dead, FtpOptions.DEFAULT)).isInstanceOf(FtpException.class)
                .satisfies(e -> assertThat(((FtpException) e).isTimeout()).isTrue());
        assertThat(dead.seconds()).isBetween(9.9, 10.5);
    }

    @Test
    void survivesAnswersThatMakeNoSense() throws Exception {
        LinkSimulator link = clean(FtpServerProfile.PX4);
        Random random = new Random(8);
        for (int i = 0; i < 2000; i++) {
            byte[] junk = new byte[FtpPayload.MAX_LENGTH];
            random.nextBytes(junk);
            junk[3] = (byte) (random.nextBoolean() ? FtpOpcode.ACK : FtpOpcode.NAK);
            junk[4] = (byte) random.nextInt(240);
            // numbers we do not use: those could not be told from answers
            junk[1] = (byte) 0x70;
            FtpPayload payload = FtpPayload.decode(junk, 0, junk.length);
            link.after(i * 0.0001, () -> link.inject(payload));
        }
        download(link, FtpOptions.DEFAULT);
        assertDownloaded();
    }
}
