package io.dromedary.mavftp;

import java.io.IOException;
import java.util.concurrent.Executor;

import io.dromedary.mavftp.FtpTransfer.Verification;

/**
 * Reads one file of the vehicle into a {@link PartialFile}. One set of missing bytes, filled from whatever answers come: single reads,
 * many in flight, or bursts with single reads for the holes. Blocks may come in any order, late or twice. Above 250 lines, since
 * asking, taking answers and recovering share one state.
 */
final class FtpDownload {

    private static final long PROGRESS_INTERVAL = 100_000_000L;
    private static final int FAILURES = 5;
    /** So many blocks in flight, and the rest of the file there, are its tail. */
    private static final int TAIL = 16;

    private final FtpCaller caller;
    private final FtpControl control;
    private final FtpOptions options;
    private final FtpFileSession session;
    private final DownloadSink sink;
    private final FtpWindow window;
    private final FtpBurst burst;
    private final FtpChecksum checksum;
    private boolean resumed;
    /** Whether every byte was asked for once. */
    private boolean allAsked;
    private long lastProgress;
    private long lastReport;
    private int failures;
    private FtpException pending;

    /** @param source names vehicle and file for a later resume @param disk runs the slow writes of checkpoints */
    FtpDownload(FtpCaller caller, FtpControl control, String path, String source, PartialFile file, Executor disk) {
        this.caller = caller;
        this.control = control;
        this.options = caller.options;
        this.session = new FtpFileSession(caller, control, path, FtpOpcode.OPEN_FILE_RO);
        this.sink = new DownloadSink(file, source, disk);
        this.window = new FtpWindow(options.maxWindow(), caller.rtt);
        this.burst = new FtpBurst(caller, options.mode(), window);
        this.checksum = new FtpChecksum(caller, control, path);
    }

    /** Downloads, checks and publishes. On failure what is there is kept for a resume. */
    Verification run() throws IOException, InterruptedException {
        var before = caller.divert(this::handle);
        try {
            session.open(options.requestTimeout().toNanos());
            lastProgress = caller.channel.nanoTime();
            boolean virtual = session.path().startsWith("@") || session.path().contains("/@");
            resumed = sink.open(lastProgress, session.size(), virtual, options.resume());
            Verification verification = transferAndVerify();
            sink.publish();
            control.progress(sink.size(), sink.size());
            return verification;
        } catch (IOException | InterruptedException | RuntimeException e) {
            sink.keep();
            throw e;
        } finally {
            caller.divert(before);
        }
    }

    /** Ends the session on the vehicle. */
    void close() throws IOException, InterruptedException {
        session.terminate(new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT));
    }

    long size() {
        return sink.size();
    }

    /** The session is needed for another file; this download opens it again when it goes on. */
    void suspendSession() throws IOException, InterruptedException {
        close();
        window.forget(sink.unrequested, sink.missing);
        burst.stop();
    }

    private Verification transferAndVerify() throws IOException, InterruptedException {
        boolean again = false;
        while (true) {
            transfer();
            sink.finish();
            if (!options.verify() || sink.sizeIsGuess()) {
                return Verification.OFF;
            }
            Verification silence = Verification.UNSUPPORTED;
            Long remote = null;
            try {
                remote = checksum.await(sink.size());
            } catch (FtpException e) {
                if (!e.isTimeout()) {
                    throw e;
                }
                silence = Verification.UNANSWERED;
            }
            if (remote != null && remote == sink.checksum()) {
                return Verification.VERIFIED;
            }
            if (remote == null && !resumed) {
                return silence;
            }
            if (remote != null && grew()) {
                return Verification.GREW;
            }
            if (again) {
                throw new FtpException(FtpError.FAIL, "get " + session.path() + ": the checksum of the vehicle's file differs twice");
            }
            // a partial file of other content, or bytes under the wrong offset: once more from the start
            again = true;
            resumed = false;
            allAsked = false;
            window.forget(sink.unrequested, sink.missing);
            session.open(options.requestTimeout().toNanos());
            sink.startOver(session.size());
        }
    }

    private boolean grew() throws IOException, InterruptedException {
        long before = sink.size();
        window.forget(sink.unrequested, sink.missing);
        session.open(options.requestTimeout().toNanos());
        return session.size() > before;
    }

    private void transfer() throws IOException, InterruptedException {
        long clock = caller.channel.nanoTime();
        while (!sink.complete()) {
            if (control.yield()) {
                lastProgress = caller.channel.nanoTime();
            }
            if (pending != null) {
                recover();
            }
            long now = caller.channel.nanoTime();
            if (!session.isOpen()) {
                reopen();
                continue;
            }
            if (now - lastProgress > options.stallTimeout().toNanos()) {
                throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, "get " + session.path() + ": no byte came for "
                        + options.stallTimeout().toSeconds() + " s, " + sink.missing.total() + " of " + sink.size() + " bytes are missing");
            }
            caller.counters.retries += window.giveUp(clock, sink.unrequested, sink.missing);
            askForMore(now);
            housekeeping(now);
            FtpChannel.Reply reply = caller.poll(Math.min(now + PROGRESS_INTERVAL, Math.min(window.deadline(), burst.deadline())));
            // while answers wait in the queue, the time is that of the last one taken: a busy processor is no lost packet
            clock = reply == null ? caller.channel.nanoTime() : reply.arrival();
            if (reply != null) {
                handle(reply);
            }
        }
    }

    private void askForMore(long now) throws IOException {
        burst.drive(now, session.id(), sink.unrequested);
        RangeSet unrequested = sink.unrequested;
        while (window.hasRoom() && !unrequested.isEmpty() && burst.allowsReads(now, unrequested, window.inFlight())) {
            long offset = unrequested.first();
            int length = (int) Math.min(FtpPayload.MAX_DATA, unrequested.firstEnd() - offset);
            ask(offset, length);
            if (allAsked && window.inFlight() < TAIL) {
                // the link is idle anyhow, and another loss would cost a round trip
                ask(offset, length);
            }
            unrequested.remove(offset, offset + length);
        }
        allAsked = unrequested.isEmpty() || allAsked;
        if (unrequested.isEmpty() && options.verify() && !sink.sizeIsGuess() && !burst.isActive()) {
            checksum.askAhead(sink.size());
        }
    }

    private void ask(long offset, int length) throws IOException {
        int seq = caller.newSeq();
        caller.send(FtpPayload.readRequest(seq, session.id(), FtpOpcode.READ_FILE, offset, length));
        window.sent(seq, offset, length, caller.channel.nanoTime());
    }

    /** Takes one answer; also called while another operation holds the line. */
    private void handle(FtpChannel.Reply reply) {
        FtpPayload payload = reply.payload();
        try {
            if (checksum.takes(payload)) {
                lastProgress = caller.channel.nanoTime();
            } else if (payload.requestOpcode() == FtpOpcode.READ_FILE) {
                int slot = window.find(payload.seq());
                if (slot >= 0) {
                    readAnswered(slot, payload, reply.arrival());
                }
            } else if (payload.requestOpcode() == FtpOpcode.BURST_READ_FILE && burst.accepts(payload, session.id(), reply.arrival())) {
                if (payload.opcode() == FtpOpcode.ACK) {
                    store(payload, payload.offset());
                } else {
                    refused(payload, burst.end());
                }
            }
        } catch (IOException e) {
            pending = new DiskFailure(e);
        }
    }

    private void readAnswered(int slot, FtpPayload payload, long arrival) throws IOException {
        if (!window.answered(slot, arrival)) {
            caller.counters.duplicates++;
            return;
        }
        caller.counters.answers++;
        long offset = window.offset(slot);
        long end = offset + window.size(slot);
        if (payload.opcode() != FtpOpcode.ACK) {
            sink.askAgain(offset, end);
            refused(payload, offset);
        } else if (payload.offset() == offset && payload.session() == session.id()) {
            if (payload.data().length == 0) {
                refused(FtpPayload.nak(payload, FtpError.EOF, 0), offset);
            } else if (payload.data().length < end - offset) {
                // a short answer is legal: keep what came, ask for the rest
                sink.askAgain(offset + payload.data().length, end);
            }
            store(payload, offset);
        } else {
            sink.askAgain(offset, end);
        }
    }

    private void store(FtpPayload payload, long offset) throws IOException {
        long fresh = sink.store(offset, payload.data());
        if (fresh == 0) {
            caller.counters.duplicates += payload.data().length > 0 ? 1 : 0;
            return;
        }
        caller.counters.bytes += fresh;
        lastProgress = caller.channel.nanoTime();
        failures = 0;
    }

    /** A Nak: the end of a file whose size was a guess, or something that opening the file again may mend. */
    private void refused(FtpPayload nak, long offset) {
        if (nak.error() == FtpError.EOF && (sink.sizeIsGuess() || failures >= FAILURES - 2)) {
            sink.endAt(offset);
        } else if (nak.error() == FtpError.EOF && offset >= sink.size() || !session.isOpen()) {
            return;
        } else if (pending == null) {
            pending = FtpCaller.refusal(nak, "get " + session.path(), false);
        }
    }

    private void recover() throws IOException {
        FtpException reason = pending;
        pending = null;
        if (reason instanceof DiskFailure || ++failures > FAILURES) {
            throw reason.getCause() instanceof IOException cause ? cause : reason;
        }
        session.lost();
        checksum.forget();
    }

    private void reopen() throws IOException, InterruptedException {
        window.forget(sink.unrequested, sink.missing);
        burst.stop();
        sink.askForAll();
        allAsked = false;
        caller.counters.reopens++;
        long left = lastProgress + options.stallTimeout().toNanos() - caller.channel.nanoTime();
        session.open(Math.max(1, left));
        if (!sink.sizeIsGuess()) {
            sink.endAt(session.size());
        }
    }

    private void housekeeping(long now) throws IOException {
        if (now - lastReport >= PROGRESS_INTERVAL) {
            lastReport = now;
            control.progress(sink.done(), sink.total());
        }
        sink.checkpoint(now);
    }

    /** Our own disk, not the vehicle, failed. */
    private static final class DiskFailure extends FtpException {
        private static final long serialVersionUID = 1L;

        DiskFailure(IOException cause) {
            super(FtpError.FAIL, cause.getMessage());
            initCause(cause);
        }
    }
}
