package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

import io.dromedary.mavftp.FtpServerFiles.Refusal;
import io.dromedary.mavftp.FtpServerProfile.CrossEndRead;

/** One open file of an {@link FtpServer} and, while it lasts, the burst that reads it. */
final class FtpServerSession {

    private final FtpServerProfile profile;
    private final FileChannel file;
    private final boolean writable;
    private final int system;
    private final int component;
    /** Length when it was opened: a file that grows is served up to here. */
    final long size;
    long lastRequest;
    private boolean broken;
    private FtpPayload burst;
    private int burstSeq;
    private long burstOffset;
    private int burstSent;
    private long burstDue;

    FtpServerSession(FtpServerProfile profile, FileChannel file, boolean writable, int system, int component, long now) throws IOException {
        this.profile = profile;
        this.file = file;
        this.writable = writable;
        this.system = system;
        this.component = component;
        this.size = file.size();
        this.lastRequest = now;
    }

    FtpPayload read(FtpPayload request) throws IOException, Refusal {
        long end = end();
        if (request.offset() >= end) {
            throw new Refusal(FtpError.EOF, 0);
        }
        if (broken || request.offset() + request.size() > end && profile.crossEndRead() != CrossEndRead.SHORT) {
            broken = profile.crossEndRead() == CrossEndRead.FAIL_FROM_NOW_ON;
            throw new Refusal(FtpError.FAIL, 0);
        }
        return FtpPayload.ack(request, request.session(), request.offset(), bytes(request.offset(), request.size(), end));
    }

    FtpPayload write(FtpPayload request, FtpServerFiles files, byte[] data, int count) throws Refusal {
        if (!writable) {
            throw new Refusal(FtpError.FAIL, 0);
        }
        files.write(file, request.offset(), Arrays.copyOf(data, count));
        return FtpPayload.ack(request, request.session(), request.offset(),
                profile.writeCountReturned() ? FtpServer.u32(count) : FtpPayload.NO_DATA);
    }

    void startBurst(long now, FtpPayload request) throws IOException, Refusal {
        if (request.offset() >= end()) {
            throw new Refusal(FtpError.EOF, 0);
        }
        burst = request;
        burstSeq = request.seq();
        burstOffset = request.offset();
        burstSent = 0;
        burstDue = now;
    }

    /** Sends the burst packets that are due. @return when the next one is, {@link Long#MAX_VALUE} without a burst */
    long advance(long now, int id, FtpServer.Output output) {
        while (burst != null && burstDue <= now) {
            burstSeq = burstSeq + 1 & 0xFFFF;
            burstDue += profile.burstIntervalMicros() * 1000L;
            try {
                output.send(system, component, burstPacket(id));
            } catch (IOException e) {
                output.send(system, component, FtpPayload.nak(burst, FtpError.FAIL, 0).withSeq(burstSeq));
                burst = null;
            }
        }
        return burst == null ? Long.MAX_VALUE : burstDue;
    }

    private FtpPayload burstPacket(int id) throws IOException {
        long end = end();
        if (burstOffset >= end) {
            FtpPayload last = FtpPayload.nak(burst, FtpError.EOF, 0).withSeq(burstSeq);
            burst = null;
            return last;
        }
        byte[] data = bytes(burstOffset, profile.burstSizeHonoured() ? burst.size() : FtpPayload.MAX_DATA, end);
        burstSent++;
        boolean last = profile.flagOnLastBurstPacket() && burstOffset + data.length >= end;
        boolean complete = last || burstSent == profile.burstPackets();
        FtpPayload packet = new FtpPayload(burstSeq, id, FtpOpcode.ACK, data.length, FtpOpcode.BURST_READ_FILE, complete, burstOffset, data);
        burstOffset += data.length;
        burst = complete ? null : burst;
        return packet;
    }

    private long end() throws IOException {
        return Math.min(size, file.size());
    }

    private byte[] bytes(long offset, int wanted, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(wanted, end - offset));
        while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {
            // positional reads until the block is full
        }
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            // nothing is buffered in a FileChannel: the bytes are written
        }
    }
}
