package io.dromedary.mavftp;

import java.io.IOException;

/**
 * The burst half of a download: one request, many answers. Used when the caller asks for it, or in automatic mode when single reads
 * leave the link idle because the vehicle takes too few at a time; a burst on probation that is not faster ends the trial.
 */
final class FtpBurst {

    private static final long TRIAL = 500_000_000L;
    private static final long NEXT_TRIAL = 20_000_000_000L;
    /** Blocks per second, about 200 KB/s: above that single reads do well enough. */
    private static final double WORTH_A_TRIAL = 840;
    private static final int TRIAL_PACKETS = 50;
    /** Reads beside a burst, for the holes it left. */
    private static final int GAP_READS = 4;
    private static final int REORDER_BYTES = 4 * FtpPayload.MAX_DATA;
    private static final long KEEP_ALIVE = 4_000_000_000L;
    private static final long SHORTEST_SILENCE = 100_000_000L;

    private final FtpCaller caller;
    private final FtpOptions.Mode mode;
    private final FtpWindow window;
    private boolean active;
    private boolean running;
    private int seq;
    private long next;
    private long lastPacket;
    private long lastGap;
    private long trialStart;
    private int trialPackets;
    private double rateToBeat;
    private long noTrialBefore;
    private int lastDataSeq = -1;
    private long lastRequest;

    FtpBurst(FtpCaller caller, FtpOptions.Mode mode, FtpWindow window) {
        this.caller = caller;
        this.mode = mode;
        this.window = window;
        this.active = mode == FtpOptions.Mode.BURST;
    }

    /** Starts the next burst when one is due. */
    void drive(long now, int session, RangeSet unrequested) throws IOException {
        if (!active && mode == FtpOptions.Mode.AUTO && now >= noTrialBefore && window.control.starved()
                && window.control.rate() < WORTH_A_TRIAL) {
            active = true;
            trialStart = now;
            trialPackets = 0;
            rateToBeat = window.control.rate();
        }
        if (!active) {
            return;
        }
        if (running && now >= deadline()) {
            // the packet that ends the burst was lost, or the request was
            running = false;
            caller.rtt.expired();
            caller.counters.retries++;
        }
        if (trialStart > 0 && now - trialStart > TRIAL && !worthIt(now)) {
            active = false;
            running = false;
            return;
        }
        if (!running) {
            start(now, session, unrequested);
        }
    }

    private boolean worthIt(long now) {
        boolean better = trialPackets >= TRIAL_PACKETS && trialPackets * 1e9 / (now - trialStart) > rateToBeat * 1.2;
        noTrialBefore = now + NEXT_TRIAL;
        trialStart = 0;
        return better;
    }

    private void start(long now, int session, RangeSet unrequested) throws IOException {
        long from = unrequested.next(next);
        if (from < 0) {
            return;
        }
        lastRequest = now;
        lastDataSeq = -1;
        seq = caller.newSeq();
        running = true;
        next = from;
        lastPacket = now;
        caller.send(FtpPayload.readRequest(seq, session, FtpOpcode.BURST_READ_FILE, from, FtpPayload.MAX_DATA));
    }

    /** Whether a packet belongs to the running burst: numbers count up from the request, offsets from its start. */
    boolean accepts(FtpPayload payload, int session, long now) {
        int distance = payload.seq() - seq & 0xFFFF;
        if (!active || !running || distance == 0 || distance > 0x7FFF || payload.session() != session) {
            return false;
        }
        lastGap = Math.max(1, now - lastPacket);
        lastPacket = now;
        caller.rtt.answered();
        caller.counters.answers += distance == 1 ? 1 : 0;
        if (payload.opcode() != FtpOpcode.ACK) {
            running = false;
            // an end that does not follow the last data says only that packets before it were lost: the tail is asked for again
            return payload.error() != FtpError.EOF || distance == 1 || payload.seq() == (lastDataSeq + 1 & 0xFFFF);
        }
        if (lastDataSeq < 0 || (payload.seq() - lastDataSeq & 0xFFFF) < 0x8000) {
            lastDataSeq = payload.seq();
        }
        trialPackets++;
        next = Math.max(next, payload.offset() + payload.data().length);
        if (payload.burstComplete()) {
            running = false;
        }
        return true;
    }

    /** Whether the file is read in bursts now. */
    boolean isActive() {
        return active;
    }

    /** The end of what the burst has brought. */
    long end() {
        return next;
    }

    /**
     * Whether single reads may be sent: while a burst runs, a few for the holes well behind it, and now and then one to show the vehicle
     * that its session is in use (PX4 counts requests only and would end a long burst on a slow link).
     */
    boolean allowsReads(long now, RangeSet unrequested, int inFlight) {
        if (!active) {
            return true;
        }
        boolean hole = running ? inFlight < GAP_READS && unrequested.first() + REORDER_BYTES <= next : unrequested.first() < next;
        if (!hole && now - lastRequest < KEEP_ALIVE) {
            return false;
        }
        lastRequest = now;
        return true;
    }

    /** The session is gone. */
    void stop() {
        running = false;
    }

    long deadline() {
        return running ? lastPacket + Math.max(SHORTEST_SILENCE, Math.max(caller.rtt.rto(), 4 * lastGap)) : Long.MAX_VALUE;
    }
}
