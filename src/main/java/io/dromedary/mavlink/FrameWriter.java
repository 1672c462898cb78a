package io.dromedary.mavlink;

import java.util.Arrays;

/**
 * Makes the frames of one sending component on one link: counts its sequence, leaves trailing zeros out (version 2), signs when told
 * to. Not safe for use by several threads at once. Nothing is allocated by {@link #write} and {@link #writeFtp} unless frames are signed.
 */
public final class FrameWriter {

    private static final int FTP_CRC_EXTRA = 84;
    private static final int FTP_LENGTH = 254;

    private final int systemId;
    private final int componentId;
    private MavlinkSigning signing;
    private int version = 2;
    private int sequence;

    /**
     * A writer of version 2 frames, unsigned.
     *
     * @param systemId    1 to 255
     * @param componentId 1 to 255
     */
    public FrameWriter(int systemId, int componentId) {
        checkIds(systemId, componentId);
        this.systemId = systemId;
        this.componentId = componentId;
    }

    static void checkIds(int systemId, int componentId) {
        if (systemId < 1 || systemId > 255 || componentId < 1 || componentId > 255) {
            throw new IllegalArgumentException("System and component id are 1 to 255, not " + systemId + "/" + componentId);
        }
    }

    /** Signs every further frame; null ends that. Signed frames are always version 2. */
    public FrameWriter signing(MavlinkSigning newSigning) {
        this.signing = newSigning;
        return this;
    }

    /** Writes frames of version 1 or 2 from now on. */
    public FrameWriter version(int newVersion) {
        if (newVersion != 1 && newVersion != 2) {
            throw new IllegalArgumentException("MAVLink version is 1 or 2, not " + newVersion);
        }
        this.version = newVersion;
        return this;
    }

    /** The frame of a message in an array of its own. */
    public byte[] toBytes(MavlinkMessage message) {
        byte[] out = new byte[MavlinkFrame.MAX_LENGTH];
        return Arrays.copyOf(out, write(message, out, 0));
    }

    /**
     * Writes the frame of a message.
     *
     * @param out with room for {@link MavlinkFrame#MAX_LENGTH} bytes from {@code at}
     * @return bytes written
     * @throws IllegalArgumentException when a version 1 frame cannot carry the message
     */
    public int write(MavlinkMessage message, byte[] out, int at) {
        MessageDefinition definition = message.definition();
        boolean v2 = isV2();
        if (!v2 && definition.id() > 255) {
            throw new IllegalArgumentException(definition + " does not fit a version 1 frame");
        }
        int length = v2 ? definition.length() : definition.baseLength();
        int payloadAt = at + (v2 ? MavlinkFrame.HEADER_V2 : MavlinkFrame.HEADER_V1);
        System.arraycopy(message.payload(), 0, out, payloadAt, length);
        return finish(definition.id(), definition.crcExtra(), length, out, at);
    }

    /**
     * Writes a FILE_TRANSFER_PROTOCOL frame without a detour over a message.
     *
     * @param ftp    holds the FTP payload, header and data, from {@code from}
     * @param length 0 to 251; what is missing counts as zero
     * @return bytes written
     */
    public int writeFtp(int targetSystem, int targetComponent, byte[] ftp, int from, int length, byte[] out, int at) {
        boolean v2 = isV2();
        int payloadAt = at + (v2 ? MavlinkFrame.HEADER_V2 : MavlinkFrame.HEADER_V1);
        out[payloadAt] = 0;
        out[payloadAt + 1] = (byte) targetSystem;
        out[payloadAt + 2] = (byte) targetComponent;
        System.arraycopy(ftp, from, out, payloadAt + MavlinkFrame.FTP_PAYLOAD_AT, length);
        int total = MavlinkFrame.FTP_PAYLOAD_AT + length;
        if (!v2) {
            Arrays.fill(out, payloadAt + total, payloadAt + FTP_LENGTH, (byte) 0);
            total = FTP_LENGTH;
        }
        return finish(MavlinkFrame.FTP, FTP_CRC_EXTRA, total, out, at);
    }

    private boolean isV2() {
        return version == 2 || signing != null;
    }

    private int finish(int id, int crcExtra, int payloadLength, byte[] out, int at) {
        int length = payloadLength;
        int end;
        if (isV2()) {
            int payloadAt = at + MavlinkFrame.HEADER_V2;
            while (length > 1 && out[payloadAt + length - 1] == 0) {
                length--;
            }
            out[at] = (byte) MavlinkFrame.STX_V2;
            out[at + 2] = (byte) (signing == null ? 0 : MavlinkFrame.SIGNED);
            out[at + 3] = 0;
            out[at + 4] = (byte) sequence;
            out[at + 5] = (byte) systemId;
            out[at + 6] = (byte) componentId;
            out[at + 7] = (byte) id;
            out[at + 8] = (byte) (id >> 8);
            out[at + 9] = (byte) (id >> 16);
            end = payloadAt + length;
        } else {
            out[at] = (byte) MavlinkFrame.STX_V1;
            out[at + 2] = (byte) sequence;
            out[at + 3] = (byte) systemId;
            out[at + 4] = (byte) componentId;
            out[at + 5] = (byte) id;
            end = at + MavlinkFrame.HEADER_V1 + length;
        }
        out[at + 1] = (byte) length;
        sequence = sequence + 1 & 0xFF;
        int crc = Checksum.update(Checksum.update(Checksum.INIT, out, at + 1, end - at - 1), crcExtra);
        out[end] = (byte) crc;
        out[end + 1] = (byte) (crc >> 8);
        int total = end + 2 - at;
        return signing == null ? total : total + signing.sign(systemId, componentId, out, at, total);
    }
}
