package io.dromedary.job;

/**
 * Where a transfer that a job's thread makes tells how far it is, for code that sees no exchange: it moves the progress of that job,
 * within the 100 percent of the job itself.
 */
@FunctionalInterface
public interface TransferProgress {

    /** Takes the bytes that have gone and all there are. May be called by several threads, and often. */
    void moved(long done, long total);

    /** That of the job that the calling thread works for, or null. */
    static TransferProgress current() {
        return Holder.CURRENT.get();
    }

    /** Makes a receiver, or none, that of the calling thread. */
    static void current(TransferProgress progress) {
        if (progress == null) {
            Holder.CURRENT.remove();
        } else {
            Holder.CURRENT.set(progress);
        }
    }

    /** Keeps the receiver of each thread. */
    final class Holder {
        private static final ThreadLocal<TransferProgress> CURRENT = new ThreadLocal<>();

        private Holder() {
        }
    }
}
