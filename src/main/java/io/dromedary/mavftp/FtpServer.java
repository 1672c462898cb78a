package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.dromedary.mavftp.FtpServerFiles.Refusal;
import io.dromedary.mavftp.FtpServerProfile.ListWithTime;

/**
 * The vehicle's side of MAVLink FTP over a directory, with the limits and quirks of a chosen {@link FtpServerProfile}.
 * It has no thread and no clock: whoever owns it hands in requests and calls {@link #advance} when it asks to be called, so that it
 * runs the same in simulated time ({@code LinkSimulator} in the tests) and on a real link ({@link FtpServerLoop}).
 * Not safe for use by several threads at once.
 */
public final class FtpServer {

    /** Where answers go. */
    @FunctionalInterface
    public interface Output {
        /** Sends an answer to a client. */
        void send(int system, int component, FtpPayload answer);
    }

    private static final long NANOS = 1_000_000_000L;
    /** PX4 repeats a cached answer only when it is this short: the data buffer is shared with the request. */
    private static final int CACHED_DATA = 4;

    private final FtpServerProfile profile;
    private final FtpServerFiles files;
    private final Output output;
    private final Map<Integer, FtpServerSession> sessions = new HashMap<>();
    private FtpPayload cached;
    private int cachedFor;
    private long turnEnds;
    private int servedThisTurn;

    /** Serves a directory; answers go to the output. */
    public FtpServer(Path root, FtpServerProfile profile, Output output) {
        this.files = new FtpServerFiles(root);
        this.profile = profile;
        this.output = output;
    }

    /** Simulates a nearly full disk: writes beyond this many bytes fail with ENOSPC. */
    public void limitFreeBytes(long bytes) {
        files.limitFreeBytes(bytes);
    }

    /** Forgets every session, as a reboot does. */
    public void reboot() {
        sessions.values().forEach(FtpServer::close);
        sessions.clear();
        cached = null;
    }

    /** Files that are open now. */
    public int openSessions() {
        return sessions.size();
    }

    /** Takes one request. @param now a steady clock in nanoseconds, the same as in {@link #advance} */
    public void receive(long now, int system, int component, FtpPayload request) {
        if (queueFull(now)) {
            return;
        }
        int key = (system << 8 | component) << 16 | request.seq();
        if (cached != null && cachedFor == key && cached.requestOpcode() == request.opcode()) {
            output.send(system, component, cached);
            return;
        }
        FtpPayload answer;
        try {
            answer = serve(now, system, component, request);
        } catch (Refusal e) {
            answer = FtpPayload.nak(request, e.error, e.errno);
        } catch (IOException e) {
            answer = FtpPayload.nak(request, FtpError.FAIL, 0);
        }
        if (answer == null) {
            return;
        }
        cached = answer.data().length <= CACHED_DATA ? answer : null;
        cachedFor = key;
        output.send(system, component, answer);
    }

    /** A queue shorter than what arrives in one turn of the server (10 ms) loses the rest without a word. */
    private boolean queueFull(long now) {
        if (profile.requestQueue() == 0) {
            return false;
        }
        if (now >= turnEnds) {
            turnEnds = now + NANOS / 100;
            servedThisTurn = 0;
        }
        return servedThisTurn++ >= profile.requestQueue();
    }

    private FtpPayload serve(long now, int system, int component, FtpPayload request) throws Refusal, IOException {
        byte[] data = request.data();
        int size = Math.min(request.size(), data.length);
        switch (request.opcode()) {
            case FtpOpcode.TERMINATE_SESSION:
                return terminate(request);
            case FtpOpcode.RESET_SESSIONS:
                reboot();
                return ack(request);
            case FtpOpcode.LIST_DIRECTORY:
                return list(request, files.resolve(data, size), false);
            case FtpOpcode.LIST_DIRECTORY_WITH_TIME:
                return profile.listWithTime() == ListWithTime.SUPPORTED ? list(request, files.resolve(data, size), true)
                        : profile.listWithTime() == ListWithTime.SILENT ? null : FtpPayload.nak(request, FtpError.UNKNOWN_COMMAND, 0);
            case FtpOpcode.OPEN_FILE_RO:
                return open(now, system, component, request, files.openToRead(files.resolve(data, size)), false);
            case FtpOpcode.CREATE_FILE, FtpOpcode.OPEN_FILE_WO:
                return open(now, system, component, request,
                        files.openToWrite(files.resolve(data, size), request.opcode() == FtpOpcode.CREATE_FILE), true);
            case FtpOpcode.READ_FILE:
                return session(now, request).read(request);
            case FtpOpcode.BURST_READ_FILE:
                session(now, request).startBurst(now, request);
                return null;
            case FtpOpcode.WRITE_FILE:
                return session(now, request).write(request, files, data, size);
            case FtpOpcode.REMOVE_FILE, FtpOpcode.REMOVE_DIRECTORY:
                files.remove(files.resolve(data, size), request.opcode() == FtpOpcode.REMOVE_DIRECTORY);
                return ack(request);
            case FtpOpcode.CREATE_DIRECTORY:
                files.createDirectory(files.resolve(data, size));
                return ack(request);
            case FtpOpcode.RENAME:
                var pair = files.resolvePair(data, size);
                files.rename(pair[0], pair[1]);
                return ack(request);
            case FtpOpcode.CALC_FILE_CRC32:
                return FtpPayload.ack(request, request.session(), 0, u32(files.crc32(files.resolve(data, size))));
            case FtpOpcode.TRUNCATE_FILE:
                if (profile.truncate()) {
                    files.truncate(files.resolve(data, size), request.offset());
                    return ack(request);
                }
                return unknown(request);
            default:
                return unknown(request);
        }
    }

    private FtpPayload unknown(FtpPayload request) {
        return profile.unknownAnswered() ? FtpPayload.nak(request, FtpError.UNKNOWN_COMMAND, 0) : null;
    }

    private FtpPayload list(FtpPayload request, Path directory, boolean times) throws Refusal {
        byte[] page = files.page(directory, request.offset(), times);
        boolean emptyFirstPage = page.length == 0 && request.offset() == 0 && profile.emptyPageAcked();
        return page.length == 0 && !emptyFirstPage ? FtpPayload.nak(request, FtpError.EOF, 0)
                : FtpPayload.ack(request, request.session(), request.offset(), page);
    }

    private FtpPayload open(long now, int system, int component, FtpPayload request, FileChannel file, boolean writable)
            throws IOException, Refusal {
        closeIdle(now);
        int id = 0;
        while (sessions.containsKey(id) && !profile.openReplaces()) {
            id++;
        }
        if (id >= profile.sessions()) {
            file.close();
            throw new Refusal(FtpError.NO_SESSIONS_AVAILABLE, 0);
        }
        FtpServerSession session = new FtpServerSession(profile, file, writable, system, component, now);
        close(sessions.put(id, session));
        return FtpPayload.ack(request, id, 0, u32(session.size));
    }

    private FtpServerSession session(long now, FtpPayload request) throws Refusal {
        closeIdle(now);
        FtpServerSession session = sessions.get(request.session());
        if (session == null) {
            throw new Refusal(FtpError.INVALID_SESSION, 0);
        }
        session.lastRequest = now;
        return session;
    }

    private void closeIdle(long now) {
        sessions.values().removeIf(s -> {
            boolean idle = now - s.lastRequest > profile.idleSeconds() * NANOS;
            if (idle) {
                close(s);
            }
            return idle;
        });
    }

    private FtpPayload terminate(FtpPayload request) throws Refusal {
        FtpServerSession session = sessions.remove(request.session());
        close(session);
        if (session == null && !profile.openReplaces()) {
            throw new Refusal(FtpError.INVALID_SESSION, 0);
        }
        return ack(request);
    }

    /**
     * Sends the burst packets that are due.
     *
     * @return when to call again, in the time of {@code now}; {@link Long#MAX_VALUE} when no burst is running
     */
    public long advance(long now) {
        closeIdle(now);
        long next = Long.MAX_VALUE;
        for (var entry : sessions.entrySet()) {
            next = Math.min(next, entry.getValue().advance(now, entry.getKey(), output));
        }
        return next;
    }

    private static FtpPayload ack(FtpPayload request) {
        return FtpPayload.ack(request, request.session(), request.offset(), FtpPayload.NO_DATA);
    }

    static byte[] u32(long value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    private static void close(FtpServerSession session) {
        if (session != null) {
            session.close();
        }
    }
}
