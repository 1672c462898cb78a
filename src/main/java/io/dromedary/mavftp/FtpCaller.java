package io.dromedary.mavftp;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Single requests with retries on one channel, and what all operations share: numbers, round trip times, counters. One thread. */
final class FtpCaller {

    /** A wait looks this often whether it still makes sense. */
    private static final long LOOK_NANOS = 500_000_000L;

    final FtpChannel channel;
    final FtpOptions options;
    final RttEstimator rtt;
    FtpStatistics.Counters counters = new FtpStatistics.Counters();
    private Consumer<FtpChannel.Reply> stray = reply -> { };
    /** Whether the vehicle knows ListDirectoryWithTime; null until a listing found out. */
    Boolean listsTimes;
    private int lastSeq;

    FtpCaller(FtpChannel channel, FtpOptions options, int firstSeq) {
        this.channel = channel;
        this.options = options;
        this.rtt = new RttEstimator(options.minRetry().toNanos());
        this.lastSeq = firstSeq & 0xFFFF;
    }

    /** Starts the account of a new operation. @return the account of the one it interrupts */
    FtpStatistics.Counters begin() {
        FtpStatistics.Counters outer = counters;
        counters = new FtpStatistics.Counters();
        counters.start = channel.nanoTime();
        return outer;
    }

    FtpStatistics statistics() {
        return counters.snapshot(channel.nanoTime(), rtt);
    }

    /** Who gets answers that no request of {@link #call} waits for. @return the one who got them before */
    Consumer<FtpChannel.Reply> divert(Consumer<FtpChannel.Reply> handler) {
        Consumer<FtpChannel.Reply> before = stray;
        stray = handler;
        return before;
    }

    /** An answer that the running request does not know: the paused operation may. */
    void strayReply(FtpChannel.Reply reply) {
        stray.accept(reply);
    }

    /** A number above all that were sent or seen: servers answer a repeated number from a cache. */
    int newSeq() {
        lastSeq = lastSeq + 1 & 0xFFFF;
        return lastSeq;
    }

    /** Learns a number from an answer: bursts advance the server's. */
    void seen(int seq) {
        if ((seq - lastSeq & 0xFFFF) < 0x8000) {
            lastSeq = seq;
        }
    }

    void send(FtpPayload payload) throws IOException {
        counters.requests++;
        channel.send(payload);
    }

    /** The next answer, its number noted; null at the deadline. */
    FtpChannel.Reply poll(long deadline) throws InterruptedException {
        FtpChannel.Reply reply = channel.poll(deadline);
        if (reply != null) {
            seen(reply.payload().seq());
        }
        return reply;
    }

    FtpPayload call(int opcode, int session, long offset, byte[] data, String what, FtpControl control)
            throws IOException, InterruptedException {
        return call(FtpPayload.request(0, session, opcode, offset, data), what, control, options.requestTimeout().toNanos(), 0);
    }

    /**
     * Sends one request, repeats it under the same number until it is answered, and returns the Ack.
     *
     * @param patience time the vehicle may need to work on it, added to each wait
     * @throws FtpException for a Nak, or when nothing came within the limit
     */
    FtpPayload call(FtpPayload template, String what, FtpControl control, long limit, long patience)
            throws IOException, InterruptedException {
        return await(ask(template), what, control, limit, patience, () -> false);
    }

    /** A request that was sent, and its answer if somebody has taken it before it is waited for. */
    static final class Question {
        private final FtpPayload request;
        private final long sentAt;
        private FtpPayload answer;

        private Question(FtpPayload request, long sentAt) {
            this.request = request;
            this.sentAt = sentAt;
        }

        private boolean isAnsweredBy(FtpPayload payload) {
            return payload.seq() == (request.seq() + 1 & 0xFFFF) && payload.requestOpcode() == request.opcode();
        }

        /** Keeps a payload for the one who will wait, if it is the answer. */
        boolean takes(FtpPayload payload) {
            boolean mine = isAnsweredBy(payload);
            answer = mine ? payload : answer;
            return mine;
        }
    }

    /** Sends a request whose answer will be waited for. */
    Question ask(FtpPayload template) throws IOException {
        Question question = new Question(template.withSeq(newSeq()), channel.nanoTime());
        send(question.request);
        return question;
    }

    /** Waits as {@link #call} does, but also fails as soon as the link says that the vehicle is lost; for long limits. */
    FtpPayload awaitWhileHeard(Question question, String what, FtpControl control, long limit, long patience)
            throws IOException, InterruptedException {
        return await(question, what, control, limit, patience, channel::isLost);
    }

    private FtpPayload await(Question question, String what, FtpControl control, long limit, long patience, BooleanSupplier lost)
            throws IOException, InterruptedException {
        long start = channel.nanoTime();
        for (int attempt = 0;; attempt++) {
            long sent = attempt == 0 ? question.sentAt : channel.nanoTime();
            if (attempt > 0 && sent - start >= limit) {
                throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, 0, attempt > 1,
                        what + ": the vehicle did not answer within " + limit / 1_000_000 + " ms");
            }
            if (attempt > 0) {
                send(question.request);
                counters.retries++;
            }
            FtpPayload answer = next(question, Math.min(Math.max(start, sent) + rtt.rto() + patience, start + limit), control, lost);
            if (answer == null && lost.getAsBoolean()) {
                throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, 0, attempt > 0, what + ": the vehicle is not heard any more");
            }
            if (answer == null) {
                rtt.expired();
                continue;
            }
            counters.answers++;
            if (attempt == 0 && patience == 0) {
                rtt.sample(channel.nanoTime(), Math.max(1, channel.nanoTime() - sent));
            } else {
                rtt.answered();
            }
            if (answer.opcode() == FtpOpcode.ACK) {
                return answer;
            }
            throw refusal(answer, what, attempt > 0);
        }
    }

    private FtpPayload next(Question question, long deadline, FtpControl control, BooleanSupplier lost) throws InterruptedException {
        while (question.answer == null) {
            control.check();
            FtpChannel.Reply reply = poll(Math.min(deadline, channel.nanoTime() + LOOK_NANOS));
            if (reply == null) {
                if (channel.nanoTime() >= deadline || lost.getAsBoolean()) {
                    return null;
                }
                continue;
            }
            FtpPayload payload = reply.payload();
            if (question.isAnsweredBy(payload)) {
                return payload;
            }
            strayReply(reply);
        }
        control.check();
        return question.answer;
    }

    static FtpException refusal(FtpPayload nak, String what, boolean retried) {
        String reason = nak.error() == FtpError.FAIL_ERRNO ? FtpError.errnoName(nak.errno()) : FtpError.name(nak.error());
        return new FtpException(nak.error(), nak.errno(), retried, what + ": the vehicle refused: " + reason);
    }
}
