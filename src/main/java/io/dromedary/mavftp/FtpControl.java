package io.dromedary.mavftp;

import java.util.concurrent.CancellationException;

/** The strings by which a running operation is held: cancel, progress, and the chance to let a more urgent one pass. */
final class FtpControl {

    /** Takes the progress of an operation. */
    private final FtpProgress progress;
    private final Runnable urgent;
    private volatile boolean cancelled;

    FtpControl(FtpProgress progress, Runnable urgent) {
        this.progress = progress;
        this.urgent = urgent;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** @throws CancellationException once {@link #cancel} was called */
    void check() {
        if (cancelled) {
            throw new CancellationException("cancelled");
        }
    }

    /** Runs what is more urgent, if anything is. */
    void yield() {
        check();
        urgent.run();
    }

    void progress(long done, long total) {
        progress.update(done, total);
    }
}
