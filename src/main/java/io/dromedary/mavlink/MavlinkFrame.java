package io.dromedary.mavlink;

import java.util.Arrays;

/**
 * One frame as it is on the wire, with valid checksum: a view into somebody's buffer.
 *
 * <p>A frame handed to a {@link FrameSink} is valid during that call only, since the parser uses the same object and buffer again;
 * {@link #copy()} keeps it. Reading a field needs no decoding and makes no garbage: {@link #u8}, {@link #u16}, {@link #u32} take the
 * offset in the full payload and give 0 where the sender left trailing zero bytes out.
 */
public final class MavlinkFrame {

    /** The longest frame: version 2 header, 255 bytes of payload, checksum, signature. */
    public static final int MAX_LENGTH = 280;

    /** Message id of FILE_TRANSFER_PROTOCOL; target system at 1, target component at 2, then the FTP payload. */
    public static final int FTP = 110;

    /** Where the 251 bytes of an FTP payload begin in the payload of FILE_TRANSFER_PROTOCOL. */
    public static final int FTP_PAYLOAD_AT = 3;

    static final int STX_V1 = 0xFE;
    static final int STX_V2 = 0xFD;
    static final int HEADER_V1 = 6;
    static final int HEADER_V2 = 10;
    static final int SIGNED = 0x01;
    static final int SIGNATURE_LENGTH = 13;

    private byte[] buffer;
    private int offset;
    private int length;
    private MessageDefinition definition;

    MavlinkFrame() {
    }

    MavlinkFrame set(byte[] newBuffer, int newOffset, int newLength, MessageDefinition newDefinition) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        definition = newDefinition;
        return this;
    }

    /** The array that holds the frame, from {@link #offset()} for {@link #length()} bytes; never write to it. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where the start byte lies in {@link #buffer()}. */
    public int offset() {
        return offset;
    }

    /** All bytes of the frame, signature included. */
    public int length() {
        return length;
    }

    /** A frame of its own that stays valid. */
    public MavlinkFrame copy() {
        return new MavlinkFrame().set(toBytes(), 0, length, definition);
    }

    /** The bytes of the frame, for forwarding or a log. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    /** 1 or 2. */
    public int version() {
        return isV2() ? 2 : 1;
    }

    private boolean isV2() {
        return (buffer[offset] & 0xFF) == STX_V2;
    }

    /** The sender's running number, 0 to 255. */
    public int sequence() {
        return buffer[offset + (isV2() ? 4 : 2)] & 0xFF;
    }

    /** The system that sent it, 1 to 255. */
    public int systemId() {
        return buffer[offset + (isV2() ? 5 : 3)] & 0xFF;
    }

    /** The component that sent it, 1 to 255. */
    public int componentId() {
        return buffer[offset + (isV2() ? 6 : 4)] & 0xFF;
    }

    /** The message id, 0 to 16777215. */
    public int messageId() {
        return isV2()
                ? buffer[offset + 7] & 0xFF | (buffer[offset + 8] & 0xFF) << 8 | (buffer[offset + 9] & 0xFF) << 16
                : buffer[offset + 5] & 0xFF;
    }

    /** The message's definition, or null when the dialect does not know it: such a frame can only be forwarded. */
    public MessageDefinition definition() {
        return definition;
    }

    /** Where the payload lies in {@link #buffer()}. */
    public int payloadOffset() {
        return offset + (isV2() ? HEADER_V2 : HEADER_V1);
    }

    /** Payload bytes on the wire: may be less than the definition says (trailing zeros left out) or more (newer extensions). */
    public int payloadLength() {
        return buffer[offset + 1] & 0xFF;
    }

    /** Whether it carries a signature, right or wrong. */
    public boolean isSigned() {
        return isV2() && (buffer[offset + 2] & SIGNED) != 0;
    }

    /** Where the 13 bytes of the signature lie in {@link #buffer()}. */
    int signatureOffset() {
        return offset + length - SIGNATURE_LENGTH;
    }

    /** The byte at an offset of the full payload. */
    public int u8(int at) {
        return at < payloadLength() ? buffer[payloadOffset() + at] & 0xFF : 0;
    }

    /** Two bytes, little-endian. */
    public int u16(int at) {
        return u8(at) | u8(at + 1) << 8;
    }

    /** Four bytes, little-endian. */
    public long u32(int at) {
        return u16(at) | (long) u16(at + 2) << 16;
    }

    /** The system addressed, 0 for all of them or when the message has no such field. */
    public int targetSystem() {
        int at = definition == null ? -1 : definition.targetSystemOffset();
        return at < 0 ? 0 : u8(at);
    }

    /** The component addressed, 0 for all of them or when the message has no such field. */
    public int targetComponent() {
        int at = definition == null ? -1 : definition.targetComponentOffset();
        return at < 0 ? 0 : u8(at);
    }

    /** A copy of the payload bytes that are on the wire. */
    public byte[] payload() {
        return Arrays.copyOfRange(buffer, payloadOffset(), payloadOffset() + payloadLength());
    }

    /** Copies payload bytes, zero-filled where the sender left trailing zeros out. */
    public void copyPayload(int from, byte[] target, int targetOffset, int count) {
        int present = Math.max(0, Math.min(count, payloadLength() - from));
        System.arraycopy(buffer, payloadOffset() + from, target, targetOffset, present);
        Arrays.fill(target, targetOffset + present, targetOffset + count, (byte) 0);
    }

    /**
     * The message with its values, independent of this frame's buffer.
     *
     * @throws IllegalStateException when {@link #definition()} is null
     */
    public MavlinkMessage message() {
        if (definition == null) {
            throw new IllegalStateException("Message " + messageId() + " is not in the dialect");
        }
        byte[] payload = new byte[definition.length()];
        copyPayload(0, payload, 0, payload.length);
        return new MavlinkMessage(definition, payload, systemId(), componentId());
    }

    @Override
    public String toString() {
        return (definition == null ? "message " + messageId() : definition.name()) + " from " + systemId() + "/" + componentId();
    }
}
