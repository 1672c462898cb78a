package io.dromedary.mavftp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes a local file to the vehicle: a few blocks in flight, any order of acknowledgement, checksum at the end. When the vehicle loses
 * the session, what it had acknowledged may be lost too, so the file is written again from the start.
 */
final class FtpUpload {

    /** Vehicles queue few requests (ArduPilot five); writes beyond that would be dropped. */
    private static final int WINDOW = 5;
    private static final int RESTARTS = 3;
    private static final long PROGRESS_INTERVAL = 100_000_000L;

    private final FtpCaller caller;
    private final FtpControl control;
    private final FtpFileSession session;
    private final FileChannel source;
    private final long size;
    private final RangeSet missing = new RangeSet();
    private final RangeSet unrequested = new RangeSet();
    private final FtpWindow window;
    private FtpException pending;
    private long lastProgress;
    private long lastReport;

    FtpUpload(FtpCaller caller, FtpControl control, FileChannel source, String path) throws IOException {
        this.caller = caller;
        this.control = control;
        this.source = source;
        this.size = source.size();
        this.session = new FtpFileSession(caller, control, path, FtpOpcode.CREATE_FILE);
        this.window = new FtpWindow(Math.min(WINDOW, caller.options.maxWindow()), caller.rtt);
    }

    /** @return whether the vehicle confirmed the checksum; false when it cannot or is not to be asked */
    boolean run() throws IOException, InterruptedException {
        if (size > 0xFFFFFFFFL) {
            throw new FtpException(FtpError.FAIL, "put " + session.path() + ": the file has " + size + " bytes, MAVLink FTP carries 4 GB");
        }
        var before = caller.divert(this::handle);
        try {
            for (int attempt = 0;; attempt++) {
                session.open(caller.options.requestTimeout().toNanos());
                try {
                    write();
                    session.terminate(new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT));
                } catch (FtpException e) {
                    boolean sessionLost = e.error() == FtpError.INVALID_SESSION || e.error() == FtpError.FAIL;
                    if (!sessionLost || attempt == RESTARTS) {
                        throw e;
                    }
                    caller.counters.reopens++;
                    continue;
                }
                Boolean equal = verify();
                if (equal == null || equal) {
                    control.progress(size, size);
                    return equal != null;
                }
                if (attempt == RESTARTS) {
                    throw new FtpException(FtpError.FAIL, "put " + session.path() + ": the checksum of the vehicle's file differs");
                }
            }
        } finally {
            caller.divert(before);
            session.terminate(new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT));
        }
    }

    private void write() throws IOException, InterruptedException {
        window.forget(unrequested, missing);
        missing.clear();
        unrequested.clear();
        missing.add(0, size);
        unrequested.add(0, size);
        pending = null;
        lastProgress = caller.channel.nanoTime();
        long clock = lastProgress;
        while (!missing.isEmpty()) {
            if (control.yield()) {
                lastProgress = caller.channel.nanoTime();
            }
            if (pending != null) {
                throw pending;
            }
            long now = caller.channel.nanoTime();
            if (now - lastProgress > caller.options.stallTimeout().toNanos()) {
                throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, "put " + session.path() + ": the vehicle took no byte for "
                        + caller.options.stallTimeout().toSeconds() + " s");
            }
            caller.counters.retries += window.giveUp(clock, unrequested, missing);
            while (window.hasRoom() && !unrequested.isEmpty()) {
                sendBlock();
            }
            if (now - lastReport >= PROGRESS_INTERVAL) {
                lastReport = now;
                control.progress(size - missing.total(), size);
            }
            FtpChannel.Reply reply = caller.poll(Math.min(now + PROGRESS_INTERVAL, window.deadline()));
            clock = reply == null ? caller.channel.nanoTime() : reply.arrival();
            if (reply != null) {
                handle(reply);
            }
        }
    }

    private void sendBlock() throws IOException {
        long offset = unrequested.first();
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(FtpPayload.MAX_DATA, unrequested.firstEnd() - offset));
        while (block.hasRemaining()) {
            if (source.read(block, offset + block.position()) < 0) {
                throw new EOFException("put " + session.path() + ": the local file became shorter");
            }
        }
        int seq = caller.newSeq();
        caller.send(FtpPayload.request(seq, session.id(), FtpOpcode.WRITE_FILE, offset, block.array()));
        window.sent(seq, offset, block.capacity(), caller.channel.nanoTime());
        unrequested.remove(offset, offset + block.capacity());
    }

    private void handle(FtpChannel.Reply reply) {
        FtpPayload payload = reply.payload();
        int slot = payload.requestOpcode() == FtpOpcode.WRITE_FILE ? window.find(payload.seq()) : -1;
        if (slot < 0) {
            return;
        }
        if (!window.answered(slot, reply.arrival())) {
            caller.counters.duplicates++;
            return;
        }
        caller.counters.answers++;
        if (payload.opcode() != FtpOpcode.ACK) {
            pending = FtpCaller.refusal(payload, "put " + session.path(), false);
            return;
        }
        long from = window.offset(slot);
        // PX4 tells how much it wrote; a short write leaves the rest to do
        long count = payload.data().length == 4 ? Math.min(payload.dataAsU32(), window.size(slot)) : window.size(slot);
        caller.counters.bytes += missing.remove(from, from + count);
        unrequested.remove(from, from + count);
        if (count < window.size(slot)) {
            unrequested.add(from + count, from + window.size(slot));
        }
        lastProgress = caller.channel.nanoTime();
    }

    /** @return null when the vehicle cannot tell */
    private Boolean verify() throws IOException, InterruptedException {
        if (!caller.options.verify()) {
            return null;
        }
        try {
            Long remote = new FtpChecksum(caller, control, session.path()).await(size);
            return remote == null ? null : remote == localChecksum();
        } catch (FtpException e) {
            if (e.isTimeout()) {
                return null;
            }
            throw e;
        }
    }

    private long localChecksum() throws IOException {
        Crc32Mavlink crc = new Crc32Mavlink();
        ByteBuffer block = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < size; at += block.limit()) {
            if (source.read(block.clear(), at) < 0) {
                break;
            }
            crc.update(block.flip());
        }
        return crc.value();
    }
}
