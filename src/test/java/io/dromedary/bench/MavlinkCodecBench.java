package io.dromedary.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import io.dromedary.mavlink.Dialect;
import io.dromedary.mavlink.FrameParser;
import io.dromedary.mavlink.FrameWriter;
import io.dromedary.mavlink.MavlinkFrame;
import io.dronefleet.mavlink.MavlinkConnection;
import io.dronefleet.mavlink.common.FileTransferProtocol;

/**
 * Frames per second of one thread for FILE_TRANSFER_PROTOCOL with 251 random bytes: ours and io.dronefleet.mavlink in turns.
 * What was decoded is compared with what was encoded. Prints the medians of all rounds and their ratio.
 */
public final class MavlinkCodecBench {

    private static final int FRAMES = 4096;
    private static final int FRAME_LENGTH = 266;

    private final byte[][] payloads = new byte[FRAMES][251];
    private final byte[] encoded = new byte[FRAMES * FRAME_LENGTH];
    private long checked;

    private MavlinkCodecBench() {
        Random random = new Random(1);
        for (byte[] payload : payloads) {
            random.nextBytes(payload);
            // No trailing zero, so that each frame has the same length.
            payload[250] |= 1;
        }
    }

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        new MavlinkCodecBench().run(rounds);
    }

    private void run(int rounds) throws IOException {
        double[][] rates = new double[4][rounds];
        for (int round = -5; round < rounds; round++) {
            double[] now = {rate(40, this::encodeOurs), rate(40, this::decodeOurs), rate(4, this::encodeTheirs), rate(4, this::decodeTheirs)};
            for (int n = 0; n < 4 && round >= 0; n++) {
                rates[n][round] = now[n];
            }
        }
        report("encode", median(rates[0]), median(rates[2]));
        report("decode", median(rates[1]), median(rates[3]));
        System.out.printf("frames compared with what was sent: %,d, all equal%n", checked);
    }

    private static void report(String what, double ours, double theirs) {
        System.out.printf("%s: dromedary %,.0f frames/s, dronefleet 1.1.11 %,.0f frames/s, ratio %.1f%n", what, ours, theirs, ours / theirs);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double rate(int repeats, Work work) throws IOException {
        long start = System.nanoTime();
        for (int n = 0; n < repeats; n++) {
            work.run();
        }
        return repeats * (double) FRAMES * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void encodeOurs() {
        FrameWriter writer = new FrameWriter(255, 190);
        int at = 0;
        for (byte[] payload : payloads) {
            at += writer.writeFtp(1, 1, payload, 0, payload.length, encoded, at);
        }
        if (at != encoded.length) {
            throw new IllegalStateException("encoded " + at + " bytes");
        }
    }

    private void decodeOurs() {
        int[] count = {0};
        byte[] out = new byte[251];
        FrameParser parser = new FrameParser(Dialect.standard(), frame -> {
            frame.copyPayload(MavlinkFrame.FTP_PAYLOAD_AT, out, 0, out.length);
            check(out, count[0]++);
        });
        for (int at = 0; at < encoded.length; at += 1400) {
            parser.stream(encoded, at, Math.min(1400, encoded.length - at));
        }
        complete(count[0]);
    }

    private void encodeTheirs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length);
        MavlinkConnection connection = MavlinkConnection.create(new ByteArrayInputStream(new byte[0]), out);
        for (byte[] payload : payloads) {
            connection.send2(255, 190, FileTransferProtocol.builder().targetNetwork(0).targetSystem(1).targetComponent(1).payload(payload).build());
        }
    }

    private void decodeTheirs() throws IOException {
        MavlinkConnection connection = MavlinkConnection.create(new ByteArrayInputStream(encoded), new ByteArrayOutputStream());
        for (int n = 0; n < FRAMES; n++) {
            check(((FileTransferProtocol) connection.next().getPayload()).payload(), n);
        }
    }

    private void check(byte[] payload, int n) {
        if (!Arrays.equals(payload, payloads[n])) {
            throw new IllegalStateException("frame " + n + " differs");
        }
        checked++;
    }

    private static void complete(int count) {
        if (count != FRAMES) {
            throw new IllegalStateException("decoded " + count + " frames of " + FRAMES);
        }
    }
}
