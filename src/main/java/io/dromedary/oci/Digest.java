package io.dromedary.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A content digest such as {@code sha256:0f1e…}; {@code sha256} and {@code sha512} are known.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex       the value in lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {

    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

    /** Reads a digest; empty if it is malformed or of an unknown algorithm. */
    public static Optional<Digest> parse(String text) {
        if (text == null || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        return Optional.of(new Digest(text.substring(0, colon), text.substring(colon + 1)));
    }

    /** A fresh hash function of this algorithm. */
    public MessageDigest function() {
        try {
            return MessageDigest.getInstance("sha256".equals(algorithm) ? "SHA-256" : "SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has this algorithm", e);
        }
    }

    /** Whether the bytes have this digest. */
    public boolean matches(byte[] content) {
        return matches(function().digest(content), algorithm);
    }

    /** Whether a finished hash of this algorithm equals this digest. */
    boolean matches(byte[] value, String ofAlgorithm) {
        return algorithm.equals(ofAlgorithm) && HexFormat.of().formatHex(value).equals(hex);
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
