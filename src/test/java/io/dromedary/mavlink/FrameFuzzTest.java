package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;

/**
 * Ten million bytes of damaged frames and noise with valid frames in between. Seeded, so that a failure can be looked at again.
 */
class FrameFuzzTest {

    private static final int BYTES = 10_000_000;

    /**
     * A false start can, by chance, look like a message that nobody here knows, and hide a frame behind it: its CRC_EXTRA is not known,
     * so only 8 bits speak against it. No frame is lost otherwise.
     */
    private static final int MISTAKES = 3;

    private final Dialect dialect = Dialect.standard();
    private final Random random = new Random(20261121);
    private final FrameWriter writer = new FrameWriter(200, 200);
    private int valid;

    /** A valid PING with a number of its own, every few hundred bytes. */
    private byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES + 1000);
        while (out.size() < BYTES) {
            out.writeBytes(garbage());
            // A claimed length may reach into what follows, never so far that nothing follows it.
            out.writeBytes(writer.toBytes(dialect.message("PING").set("seq", valid++)));
        }
        out.writeBytes(new byte[MavlinkFrame.MAX_LENGTH]);
        return out.toByteArray();
    }

    private byte[] garbage() {
        byte[] frame = new FrameWriter(1 + random.nextInt(255), 1 + random.nextInt(255)).version(1 + random.nextInt(2))
                .toBytes(randomPayload(dialect.get("SERIAL_CONTROL")));
        return switch (random.nextInt(6)) {
            case 0 -> noise(random.nextInt(600));
            case 1 -> Arrays.copyOf(frame, random.nextInt(frame.length));
            case 2 -> {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                yield frame;
            }
            case 3 -> {
                frame[1] = (byte) 255;
                yield frame;
            }
            case 4 -> Frames.join(new byte[]{(byte) 0xFD}, frame, new byte[]{(byte) 0xFE});
            default -> {
                byte[] starts = noise(random.nextInt(100));
                for (int n = 0; n < starts.length; n += 3) {
                    starts[n] = (byte) (0xFD + random.nextInt(2));
                }
                yield starts;
            }
        };
    }

    private MavlinkMessage randomPayload(MessageDefinition definition) {
        return MavlinkMessage.of(definition).set("data", noise(70)).set("baudrate", random.nextInt(1 << 30));
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static final class Found implements FrameSink {
        private final BitSet pings = new BitSet();

        @Override
        public void frame(MavlinkFrame frame) {
            if (frame.messageId() == 4 && frame.systemId() == 200) {
                pings.set((int) frame.u32(8));
            }
        }
    }

    @Test
    void validFramesOfAStreamArriveAndMemoryDoesNotGrow() {
        byte[] all = bytes();
        Found found = new Found();
        // Layouts are made once, before memory is looked at.
        for (int id = 0; id < 65536; id++) {
            dialect.find(id);
        }
        FrameParser parser = new FrameParser(dialect, found);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        int at = 0;
        while (at < all.length) {
            int chunk = Math.min(1 + random.nextInt(3000), all.length - at);
            parser.stream(all, at, chunk);
            at += chunk;
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(found.pings.cardinality()).isGreaterThanOrEqualTo(valid - MISTAKES);
        assertThat(valid).isGreaterThan(40_000);
        assertThat(parser.checksumErrors()).isGreaterThan(10_000);
        assertThat(allocated).as("bytes allocated for %d bytes parsed", all.length).isLessThan(2_000_000);
    }

    @Test
    void validFramesOfDatagramsArrive() {
        byte[] all = bytes();
        Found found = new Found();
        FrameParser parser = new FrameParser(dialect, found);
        for (int at = 0; at < all.length; at += 1400) {
            parser.datagram(all, at, Math.min(1400, all.length - at));
        }
        // Those that a datagram's end cut in two are lost, at most one of each.
        assertThat(valid - found.pings.cardinality()).isLessThan(all.length / 1400);
        assertThat(found.pings.cardinality()).isGreaterThan(valid * 8 / 10);
    }

    @Test
    void aLinkSurvivesItAll() throws Exception {
        byte[] all = bytes();
        Found found = new Found();
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of("tcpin:127.0.0.1:0").withForward(true));
             Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.localPorts().get(0))) {
            link.subscribe(found);
            OutputStream out = socket.getOutputStream();
            out.write(all);
            // Where the reads of the socket end differs from run to run, and with it whether a false start next to one can be told.
            await().atMost(Duration.ofSeconds(30)).until(() -> found.pings.cardinality() >= valid - MISTAKES);
            assertThat(link.vehicles()).hasSizeLessThan(5);
        }
    }
}
