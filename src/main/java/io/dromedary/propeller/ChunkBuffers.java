package io.dromedary.propeller;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Arrays for chunk messages, used again and again. Fresh ones for every chunk kept the garbage collector busy for most of a transfer's
 * processor time: they are large enough for G1 to treat each specially. What is not given back, because its message failed, is garbage.
 */
final class ChunkBuffers {

    private final BlockingQueue<byte[]> free;

    /** Keeps as many arrays at most. */
    ChunkBuffers(int kept) {
        free = new ArrayBlockingQueue<>(kept);
    }

    /** An array of at least this length, with anything in it. */
    byte[] take(int length) {
        byte[] array = free.poll();
        return array != null && array.length >= length ? array : new byte[length];
    }

    /** Takes an array back that nobody reads any more. */
    void giveBack(byte[] array) {
        free.offer(array);
    }

    /** Arrays that wait for use. */
    int available() {
        return free.size();
    }
}
