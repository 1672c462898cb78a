package io.dromedary.vantiq;

/** Keeps notifications in memory, in a ring that grows up to its limits. */
final class MemoryNotificationStore implements NotificationStore {

    private static final int INITIAL = 64;

    private final int maxMessages;
    private final long maxBytes;
    private byte[][] ring = new byte[INITIAL][];
    private long first;
    private long next;
    private long bytes;

    /**
     * @param maxMessages the most frames held, at least 1
     * @param maxBytes    the most bytes held; one frame is always taken
     */
    MemoryNotificationStore(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized boolean append(byte[] frame) {
        int size = (int) (next - first);
        if (size >= maxMessages || size > 0 && bytes + frame.length > maxBytes) {
            return false;
        }
        if (size == ring.length) {
            grow();
        }
        ring[slot(next++)] = frame;
        bytes += frame.length;
        return true;
    }

    @Override
    public synchronized byte[] get(long sequence) {
        return sequence < first || sequence >= next ? null : ring[slot(sequence)];
    }

    @Override
    public synchronized long first() {
        return first;
    }

    @Override
    public synchronized long next() {
        return next;
    }

    @Override
    public synchronized void removeBefore(long sequence) {
        while (first < sequence && first < next) {
            int slot = slot(first++);
            bytes -= ring[slot].length;
            ring[slot] = null;
        }
    }

    @Override
    public void close() {
        // Nothing to release: what is not delivered when the process ends is what a disk store is for.
    }

    private void grow() {
        byte[][] larger = new byte[ring.length * 2][];
        for (long i = first; i < next; i++) {
            larger[(int) (i & larger.length - 1)] = ring[slot(i)];
        }
        ring = larger;
    }

    private int slot(long sequence) {
        return (int) (sequence & ring.length - 1);
    }
}
