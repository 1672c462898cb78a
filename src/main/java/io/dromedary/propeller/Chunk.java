package io.dromedary.propeller;

/** One chunk of an artifact, ready to be published. */
public final class Chunk {

    private final Transfer transfer;
    private final int index;
    private final int size;
    private final byte[] message;

    Chunk(Transfer transfer, int index, int size, byte[] message) {
        this.transfer = transfer;
        this.index = index;
        this.size = size;
        this.message = message;
    }

    /** The transfer that it belongs to. */
    public Transfer getTransfer() {
        return transfer;
    }

    /** Counts from 0. */
    public int getIndex() {
        return index;
    }

    /** Bytes of the artifact in it. */
    public int getSize() {
        return size;
    }

    /** The message for the broker: JSON with the data in base64. */
    public byte[] getMessage() {
        return message;
    }
}
