package io.dromedary.propeller;

import java.nio.ByteBuffer;

/** One chunk of an artifact, ready to be published. */
public final class Chunk {

    private final Transfer transfer;
    private final int index;
    private final int size;
    private final ByteBuffer message;
    private final ChunkBuffers origin;

    Chunk(Transfer transfer, int index, int size, ByteBuffer message, ChunkBuffers origin) {
        this.transfer = transfer;
        this.index = index;
        this.size = size;
        this.message = message;
        this.origin = origin;
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

    /** The message for the broker: JSON with the data in base64. Good until the chunk is released. */
    public ByteBuffer getMessage() {
        return message;
    }

    /** Gives the message's memory back for another chunk: once, when the broker has the message. */
    void release() {
        origin.giveBack(message.array());
    }
}
