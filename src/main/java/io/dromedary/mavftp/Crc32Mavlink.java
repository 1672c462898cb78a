package io.dromedary.mavftp;

/**
 * The file checksum of MAVLink FTP: CRC-32 with the reflected polynomial 0xEDB88320, starting at 0 and without a final inversion.
 * {@link java.util.zip.CRC32} starts at all ones and inverts; both are affine in the data, so the difference depends on the length
 * only, and the fast intrinsic still does the work: it is fed four bytes that turn its start value into 0.
 */
public final class Crc32Mavlink {

    /** CRC-32 state after these bytes, seen through the final inversion, is 0: the state all ones has been shifted out. */
    private static final byte[] TO_ZERO_STATE = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

    private final java.util.zip.CRC32 crc = new java.util.zip.CRC32();

    /** Starts at 0. */
    public Crc32Mavlink() {
        crc.update(TO_ZERO_STATE);
    }

    /** Adds bytes. */
    public void update(byte[] bytes, int from, int length) {
        crc.update(bytes, from, length);
    }

    /** Adds the remaining bytes of a buffer. */
    public void update(java.nio.ByteBuffer bytes) {
        crc.update(bytes);
    }

    /** The checksum so far, 0..2^32-1. */
    public long value() {
        return ~crc.getValue() & 0xFFFFFFFFL;
    }
}
