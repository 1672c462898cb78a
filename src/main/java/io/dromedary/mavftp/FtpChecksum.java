package io.dromedary.mavftp;

import java.io.IOException;

/**
 * The vehicle's checksum of one file. It is asked for when all bytes are there, or, of a small file, right behind the last reads: its
 * answer then comes with theirs, a round trip sooner.
 */
final class FtpChecksum {

    /** The vehicle reads the file once more for it and most answer nothing else meanwhile: that is a moment up to this size. */
    private static final long SMALL = 2 << 20;
    /** Patience before the request is repeated: the vehicle reads the whole file, slow ones answer repeats from a cache. */
    private static final long NANOS_PER_BYTE = 20;

    private final FtpCaller caller;
    private final FtpControl control;
    private final String path;
    private FtpCaller.Question question;

    FtpChecksum(FtpCaller caller, FtpControl control, String path) {
        this.caller = caller;
        this.control = control;
        this.path = path;
    }

    /** Asks without waiting for the answer, once, if the file is small. */
    void askAhead(long size) throws IOException {
        if (question == null && size <= SMALL) {
            question = caller.ask(request());
        }
    }

    /** Takes the answer if that is what it is. */
    boolean takes(FtpPayload answer) {
        return question != null && question.takes(answer);
    }

    /** What was asked is about another content. */
    void forget() {
        question = null;
    }

    /**
     * Waits for the checksum, which is null when the vehicle cannot tell.
     *
     * @throws FtpException also when the vehicle was lost or has not answered in time
     */
    Long await(long size) throws IOException, InterruptedException {
        FtpCaller.Question asked = question == null ? caller.ask(request()) : question;
        question = null;
        try {
            return caller.awaitWhileHeard(asked, "checksum of " + path, control, caller.options.checksumTimeout().toNanos(),
                    size * NANOS_PER_BYTE).dataAsU32();
        } catch (FtpException e) {
            if (e.error() == FtpError.UNKNOWN_COMMAND || e.error() == FtpError.FAIL) {
                return null;
            }
            throw e;
        }
    }

    private FtpPayload request() {
        return FtpPayload.request(0, 0, FtpOpcode.CALC_FILE_CRC32, 0, FtpNames.requirePath(path));
    }
}
