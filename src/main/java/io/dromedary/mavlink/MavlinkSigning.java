package io.dromedary.mavlink;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Signs frames and verifies signatures with one key: who has no key can neither send nor replay. Nothing is encrypted.
 *
 * <p>Timestamps count units of 10 microseconds since 2015-01-01 UTC, never go back and move forward with the newest valid one seen.
 * Safe for use by several threads.
 */
public final class MavlinkSigning {

    /** What the signature of a received frame is worth. */
    public enum Verdict {
        /** Signed by someone with the key, and new. */
        GOOD,
        /** Carries no signature. */
        UNSIGNED,
        /** Signed with another key, or changed on the way. */
        BAD_SIGNATURE,
        /** Right signature, but not newer than what was received before. */
        REPLAY
    }

    /** Length of a key in bytes. */
    public static final int KEY_LENGTH = 32;

    private static final long EPOCH_MILLIS = 1_420_070_400_000L;
    private static final long UNITS_PER_MILLI = 100;
    private static final long ONE_MINUTE = 6_000_000;
    private static final int HASH_LENGTH = 6;

    /** Streams remembered, one per (system, component, link id) with the key: far more than any network has. */
    private static final int MAX_STREAMS = 4096;

    private final byte[] key;
    private final int linkId;
    private final LongSupplier clockMillis;
    private final MessageDigest digest;
    private final Map<Integer, Long> lastSeen = new HashMap<>();
    private long timestamp;

    /**
     * Starts from the later of the clock and a stored timestamp.
     *
     * @param key             32 bytes; copied
     * @param linkId          0 to 255, told apart by receivers when one component sends over several links
     * @param storedTimestamp what {@link #timestamp()} said last time, 0 when never
     * @param clockMillis     Unix time in milliseconds
     */
    public MavlinkSigning(byte[] key, int linkId, long storedTimestamp, LongSupplier clockMillis) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("A MAVLink signing key has " + KEY_LENGTH + " bytes, not " + key.length);
        }
        this.key = key.clone();
        this.linkId = linkId;
        this.clockMillis = clockMillis;
        this.digest = sha256();
        this.timestamp = Math.max(clock(), storedTimestamp);
    }

    /**
     * The key that a secret stands for: 64 hexadecimal digits are the key itself, anything else is a passphrase whose SHA-256 is the
     * key, as ground stations do it.
     */
    public static byte[] key(String secret) {
        String text = secret.trim();
        if (text.matches("[0-9a-fA-F]{64}")) {
            return HexFormat.of().parseHex(text);
        }
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** The newest timestamp used or seen; store it, so that a clock that went back does not make us look like a replay. */
    public synchronized long timestamp() {
        return timestamp;
    }

    private long clock() {
        return (clockMillis.getAsLong() - EPOCH_MILLIS) * UNITS_PER_MILLI;
    }

    /** Appends the signature to a frame whose checksum was made with the signed flag set; returns the bytes appended. */
    synchronized int sign(int systemId, int componentId, byte[] frame, int at, int length) {
        timestamp = Math.max(clock(), timestamp + 1);
        int end = at + length;
        frame[end] = (byte) linkId;
        for (int n = 0; n < 6; n++) {
            frame[end + 1 + n] = (byte) (timestamp >> 8 * n);
        }
        byte[] hash = hash(frame, at, length + 7);
        System.arraycopy(hash, 0, frame, end + 7, HASH_LENGTH);
        return MavlinkFrame.SIGNATURE_LENGTH;
    }

    private byte[] hash(byte[] data, int from, int length) {
        digest.update(key);
        digest.update(data, from, length);
        return digest.digest();
    }

    /** Checks a received frame. A frame found {@link Verdict#GOOD} is remembered: the same one again is a replay. */
    public synchronized Verdict verify(MavlinkFrame frame) {
        if (!frame.isSigned()) {
            return Verdict.UNSIGNED;
        }
        byte[] data = frame.buffer();
        int at = frame.signatureOffset();
        byte[] hash = hash(data, frame.offset(), frame.length() - HASH_LENGTH);
        int difference = 0;
        for (int n = 0; n < HASH_LENGTH; n++) {
            difference |= hash[n] ^ data[at + 7 + n];
        }
        if (difference != 0) {
            return Verdict.BAD_SIGNATURE;
        }
        long theirs = 0;
        for (int n = 5; n >= 0; n--) {
            theirs = theirs << 8 | data[at + 1 + n] & 0xFF;
        }
        return isNew(frame.systemId() << 16 | frame.componentId() << 8 | data[at] & 0xFF, theirs) ? Verdict.GOOD : Verdict.REPLAY;
    }

    private boolean isNew(int stream, long theirs) {
        Long last = lastSeen.get(stream);
        boolean isNew = last == null
                ? theirs >= Math.max(clock(), timestamp) - ONE_MINUTE && lastSeen.size() < MAX_STREAMS
                : theirs > last;
        if (isNew) {
            lastSeen.put(stream, theirs);
            timestamp = Math.max(timestamp, theirs);
        }
        return isNew;
    }
}
