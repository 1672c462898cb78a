package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

class FrameCodecTest {

    private final Dialect dialect = Dialect.standard();
    private final FrameWriter writer = new FrameWriter(2, 140);

    private MavlinkMessage heartbeat() {
        return dialect.message("HEARTBEAT").set("type", 6).set("autopilot", 8).set("system_status", 4).set("mavlink_version", 3);
    }

    @Test
    void writesTheHeartbeatFrameThatWasRecorded() {
        assertThat(HexFormat.of().formatHex(writer.toBytes(heartbeat())))
                .isEqualTo("fd090000" + "00028c000000" + "00000000" + "0608000403" + "9abc");
    }

    @Test
    void readsItsOwnFramesInBothVersions() {
        for (int version = 1; version <= 2; version++) {
            MavlinkFrame frame = Frames.only(new FrameWriter(7, 9).version(version).toBytes(heartbeat()));
            assertThat(frame.version()).isEqualTo(version);
            assertThat(frame.systemId()).isEqualTo(7);
            assertThat(frame.componentId()).isEqualTo(9);
            assertThat(frame.message().toMap()).isEqualTo(heartbeat().toMap());
        }
    }

    @Test
    void leavesTrailingZerosOutAndReadsThemBack() {
        byte[] ftp = new byte[20];
        ftp[3] = 5;
        ftp[8] = 77;
        byte[] out = new byte[MavlinkFrame.MAX_LENGTH];
        int length = writer.writeFtp(1, 1, ftp, 0, ftp.length, out, 0);
        assertThat(length).isEqualTo(10 + 3 + 9 + 2);

        MavlinkFrame frame = Frames.only(Arrays.copyOf(out, length));
        assertThat(frame.messageId()).isEqualTo(MavlinkFrame.FTP);
        assertThat(frame.targetSystem()).isEqualTo(1);
        byte[] payload = new byte[251];
        Arrays.fill(payload, (byte) 1);
        frame.copyPayload(MavlinkFrame.FTP_PAYLOAD_AT, payload, 0, payload.length);
        assertThat(payload).isEqualTo(Arrays.copyOf(ftp, 251));
        assertThat(frame.message().getBytes("payload")).isEqualTo(payload);
    }

    @Test
    void keepsOneByteOfAnAllZeroPayload() {
        byte[] frame = writer.toBytes(dialect.message("PARAM_REQUEST_LIST"));
        assertThat(frame).hasSize(10 + 1 + 2);
        assertThat(Frames.only(frame).payloadLength()).isEqualTo(1);
    }

    @Test
    void writesVersionOneWithoutExtensionsAndWithItsZeros() {
        byte[] frame = new FrameWriter(1, 1).version(1).toBytes(dialect.message("COMMAND_ACK"));
        assertThat(frame).hasSize(6 + 3 + 2);
        assertThatThrownBy(() -> new FrameWriter(1, 1).version(1).toBytes(dialect.message("SETUP_SIGNING")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SETUP_SIGNING (256)");
    }

    @Test
    void writesFtpInVersionOneAtFullLength() {
        byte[] out = new byte[MavlinkFrame.MAX_LENGTH];
        Arrays.fill(out, (byte) 0x55);
        int length = new FrameWriter(1, 1).version(1).writeFtp(1, 1, new byte[]{1, 2}, 0, 2, out, 0);
        assertThat(length).isEqualTo(6 + 254 + 2);
        assertThat(Frames.only(Arrays.copyOf(out, length)).message().getBytes("payload")).isEqualTo(Arrays.copyOf(new byte[]{1, 2}, 251));
    }

    @Test
    void acceptsAPayloadLongerThanTheDefinition() {
        byte[] frame = writer.toBytes(heartbeat());
        byte[] longer = new byte[frame.length + 3];
        System.arraycopy(frame, 0, longer, 0, frame.length - 2);
        longer[1] += 3;
        longer[10 + 9 + 2] = 42;
        seal(longer, dialect.get("HEARTBEAT").crcExtra());
        assertThat(Frames.only(longer).message().toMap()).isEqualTo(heartbeat().toMap());
    }

    @Test
    void dropsFramesWithUnknownIncompatibilityFlags() {
        byte[] frame = writer.toBytes(heartbeat());
        frame[2] = 0x02;
        seal(frame, dialect.get("HEARTBEAT").crcExtra());
        Frames frames = new Frames();
        FrameParser parser = new FrameParser(dialect, frames);
        parser.stream(frame, 0, frame.length);
        byte[] good = writer.toBytes(heartbeat());
        parser.stream(good, 0, good.length);
        assertThat(frames.all).hasSize(1);
        assertThat(parser.incompatibleFrames()).isEqualTo(1);
    }

    @Test
    void ignoresUnknownCompatibilityFlags() {
        byte[] frame = writer.toBytes(heartbeat());
        frame[3] = (byte) 0xFF;
        seal(frame, dialect.get("HEARTBEAT").crcExtra());
        assertThat(Frames.inDatagram(frame)).hasSize(1);
    }

    @Test
    void passesUnknownMessagesOnUntouchedAndDoesNotLookInside() {
        byte[] inner = writer.toBytes(heartbeat());
        byte[] unknown = new byte[10 + inner.length + 2];
        unknown[0] = (byte) 0xFD;
        unknown[1] = (byte) inner.length;
        unknown[5] = 3;
        unknown[6] = 1;
        unknown[7] = 0x11;
        unknown[8] = 0x22;
        unknown[9] = 0x33;
        System.arraycopy(inner, 0, unknown, 10, inner.length);
        seal(unknown, 123);
        MavlinkFrame frame = Frames.only(unknown);
        assertThat(frame.definition()).isNull();
        assertThat(frame.messageId()).isEqualTo(0x332211);
        assertThat(frame.toBytes()).isEqualTo(unknown);
        assertThat(frame.targetSystem()).isZero();
        assertThatThrownBy(frame::message).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void resumesOneByteBehindAFalseStart() {
        byte[] good = writer.toBytes(heartbeat());
        byte[] falseStart = {(byte) 0xFD, 60, 0, 0, 1, 1, 1, 0, 0, 0, 9, 9};
        byte[] tail = new byte[80];
        assertThat(Frames.inDatagram(Frames.join(falseStart, good, tail))).hasSize(1);

        Frames frames = new Frames();
        FrameParser parser = new FrameParser(dialect, frames);
        byte[] all = Frames.join(falseStart, good, tail);
        for (byte b : all) {
            parser.stream(new byte[]{b}, 0, 1);
        }
        assertThat(frames.all).hasSize(1);
        assertThat(parser.checksumErrors()).isEqualTo(1);
    }

    @Test
    void findsAFrameBehindAnIncompleteOneInADatagramButNotAcrossDatagrams() {
        byte[] good = writer.toBytes(heartbeat());
        assertThat(Frames.inDatagram(Frames.join(new byte[]{(byte) 0xFD, (byte) 200, 0}, good))).hasSize(1);

        Frames frames = new Frames();
        FrameParser parser = new FrameParser(dialect, frames);
        parser.datagram(good, 0, 12);
        parser.datagram(good, 12, good.length - 12);
        assertThat(frames.all).isEmpty();
    }

    @Test
    void readsManyFramesFromOneDatagramAndFromAnyChunksOfAStream() {
        byte[] all = new byte[0];
        for (int n = 0; n < 300; n++) {
            all = Frames.join(all, writer.toBytes(heartbeat()));
        }
        assertThat(Frames.inDatagram(all)).hasSize(300);
        for (int chunk : new int[]{1, 2, 7, 280, 5000, all.length}) {
            Frames frames = new Frames();
            FrameParser parser = new FrameParser(dialect, frames);
            for (int at = 0; at < all.length; at += chunk) {
                parser.stream(all, at, Math.min(chunk, all.length - at));
            }
            assertThat(frames.all).hasSize(300);
            assertThat(frames.all.get(299).sequence()).isEqualTo(frames.all.get(0).sequence() + 299 & 0xFF);
            assertThat(parser.skippedBytes()).isZero();
        }
    }

    @Test
    void rejectsAFrameWithAnyBitFlipped() {
        byte[] good = writer.toBytes(heartbeat());
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            for (MavlinkFrame frame : Frames.inDatagram(bad)) {
                // A flipped message id may look like a message nobody knows; it must never look like one we act on.
                assertThat(frame.definition()).as("bit %d", bit).isNull();
            }
        }
    }

    @Test
    void refusesIdsOutOfRange() {
        assertThatThrownBy(() -> new FrameWriter(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FrameWriter(1, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.version(3)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Makes the checksum of a hand-made version 2 frame right. */
    static void seal(byte[] frame, int crcExtra) {
        int crc = Checksum.update(Checksum.update(Checksum.INIT, frame, 1, frame.length - 3), crcExtra);
        frame[frame.length - 2] = (byte) crc;
        frame[frame.length - 1] = (byte) (crc >> 8);
    }
}
