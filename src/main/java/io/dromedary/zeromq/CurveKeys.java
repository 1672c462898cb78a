package io.dromedary.zeromq;

import java.util.HexFormat;

import org.zeromq.ZMQ;

/** CURVE keys as text: 64 hexadecimal digits, which need no quoting anywhere, or the 40 Z85 characters of other ZeroMQ tools. */
public final class CurveKeys {

    private CurveKeys() {
    }

    /**
     * The 32 bytes of a key.
     *
     * @throws IllegalArgumentException when the text is no key; the message never holds the text, which may be secret
     */
    public static byte[] parse(String text) {
        String key = text.trim();
        byte[] bytes = null;
        if (key.length() == 64) {
            try {
                bytes = HexFormat.of().parseHex(key);
            } catch (IllegalArgumentException e) {
                bytes = null;
            }
        } else if (key.length() == 40) {
            bytes = ZMQ.Curve.z85Decode(key);
        }
        if (bytes == null || bytes.length != 32) {
            throw new IllegalArgumentException("Not a CURVE key: 64 hexadecimal digits or 40 Z85 characters are needed, got "
                    + key.length() + " characters");
        }
        return bytes;
    }

    /** A new pair: public key, then secret key, in hexadecimal. */
    public static String[] generate() {
        ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
        HexFormat hex = HexFormat.of();
        return new String[] {hex.formatHex(ZMQ.Curve.z85Decode(pair.publicKey)), hex.formatHex(ZMQ.Curve.z85Decode(pair.secretKey))};
    }
}
