package io.dromedary.mavftp;

import java.io.IOException;

/** One file opened on the vehicle. */
final class FtpFileSession {

    private static final long FIRST_BACKOFF = 500_000_000L;
    private static final long LAST_BACKOFF = 3_000_000_000L;

    private final FtpCaller caller;
    private final FtpControl control;
    private final String path;
    private final byte[] pathBytes;
    private final int opcode;
    private int id;
    private boolean open;
    private long size;

    /** @param opcode OpenFileRO, OpenFileWO or CreateFile */
    FtpFileSession(FtpCaller caller, FtpControl control, String path, int opcode) {
        this.caller = caller;
        this.control = control;
        this.path = path;
        this.pathBytes = FtpNames.requirePath(path);
        this.opcode = opcode;
    }

    /** Opens the file, also again. A vehicle that has no free session is asked again, then told once to reset its sessions. */
    void open(long limit) throws IOException, InterruptedException {
        long backoff = FIRST_BACKOFF;
        boolean reset = false;
        while (true) {
            try {
                FtpPayload request = FtpPayload.request(0, 0, opcode, 0, pathBytes);
                FtpPayload ack = caller.call(request, "open " + path, control, limit, 0);
                id = ack.session();
                size = ack.dataAsU32();
                open = true;
                return;
            } catch (FtpException e) {
                if (e.error() != FtpError.NO_SESSIONS_AVAILABLE || reset) {
                    throw e;
                }
            }
            if (backoff > LAST_BACKOFF) {
                reset = true;
                caller.call(FtpOpcode.RESET_SESSIONS, 0, 0, FtpPayload.NO_DATA, "reset sessions", control);
                continue;
            }
            pause(backoff);
            backoff *= 2;
        }
    }

    private void pause(long nanos) throws InterruptedException {
        long until = caller.channel.nanoTime() + nanos;
        while (caller.channel.nanoTime() < until) {
            control.check();
            caller.poll(until);
        }
    }

    /** Ends the session; a lost Ack does no harm, so it is not waited for long. @throws FtpException what the vehicle found while closing */
    void terminate(FtpControl uncancelled) throws IOException, InterruptedException {
        if (!open) {
            return;
        }
        open = false;
        long limit = Math.max(2 * caller.rtt.rto() + 1, 100_000_000L);
        try {
            caller.call(FtpPayload.request(0, id, FtpOpcode.TERMINATE_SESSION, 0, FtpPayload.NO_DATA),
                    "close " + path, uncancelled, limit, 0);
        } catch (FtpException e) {
            if (e.error() == FtpError.FAIL_ERRNO) {
                throw e;
            }
        }
    }

    /** The vehicle has lost it. */
    void lost() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    int id() {
        return id;
    }

    /** The size the vehicle told when it opened the file. */
    long size() {
        return size;
    }

    String path() {
        return path;
    }
}
