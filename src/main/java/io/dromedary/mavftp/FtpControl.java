package io.dromedary.mavftp;

import java.io.IOException;
import java.util.concurrent.CancellationException;

/** The strings by which a running operation is held: cancel, progress, and the chance to let a more urgent one pass. */
final class FtpControl {

    /** Runs operations that are more urgent than the one that yields. */
    @FunctionalInterface
    interface Urgent {
        /** @return whether anything ran */
        boolean run() throws IOException, InterruptedException;
    }

    static final Urgent NOTHING_URGENT = () -> false;

    private final FtpProgress progress;
    private final Urgent urgent;
    private volatile boolean cancelled;
    private volatile long done;
    private volatile long total = -1;

    FtpControl(FtpProgress progress, Urgent urgent) {
        this.progress = progress;
        this.urgent = urgent;
    }

    void cancel() {
        cancelled = true;
    }

    /** @throws CancellationException once {@link #cancel} was called */
    void check() {
        if (cancelled) {
            throw new CancellationException("cancelled");
        }
    }

    /** Runs what is more urgent, if anything is. @return whether anything ran */
    boolean yield() throws IOException, InterruptedException {
        check();
        return urgent.run();
    }

    /** Bytes (or files) so far. */
    long done() {
        return done;
    }

    /** All of them; -1 when not known (yet). */
    long total() {
        return total;
    }

    void progress(long done, long total) {
        this.done = done;
        this.total = total;
        progress.update(done, total);
    }
}
