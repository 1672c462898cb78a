package io.dromedary.mavftp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * File names and paths of a vehicle between bytes and text. Bytes that are not UTF-8 become the lone surrogates U+DC80..U+DCFF, as
 * Python's "surrogateescape" does, so that a name taken from a listing names the same file when it is sent back.
 */
public final class FtpNames {

    private static final int ESCAPE = 0xDC00;

    private FtpNames() {
    }

    /** Text of a name; never fails. */
    public static String decode(byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
        } catch (CharacterCodingException notUtf8) {
            StringBuilder text = new StringBuilder(length);
            for (int i = from; i < from + length; i++) {
                text.append(bytes[i] >= 0 ? (char) bytes[i] : (char) (ESCAPE | bytes[i] & 0xFF));
            }
            return text.toString();
        }
    }

    /** Bytes of a name; the reverse of {@link #decode}. */
    public static byte[] encode(String text) {
        if (text.chars().noneMatch(FtpNames::isEscape)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new java.io.ByteArrayOutputStream(text.length());
        text.codePoints().forEach(c -> {
            if (isEscape(c)) {
                bytes.write(c & 0xFF);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    /**
     * Checks a path that is about to be sent and returns its bytes.
     *
     * @throws IllegalArgumentException when it is empty, holds a NUL character or a {@code ..} step, or is longer than one payload carries
     */
    public static byte[] requirePath(String path) {
        if (path == null || path.isEmpty()) {
            throw new IllegalArgumentException("the vehicle path is empty");
        }
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the vehicle path holds a NUL character: " + path.replace('\0', '?'));
        }
        if (path.equals("..") || path.startsWith("../") || path.endsWith("/..") || path.contains("/../")) {
            throw new IllegalArgumentException("the vehicle path leaves its directory with '..': " + path);
        }
        byte[] bytes = encode(path);
        if (bytes.length > FtpPayload.MAX_DATA) {
            throw new IllegalArgumentException("the vehicle path has " + bytes.length + " bytes, more than the "
                    + FtpPayload.MAX_DATA + " that MAVLink FTP carries: " + path);
        }
        return bytes;
    }

    /** A child of a directory: one slash between both. */
    public static String child(String directory, String name) {
        return directory.isEmpty() || directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    private static boolean isEscape(int c) {
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF;
    }
}
