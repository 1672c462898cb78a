package io.dromedary.mavlink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds frames in bytes: versions 1 and 2, with checksums, resynchronising after garbage. Signatures are delimited, not verified.
 *
 * <p>After a bad checksum the search goes on one byte behind the false start, so that no frame behind noise is lost. A frame whose
 * message the dialect does not know is passed on when its checksum can be right for some CRC_EXTRA (255 of 256 false starts are found
 * out that way), it follows a frame without a gap, and the end of the data or the start of another frame follows it: next to noise
 * it is more likely noise itself. Frames with unknown incompatibility flags are dropped, as the protocol demands.
 *
 * <p>One parser serves one link from one thread. Memory is fixed; nothing is allocated per frame.
 */
public final class FrameParser {

    private static final int STREAM_BUFFER = 16 * 1024;
    private static final int CHECKSUM_LENGTH = 2;

    private final Dialect dialect;
    private final FrameSink sink;
    private final MavlinkFrame frame = new MavlinkFrame();
    private final byte[] pending = new byte[STREAM_BUFFER];
    private int pendingLength;

    /** Whether the next byte follows a valid frame, or is the first one. */
    private boolean aligned = true;

    // Written by the reading thread only, without the fence of an atomic addition; statistics are read by others.
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong checksumErrors = new AtomicLong();
    private final AtomicLong incompatibleFrames = new AtomicLong();
    private final AtomicLong skippedBytes = new AtomicLong();

    public FrameParser(Dialect dialect, FrameSink sink) {
        this.dialect = dialect;
        this.sink = sink;
    }

    /** Takes the next bytes of a stream (TCP, serial); the beginning of a frame is kept until the rest arrives. */
    public void stream(byte[] data, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end) {
            int part = Math.min(end - at, pending.length - pendingLength);
            System.arraycopy(data, at, pending, pendingLength, part);
            at += part;
            pendingLength += part;
            int done = scan(pending, 0, pendingLength);
            // scan() leaves less than one frame, so there is room again.
            System.arraycopy(pending, done, pending, 0, pendingLength - done);
            pendingLength -= done;
        }
    }

    /** Takes one datagram; a frame never spans two, so what is incomplete at its end is dropped. */
    public void datagram(byte[] data, int from, int length) {
        int end = from + length;
        aligned = true;
        int at = scan(data, from, end);
        while (at < end) {
            // Incomplete at the end: perhaps the start byte was false and a frame hides behind it.
            skip();
            at = scan(data, at + 1, end);
        }
    }

    /** Forgets the beginning of a frame: the stream was interrupted. */
    public void reset() {
        pendingLength = 0;
        aligned = true;
    }

    /** Valid frames delivered. */
    public long frames() {
        return frames.get();
    }

    /** Start bytes that began no valid frame because the checksum was wrong. */
    public long checksumErrors() {
        return checksumErrors.get();
    }

    /** Frames dropped because of incompatibility flags that we do not know. */
    public long incompatibleFrames() {
        return incompatibleFrames.get();
    }

    /** Bytes that belonged to no valid frame. */
    public long skippedBytes() {
        return skippedBytes.get();
    }

    /** Delivers all complete frames and says where the first incomplete one begins, or {@code end}. */
    private int scan(byte[] data, int from, int end) {
        int at = from;
        while (at < end) {
            int start = data[at] & 0xFF;
            if (!isStart(start)) {
                skip();
                at++;
                continue;
            }
            int total = total(data, at, end, start);
            if (total < 0 || at + total > end) {
                return at;
            }
            if (deliver(data, at, total, end)) {
                at += total;
            } else {
                skip();
                at++;
            }
        }
        return at;
    }

    private static boolean isStart(int b) {
        return b == MavlinkFrame.STX_V2 || b == MavlinkFrame.STX_V1;
    }

    /** Length of the frame that claims to begin here, or -1 when too little of it is here to tell. */
    private static int total(byte[] data, int at, int end, int start) {
        if (end - at < 3) {
            return -1;
        }
        int payload = data[at + 1] & 0xFF;
        if (start == MavlinkFrame.STX_V1) {
            return MavlinkFrame.HEADER_V1 + payload + CHECKSUM_LENGTH;
        }
        boolean signed = (data[at + 2] & MavlinkFrame.SIGNED) != 0;
        return MavlinkFrame.HEADER_V2 + payload + CHECKSUM_LENGTH + (signed ? MavlinkFrame.SIGNATURE_LENGTH : 0);
    }

    /** Checks the frame and hands it over; false when there is no frame here. */
    private boolean deliver(byte[] data, int at, int total, int end) {
        boolean v2 = (data[at] & 0xFF) == MavlinkFrame.STX_V2;
        int header = v2 ? MavlinkFrame.HEADER_V2 : MavlinkFrame.HEADER_V1;
        int id = v2 ? data[at + 7] & 0xFF | (data[at + 8] & 0xFF) << 8 | (data[at + 9] & 0xFF) << 16 : data[at + 5] & 0xFF;
        boolean compatible = !v2 || (data[at + 2] & ~MavlinkFrame.SIGNED) == 0;
        MessageDefinition definition = dialect.find(id);
        if (definition == null && !compatible) {
            count(checksumErrors);
            return false;
        }
        int checked = header + (data[at + 1] & 0xFF);
        int crc = Checksum.update(Checksum.INIT, data, at + 1, checked - 1);
        int claimed = data[at + checked] & 0xFF | (data[at + checked + 1] & 0xFF) << 8;
        boolean valid = definition != null ? Checksum.update(crc, definition.crcExtra()) == claimed
                : aligned && Checksum.reachable(crc, claimed) && (at + total == end || isStart(data[at + total] & 0xFF));
        if (!valid) {
            count(checksumErrors);
            return false;
        }
        aligned = true;
        if (!compatible) {
            count(incompatibleFrames);
            return true;
        }
        count(frames);
        sink.frame(frame.set(data, at, total, definition));
        return true;
    }

    private void skip() {
        aligned = false;
        count(skippedBytes);
    }

    private static void count(AtomicLong counter) {
        counter.setOpaque(counter.getPlain() + 1);
    }
}
