package io.dromedary.mavftp;

import java.util.Arrays;

/**
 * The block requests (reads, or writes of an upload) in flight, in the order they were sent. Every request, also a repeated one, has its own number, so each answer
 * tells its own round trip time. A request is lost when one sent later was answered and some time has passed (RACK, RFC 8985), or when
 * its retry time is over. Late answers are still known by their number for {@link #SLOTS} requests.
 */
final class FtpWindow {

    private static final int SLOTS = 4096;
    private static final int MASK = SLOTS - 1;
    private static final byte IN_FLIGHT = 1;
    private static final byte LOST = 2;
    private static final byte ANSWERED = 3;

    private final RttEstimator rtt;
    final WindowControl control;
    private final int[] numbers = new int[SLOTS];
    private final long[] offsets = new long[SLOTS];
    private final int[] sizes = new int[SLOTS];
    private final long[] sentAt = new long[SLOTS];
    private final byte[] states = new byte[SLOTS];
    private final int[] indexOfSeq = new int[65536];
    private int next;
    private int oldest;
    private int inFlight;
    private int newestAnswered = -1;
    private long newestRtt;
    private long lastAnswer = Long.MIN_VALUE;
    /** How far answers may be reordered, as a part of the shortest round trip; widened by answers that were given up too early. */
    private double reorder = 0.125;

    FtpWindow(int maxWindow, RttEstimator rtt) {
        this.rtt = rtt;
        this.control = new WindowControl(maxWindow, rtt);
        Arrays.fill(indexOfSeq, -1);
    }

    boolean hasRoom() {
        return inFlight < control.window() && next - oldest < SLOTS - 1;
    }

    int inFlight() {
        return inFlight;
    }

    void sent(int seq, long offset, int size, long now) {
        int slot = next & MASK;
        numbers[slot] = seq;
        offsets[slot] = offset;
        sizes[slot] = size;
        sentAt[slot] = now;
        states[slot] = IN_FLIGHT;
        indexOfSeq[seq] = next;
        next++;
        inFlight++;
    }

    /** The slot of the request that an answer belongs to, or -1 when it is none of ours. */
    int find(int answerSeq) {
        int seq = answerSeq - 1 & 0xFFFF;
        int index = indexOfSeq[seq];
        return index >= 0 && next - index <= SLOTS && numbers[index & MASK] == seq ? index & MASK : -1;
    }

    long offset(int slot) {
        return offsets[slot];
    }

    int size(int slot) {
        return sizes[slot];
    }

    /** Notes an answer. @return whether it is the first one to this request */
    boolean answered(int slot, long now) {
        byte before = states[slot];
        if (before == ANSWERED) {
            return false;
        }
        states[slot] = ANSWERED;
        lastAnswer = Math.max(lastAnswer, now);
        long elapsed = Math.max(1, now - sentAt[slot]);
        if (before == IN_FLIGHT) {
            inFlight--;
        } else {
            reorder = Math.min(1, reorder * 1.5);
        }
        control.answered(now, sentAt[slot], elapsed);
        if (indexOfSeq[numbers[slot]] > newestAnswered) {
            newestAnswered = indexOfSeq[numbers[slot]];
            newestRtt = elapsed;
        }
        return true;
    }

    /** Moves what is lost into the set of ranges to ask for. @return how many requests were given up */
    int giveUp(long now, RangeSet unrequested, RangeSet missing) {
        int given = 0;
        boolean expired = false;
        long rto = rtt.rto();
        for (int i = skipSettled(); i != next; i++) {
            int slot = i & MASK;
            if (states[slot] != IN_FLIGHT) {
                continue;
            }
            boolean passed = i < newestAnswered && now - sentAt[slot] >= patience();
            boolean late = now - timerStart(slot) >= rto;
            if (!passed && !late) {
                break;
            }
            expired |= !passed;
            given++;
            lose(slot, unrequested, missing);
        }
        if (expired) {
            // the doubled timer gives the requests behind this one their time
            rtt.expired();
            if (inFlight == 0) {
                control.restart();
            }
        }
        return given;
    }

    /** Forgets every request, late answers included; what was in flight is to be asked for again. */
    void forget(RangeSet unrequested, RangeSet missing) {
        for (int i = oldest; i != next; i++) {
            if (states[i & MASK] == IN_FLIGHT) {
                lose(i & MASK, unrequested, missing);
            }
        }
        oldest = next;
        Arrays.fill(indexOfSeq, -1);
        control.restart();
    }

    /** When {@link #giveUp} is to be called next. */
    long deadline() {
        int first = skipSettled();
        if (first == next) {
            return Long.MAX_VALUE;
        }
        long sent = sentAt[first & MASK];
        long byTime = timerStart(first & MASK) + rtt.rto();
        return first < newestAnswered ? Math.min(byTime, sent + patience()) : byTime;
    }

    private void lose(int slot, RangeSet unrequested, RangeSet missing) {
        states[slot] = LOST;
        inFlight--;
        control.lost();
        long end = offsets[slot] + sizes[slot];
        for (long at = missing.next(offsets[slot]); at >= 0 && at < end; at = missing.next(Math.min(end, missing.endAt(at)))) {
            unrequested.add(at, Math.min(end, missing.endAt(at)));
        }
    }

    /** How long after its sending a request is lost, once a later one was answered. */
    private long patience() {
        return newestRtt + Math.max(1_000_000L, (long) (rtt.min() * reorder));
    }

    /** The retry timer starts over with each answer: while answers come, only being overtaken makes a request lost. */
    private long timerStart(int slot) {
        return Math.max(sentAt[slot], lastAnswer);
    }

    private int skipSettled() {
        while (oldest != next && states[oldest & MASK] != IN_FLIGHT) {
            oldest++;
        }
        return oldest;
    }
}
