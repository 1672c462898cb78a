package io.dromedary.vantiq;

/**
 * Keeps the frames of notifications, in order, until the server has them. Safe for one reader and many writers.
 *
 * <p>Every frame has a sequence number; numbers rise by one and are never used twice.
 */
interface NotificationStore extends AutoCloseable {

    /** Adds a frame if the limits allow it and says whether they did. */
    boolean append(byte[] frame);

    /** The frame of a number, or null when it was removed or not yet added. */
    byte[] get(long sequence);

    /** The number of the oldest frame; equals {@link #next()} when the store is empty. */
    long first();

    /** The number the next frame gets. */
    long next();

    /** Removes every frame below a number. */
    void removeBefore(long sequence);

    /** The number of frames held. */
    default int size() {
        return (int) (next() - first());
    }

    @Override
    void close();
}
