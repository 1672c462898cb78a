package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import io.dromedary.mavlink.MavlinkSigning.Verdict;

class MavlinkSigningTest {

    private static final byte[] KEY = new byte[32];
    private static final long START = 1_800_000_000_000L;

    private long millis = START;
    private final MavlinkSigning receiver = signing(0);

    private MavlinkSigning signing(long stored) {
        return new MavlinkSigning(KEY, 1, stored, () -> millis);
    }

    private MavlinkFrame frame(int system, MavlinkSigning signing) {
        return Frames.only(new FrameWriter(system, 1).signing(signing).toBytes(Dialect.standard().message("PING").set("seq", 3)));
    }

    @Test
    void acceptsEachFrameOnce() {
        MavlinkSigning sender = signing(0);
        MavlinkFrame first = frame(1, sender);
        MavlinkFrame second = frame(1, sender);
        assertThat(receiver.verify(second)).isEqualTo(Verdict.GOOD);
        assertThat(receiver.verify(second)).isEqualTo(Verdict.REPLAY);
        assertThat(receiver.verify(first)).isEqualTo(Verdict.REPLAY);
        assertThat(receiver.verify(frame(1, sender))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void keepsSendersApart() {
        MavlinkSigning sender = signing(0);
        MavlinkFrame older = frame(1, sender);
        assertThat(receiver.verify(frame(2, sender))).isEqualTo(Verdict.GOOD);
        assertThat(receiver.verify(older)).isEqualTo(Verdict.GOOD);
        assertThat(receiver.verify(frame(1, new MavlinkSigning(KEY, 2, 0, () -> millis - 1000)))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void findsAnyChangedBit() {
        byte[] good = frame(1, signing(0)).toBytes();
        for (int bit = 8; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            MavlinkFrame frame = new MavlinkFrame().set(bad, 0, bad.length, Dialect.standard().find(4));
            // The bit that says "signed" is in byte 2.
            assertThat(receiver.verify(frame)).as("bit %d", bit).isEqualTo(bit == 16 ? Verdict.UNSIGNED : Verdict.BAD_SIGNATURE);
        }
        assertThat(receiver.verify(new MavlinkFrame().set(good, 0, good.length, null))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void refusesANewSenderThatIsMoreThanAMinuteBehind() {
        assertThat(receiver.verify(frame(1, new MavlinkSigning(KEY, 1, 0, () -> START - 60_001)))).isEqualTo(Verdict.REPLAY);
        assertThat(receiver.verify(frame(2, new MavlinkSigning(KEY, 1, 0, () -> START - 59_000)))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void movesItsClockForwardWithValidFramesOnly() {
        long ahead = START + 3_600_000;
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        long before = receiver.timestamp();
        receiver.verify(frame(1, new MavlinkSigning(otherKey, 1, 0, () -> ahead)));
        assertThat(receiver.timestamp()).isEqualTo(before);
        receiver.verify(frame(1, new MavlinkSigning(KEY, 1, 0, () -> ahead)));
        assertThat(receiver.timestamp()).isBetween((ahead - 1_420_070_400_000L) * 100, (ahead - 1_420_070_400_000L) * 100 + 1);
        MavlinkFrame ours = frame(9, receiver);
        assertThat(new MavlinkSigning(KEY, 1, 0, () -> ahead).verify(ours)).isEqualTo(Verdict.GOOD);
        assertThat(receiver.verify(frame(3, signing(0)))).as("a new sender an hour behind").isEqualTo(Verdict.REPLAY);
    }

    @Test
    void neverUsesATimestampTwiceEvenWhenTheClockStandsOrGoesBack() {
        MavlinkSigning sender = signing(0);
        for (int n = 0; n < 100; n++) {
            assertThat(receiver.verify(frame(1, sender))).isEqualTo(Verdict.GOOD);
        }
        millis -= 30_000;
        MavlinkSigning restarted = signing(sender.timestamp());
        assertThat(receiver.verify(frame(1, restarted))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void remembersABoundedNumberOfSenders() {
        int good = 0;
        for (int n = 0; n < 5000; n++) {
            MavlinkSigning sender = new MavlinkSigning(KEY, n % 250, 0, () -> millis);
            good += receiver.verify(frame(1 + n / 250, sender)) == Verdict.GOOD ? 1 : 0;
        }
        assertThat(good).isEqualTo(4096);
    }

    @Test
    void readsKeys() {
        assertThat(MavlinkSigning.key("00".repeat(31) + "fF")).hasSize(32).endsWith(0xFF);
        // SHA-256 of "abc", from FIPS 180-2.
        assertThat(MavlinkSigning.key(" abc\n")).startsWith(0xBA, 0x78, 0x16, 0xBF).hasSize(32);
        assertThatThrownBy(() -> new MavlinkSigning(new byte[31], 0, 0, () -> 0)).hasMessageContaining("32 bytes, not 31");
    }
}
