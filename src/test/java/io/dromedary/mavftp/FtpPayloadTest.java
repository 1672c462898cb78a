package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FtpPayloadTest {

    private static final byte[] BYTES = "12345".getBytes(StandardCharsets.US_ASCII);

    @Test
    void writesTheFieldsWhereTheGuideHasThem() {
        FtpPayload payload = new FtpPayload(0x1234, 7, FtpOpcode.ACK, 5, FtpOpcode.BURST_READ_FILE, true, 0x89ABCDEFL, BYTES);
        assertThat(HexFormat.of().formatHex(payload.encode())).isEqualTo("341207" + "80" + "05" + "0f" + "01" + "00" + "efcdab89" + "3132333435");
        assertThat(FtpPayload.decode(payload.encode(), 0, 17)).isEqualTo(payload);
    }

    @Test
    void fillsInTheZerosThatMavlinkLeavesOut() {
        FtpPayload ack = new FtpPayload(3, 0, FtpOpcode.ACK, 4, FtpOpcode.OPEN_FILE_RO, false, 0, new byte[4]);
        FtpPayload read = FtpPayload.decode(ack.encode(), 0, 6);
        assertThat(read).isEqualTo(ack);
        assertThat(FtpPayload.decode(new byte[0], 0, 0).opcode()).isZero();
    }

    @Test
    void refusesMoreDataThanAPayloadHolds() {
        byte[] bytes = new byte[FtpPayload.MAX_LENGTH];
        bytes[4] = (byte) 240;
        assertThat(FtpPayload.decode(bytes, 0, bytes.length)).isNull();
    }

    @Test
    void survivesRandomBytes() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(FtpPayload.MAX_LENGTH + 1)];
            random.nextBytes(bytes);
            FtpPayload payload = FtpPayload.decode(bytes, 0, bytes.length);
            if (payload != null) {
                assertThat(payload.data().length).isLessThanOrEqualTo(FtpPayload.MAX_DATA);
                assertThat(payload.toString()).isNotEmpty();
                payload.error();
                payload.errno();
                payload.dataAsU32();
            }
        }
    }

    @Test
    void takesANakWithoutACodeAsFail() {
        assertThat(new FtpPayload(1, 0, FtpOpcode.NAK, 0, FtpOpcode.READ_FILE, false, 0, FtpPayload.NO_DATA).error()).isEqualTo(FtpError.FAIL);
    }

    @Test
    void computesTheChecksumOfTheGuide() {
        // CRC-32 with start 0 and no inversion; the reference is the definition, bit by bit
        byte[] data = new byte[1000];
        new Random(5).nextBytes(data);
        long expected = 0;
        for (byte b : data) {
            expected ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                expected = expected >>> 1 ^ ((expected & 1) != 0 ? 0xEDB88320L : 0);
            }
        }
        Crc32Mavlink crc = new Crc32Mavlink();
        assertThat(crc.value()).isZero();
        crc.update(data, 0, 400);
        crc.update(data, 400, 600);
        assertThat(crc.value()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "..", "../a", "a/..", ""})
    void refusesPathsThatLeaveTheirDirectory(String path) {
        assertThatThrownBy(() -> FtpNames.requirePath(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNulAndTooLongPathsButNotDots() {
        assertThatThrownBy(() -> FtpNames.requirePath("a\0b")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> FtpNames.requirePath("é".repeat(120))).hasMessageContaining("240 bytes");
        assertThat(FtpNames.requirePath("/a..b/..c")).hasSize(9);
        assertThat(FtpNames.requirePath("x".repeat(239))).hasSize(239);
    }

    @Test
    void givesBackTheSameBytesForEveryName() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[random.nextInt(40)];
            random.nextBytes(name);
            assertThat(FtpNames.encode(FtpNames.decode(name, 0, name.length))).isEqualTo(name);
        }
        byte[] utf8 = "Flug über Köln ✈.ulg".getBytes(StandardCharsets.UTF_8);
        assertThat(FtpNames.decode(utf8, 0, utf8.length)).isEqualTo("Flug über Köln ✈.ulg");
    }

    @Test
    void readsEntriesWithTabsTimesAndNonsense() {
        assertThat(entry("Fa b\tc.ulg\t12", false)).isEqualTo(new FtpEntry("a b\tc.ulg", false, 12, null));
        assertThat(entry("Fa\tb\t12\t1700000000", true).modified()).hasToString("2023-11-14T22:13:20Z");
        assertThat(entry("Fa\tb\t12\t1700000000", true).name()).isEqualTo("a\tb");
        assertThat(entry("Dlog", false)).isEqualTo(new FtpEntry("log", true, 0, null));
        assertThat(entry("Dlog\t0\t0", true)).isEqualTo(new FtpEntry("log", true, 0, null));
        assertThat(entry("Fno size", false).size()).isEqualTo(-1);
        assertThat(entry("Fx\tabc", false).size()).isEqualTo(-1);
        assertThat(entry("S", false)).isNull();
        assertThat(entry("D..", false)).isNull();
        assertThat(entry("?x\t1", false)).isNull();
    }

    private static FtpEntry entry(String text, boolean times) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return FtpEntry.parse(bytes, 0, bytes.length, times);
    }
}
