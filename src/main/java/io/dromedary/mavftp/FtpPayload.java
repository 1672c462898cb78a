package io.dromedary.mavftp;

import java.util.Arrays;

/**
 * One payload of the MAVLink message FILE_TRANSFER_PROTOCOL (id 110): 12 bytes of header and up to 239 bytes of data, little-endian.
 * Layout: seq u16, session u8, opcode u8, size u8, request opcode u8, burst complete u8, padding, offset u32, data
 * (MAVLink guide, "File Transfer Protocol").
 *
 * @param seq number of the packet, 0..65535; the answer to request n carries n + 1
 * @param session session id, 0..255
 * @param opcode one of the constants of {@link FtpOpcode}
 * @param size bytes used in data, or in a read request the bytes wanted; 0..239
 * @param requestOpcode in an answer, the opcode that is answered
 * @param burstComplete in an answer to a burst read, whether the vehicle ends the burst with this packet
 * @param offset byte offset for reads and writes, entry index for lists, new length for truncate; 0..2^32-1
 * @param data the bytes, without padding; not copied
 */
public record FtpPayload(int seq, int session, int opcode, int size, int requestOpcode, boolean burstComplete, long offset, byte[] data) {

    /** Bytes before the data. */
    public static final int HEADER_LENGTH = 12;
    /** Most bytes of data in one payload. */
    public static final int MAX_DATA = 239;
    /** Length of the whole payload field. */
    public static final int MAX_LENGTH = HEADER_LENGTH + MAX_DATA;

    static final byte[] NO_DATA = new byte[0];

    /** A request that carries bytes. */
    public static FtpPayload request(int seq, int session, int opcode, long offset, byte[] data) {
        return new FtpPayload(seq, session, opcode, data.length, 0, false, offset, data);
    }

    /** A request for bytes: ReadFile or BurstReadFile. */
    public static FtpPayload readRequest(int seq, int session, int opcode, long offset, int size) {
        return new FtpPayload(seq, session, opcode, size, 0, false, offset, NO_DATA);
    }

    /** A positive answer to a request. */
    public static FtpPayload ack(FtpPayload request, int session, long offset, byte[] data) {
        return new FtpPayload(request.seq + 1 & 0xFFFF, session, FtpOpcode.ACK, data.length, request.opcode, false, offset, data);
    }

    /** A negative answer to a request; the errno is sent only with {@link FtpError#FAIL_ERRNO}. */
    public static FtpPayload nak(FtpPayload request, int error, int errno) {
        byte[] data = error == FtpError.FAIL_ERRNO ? new byte[] {(byte) error, (byte) errno} : new byte[] {(byte) error};
        return new FtpPayload(request.seq + 1 & 0xFFFF, request.session, FtpOpcode.NAK, data.length, request.opcode, false, request.offset, data);
    }

    /** The same payload under another number. */
    public FtpPayload withSeq(int newSeq) {
        return new FtpPayload(newSeq, session, opcode, size, requestOpcode, burstComplete, offset, data);
    }

    /**
     * Reads a payload. Fewer bytes than {@link #MAX_LENGTH} are legal: MAVLink 2 leaves trailing zeros out, and they are put back here.
     *
     * @return the payload, or null when its size field is above {@link #MAX_DATA}
     */
    public static FtpPayload decode(byte[] buffer, int from, int length) {
        int size = at(buffer, from, length, 4);
        if (size > MAX_DATA) {
            return null;
        }
        int opcode = at(buffer, from, length, 3);
        boolean readRequest = opcode == FtpOpcode.READ_FILE || opcode == FtpOpcode.BURST_READ_FILE;
        byte[] data = size == 0 || readRequest ? NO_DATA : new byte[size];
        int available = Math.min(data.length, length - HEADER_LENGTH);
        if (available > 0) {
            System.arraycopy(buffer, from + HEADER_LENGTH, data, 0, available);
        }
        return new FtpPayload(u16(buffer, from, length, 0), at(buffer, from, length, 2), opcode, size, at(buffer, from, length, 5),
                at(buffer, from, length, 6) != 0, u16(buffer, from, length, 8) | (long) u16(buffer, from, length, 10) << 16, data);
    }

    /** Writes the payload without padding. @return the number of bytes written, at most {@link #MAX_LENGTH} */
    public int encode(byte[] buffer, int at) {
        buffer[at] = (byte) seq;
        buffer[at + 1] = (byte) (seq >> 8);
        buffer[at + 2] = (byte) session;
        buffer[at + 3] = (byte) opcode;
        buffer[at + 4] = (byte) size;
        buffer[at + 5] = (byte) requestOpcode;
        buffer[at + 6] = (byte) (burstComplete ? 1 : 0);
        buffer[at + 7] = 0;
        for (int i = 0; i < 4; i++) {
            buffer[at + 8 + i] = (byte) (offset >> 8 * i);
        }
        System.arraycopy(data, 0, buffer, at + HEADER_LENGTH, data.length);
        return HEADER_LENGTH + data.length;
    }

    /** The payload as a new array, without padding. */
    public byte[] encode() {
        byte[] bytes = new byte[HEADER_LENGTH + data.length];
        encode(bytes, 0);
        return bytes;
    }

    /** The first four data bytes as an unsigned number (file size, checksum); bytes that are not there count as 0. */
    public long dataAsU32() {
        return u16(data, 0, data.length, 0) | (long) u16(data, 0, data.length, 2) << 16;
    }

    /** In a Nak, the error code; a Nak without data, as some clones send it, is {@link FtpError#FAIL}. */
    public int error() {
        return data.length > 0 ? data[0] & 0xFF : FtpError.FAIL;
    }

    /** In a Nak with {@link FtpError#FAIL_ERRNO}, the vehicle's errno; else 0. */
    public int errno() {
        return data.length > 1 ? data[1] & 0xFF : 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FtpPayload that && seq == that.seq && session == that.session && opcode == that.opcode && size == that.size
                && requestOpcode == that.requestOpcode && burstComplete == that.burstComplete && offset == that.offset
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data) * 31 + seq;
    }

    @Override
    public String toString() {
        return FtpOpcode.name(opcode) + (requestOpcode == 0 ? "" : " of " + FtpOpcode.name(requestOpcode))
                + " seq=" + seq + " session=" + session + " offset=" + offset + " size=" + size;
    }

    private static int at(byte[] buffer, int from, int length, int index) {
        return index < length ? buffer[from + index] & 0xFF : 0;
    }

    private static int u16(byte[] buffer, int from, int length, int index) {
        return at(buffer, from, length, index) | at(buffer, from, length, index + 1) << 8;
    }
}
