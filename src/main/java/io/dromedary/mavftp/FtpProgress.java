package io.dromedary.mavftp;

/** Takes the progress of an operation, at most ten times a second, on the client's thread: it must not block. */
@FunctionalInterface
public interface FtpProgress {

    /** Ignores progress. */
    FtpProgress NONE = (done, total) -> { };

    /** @param done bytes (or files) so far @param total all of them; -1 when the vehicle does not know */
    void update(long done, long total);
}
