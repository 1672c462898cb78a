package io.dromedary.bucket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A stream that must not dribble: reading it fails when it has taken longer than a patience and the time of the bytes that came, at the
 * slowest rate. The time limit of a socket starts anew with each byte. Checked after each read, which needs a time limit of its own.
 */
final class PacedStream extends FilterInputStream {

    private final long patience;
    private final long slowest;
    private final long began = System.nanoTime();
    private long bytes;

    /** @param slowest bytes per second */
    PacedStream(InputStream in, Duration patience, long slowest) {
        super(in);
        this.patience = patience.toSeconds();
        this.slowest = slowest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        bytes += Math.max(0, count);
        if (count >= 0 && (System.nanoTime() - began) / 1_000_000_000L > patience + bytes / slowest) {
            throw new IOException("only " + bytes + " bytes arrived in " + (patience + bytes / slowest) + " s");
        }
        return count;
    }
}
