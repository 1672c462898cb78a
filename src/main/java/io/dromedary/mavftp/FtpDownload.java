package io.dromedary.mavftp;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.dromedary.mavftp.FtpTransfer.Verification;

/**
 * Reads one file of the vehicle into a {@link PartialFile}. One set of missing bytes, filled from whatever answers come: single reads,
 * many in flight, or bursts with single reads for the holes. Blocks may come in any order, late or twice.
 */
final class FtpDownload {

    private static final long PROGRESS_INTERVAL = 100_000_000L;
    private static final long CHECKPOINT_INTERVAL = 5_000_000_000L;
    private static final int FAILURES = 5;
    private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

    private final FtpCaller caller;
    private final FtpControl control;
    private final FtpOptions options;
    private final FtpFileSession session;
    private final PartialFile file;
    private final Executor disk;
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private final RangeSet missing = new RangeSet();
    private final RangeSet unrequested = new RangeSet();
    private final FtpWindow window;
    private final FtpBurst burst;
    private final String source;
    private long size;
    private boolean sizeIsGuess;
    private boolean resumed;
    private long lastProgress;
    private long lastReport;
    private long lastCheckpoint;
    private int failures;
    private FtpException pending;

    /** @param source names vehicle and file for a later resume @param disk runs the slow writes of checkpoints */
    FtpDownload(FtpCaller caller, FtpControl control, String path, String source, PartialFile file, Executor disk) {
        this.caller = caller;
        this.control = control;
        this.options = caller.options;
        this.session = new FtpFileSession(caller, control, path, FtpOpcode.OPEN_FILE_RO);
        this.file = file;
        this.disk = disk;
        this.source = source;
        this.window = new FtpWindow(options.maxWindow(), caller.rtt);
        this.burst = new FtpBurst(caller, options.mode(), window);
    }

    /** Downloads, checks and publishes. On failure what is there is kept for a resume. */
    Verification run() throws IOException, InterruptedException {
        var before = caller.divert(this::handle);
        try {
            session.open(options.requestTimeout().toNanos());
            prepare();
            Verification verification = transferAndVerify();
            file.publish();
            control.progress(size, size);
            return verification;
        } catch (IOException | InterruptedException | RuntimeException e) {
            keepForResume();
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
        return size;
    }

    /** The session is needed for another file; this download opens it again when it goes on. */
    void suspendSession() throws IOException, InterruptedException {
        close();
        window.forget(unrequested, missing);
        burst.stop();
    }

    private void prepare() throws IOException {
        long now = caller.channel.nanoTime();
        lastCheckpoint = now;
        lastProgress = now;
        sizeIsGuess = session.path().startsWith("@") || session.path().contains("/@") || session.size() == 0;
        size = session.size() == 0 ? UNKNOWN_SIZE : session.size();
        RangeSet left = options.resume() && !sizeIsGuess ? file.reopen(source, size) : null;
        resumed = left != null;
        if (left == null) {
            startOver(size);
        } else {
            left.forEach(missing::add);
            left.forEach(unrequested::add);
        }
    }

    private void startOver(long newSize) throws IOException {
        size = newSize;
        file.create();
        missing.clear();
        unrequested.clear();
        missing.add(0, size);
        unrequested.add(0, size);
    }

    private Verification transferAndVerify() throws IOException, InterruptedException {
        boolean again = false;
        while (true) {
            transfer();
            file.truncate(size);
            if (!options.verify() || sizeIsGuess) {
                return Verification.OFF;
            }
            Long remote = remoteChecksum(caller, control, session.path(), size);
            if (remote != null && remote == file.crc32(size)) {
                return Verification.VERIFIED;
            }
            if (remote == null && !resumed) {
                return Verification.UNSUPPORTED;
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
            window.forget(unrequested, missing);
            session.open(options.requestTimeout().toNanos());
            startOver(session.size());
        }
    }

    /** The vehicle's checksum of a file, or null when it cannot tell. */
    static Long remoteChecksum(FtpCaller caller, FtpControl control, String path, long size) throws IOException, InterruptedException {
        try {
            // 20 ms per MB before the request is repeated: the vehicle reads the whole file, slow ones answer repeats from a cache
            return caller.call(FtpPayload.request(0, 0, FtpOpcode.CALC_FILE_CRC32, 0, FtpNames.requirePath(path)), "checksum of " + path,
                    control, caller.options.checksumTimeout().toNanos(), size * 20).dataAsU32();
        } catch (FtpException e) {
            if (e.error() == FtpError.UNKNOWN_COMMAND || e.error() == FtpError.FAIL || e.isTimeout()) {
                return null;
            }
            throw e;
        }
    }

    private boolean grew() throws IOException, InterruptedException {
        long before = size;
        window.forget(unrequested, missing);
        session.open(options.requestTimeout().toNanos());
        return session.size() > before;
    }

    private void transfer() throws IOException, InterruptedException {
        long clock = caller.channel.nanoTime();
        while (!missing.isEmpty()) {
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
                        + options.stallTimeout().toSeconds() + " s, " + missing.total() + " of " + size + " bytes are missing");
            }
            caller.counters.retries += window.giveUp(clock, unrequested, missing);
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
        burst.drive(now, session.id(), unrequested);
        while (window.hasRoom() && !unrequested.isEmpty() && burst.allowsReads(now, unrequested, window.inFlight())) {
            long offset = unrequested.first();
            int length = (int) Math.min(FtpPayload.MAX_DATA, unrequested.firstEnd() - offset);
            int seq = caller.newSeq();
            caller.send(FtpPayload.readRequest(seq, session.id(), FtpOpcode.READ_FILE, offset, length));
            window.sent(seq, offset, length, caller.channel.nanoTime());
            unrequested.remove(offset, offset + length);
        }
    }

    /** Takes one answer; also called while another operation holds the line. */
    private void handle(FtpChannel.Reply reply) {
        FtpPayload payload = reply.payload();
        try {
            if (payload.requestOpcode() == FtpOpcode.READ_FILE) {
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
            unrequested.add(offset, Math.min(end, size));
            refused(payload, offset);
        } else if (payload.offset() == offset && payload.session() == session.id()) {
            if (payload.data().length == 0) {
                refused(FtpPayload.nak(payload, FtpError.EOF, 0), offset);
            } else if (payload.data().length < end - offset) {
                // a short answer is legal: keep what came, ask for the rest
                unrequested.add(offset + payload.data().length, Math.min(end, size));
            }
            store(payload, offset);
        } else {
            unrequested.add(offset, Math.min(end, size));
        }
    }

    private void store(FtpPayload payload, long offset) throws IOException {
        long end = Math.min(size, offset + payload.data().length);
        long fresh = missing.remove(offset, end);
        unrequested.remove(offset, end);
        if (fresh == 0) {
            caller.counters.duplicates += end > offset ? 1 : 0;
            return;
        }
        file.write(offset, payload.data(), 0, (int) (end - offset));
        caller.counters.bytes += fresh;
        lastProgress = caller.channel.nanoTime();
        failures = 0;
    }

    /** A Nak: the end of a file whose size was a guess, or something that opening the file again may mend. */
    private void refused(FtpPayload nak, long offset) {
        if (nak.error() == FtpError.EOF && (sizeIsGuess || failures >= FAILURES - 2)) {
            endAt(offset);
        } else if (nak.error() == FtpError.EOF && offset >= size || !session.isOpen()) {
            return;
        } else if (pending == null) {
            pending = FtpCaller.refusal(nak, "get " + session.path(), false);
        }
    }

    private void endAt(long offset) {
        if (offset < size) {
            missing.remove(offset, size);
            unrequested.remove(offset, size);
            size = offset;
        }
    }

    private void recover() throws IOException {
        FtpException reason = pending;
        pending = null;
        if (reason instanceof DiskFailure || ++failures > FAILURES) {
            throw reason.getCause() instanceof IOException cause ? cause : reason;
        }
        session.lost();
    }

    private void reopen() throws IOException, InterruptedException {
        window.forget(unrequested, missing);
        burst.stop();
        missing.forEach(unrequested::add);
        caller.counters.reopens++;
        long left = lastProgress + options.stallTimeout().toNanos() - caller.channel.nanoTime();
        session.open(Math.max(1, left));
        if (session.size() < size && !sizeIsGuess) {
            endAt(session.size());
        }
    }

    private void housekeeping(long now) throws IOException {
        if (now - lastReport >= PROGRESS_INTERVAL) {
            lastReport = now;
            control.progress(size - missing.total(), size == UNKNOWN_SIZE ? -1 : size);
        }
        if (options.resume() && !sizeIsGuess && now - lastCheckpoint >= CHECKPOINT_INTERVAL && checkpointing.compareAndSet(false, true)) {
            lastCheckpoint = now;
            file.flush();
            String description = PartialFile.describe(source, size, missing);
            disk.execute(() -> {
                try {
                    file.checkpoint(description);
                } catch (IOException e) {
                    // the older sidecar stays: a resume fetches a little more
                } finally {
                    checkpointing.set(false);
                }
            });
        }
    }

    private void keepForResume() {
        try {
            if (options.resume() && !sizeIsGuess && size > 0 && missing.total() < size) {
                file.flush();
                file.checkpoint(PartialFile.describe(source, size, missing));
                file.close();
            } else {
                file.discard();
            }
        } catch (IOException | RuntimeException e) {
            // the first failure is the one to report
        }
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
