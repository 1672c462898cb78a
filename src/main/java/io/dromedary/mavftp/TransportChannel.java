package io.dromedary.mavftp;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A channel to one component over an {@link FtpTransport}. The link's thread only stamps and queues; when the queue is full, answers are
 * lost as on a radio and asked for again, so a busy client never holds up the link.
 */
final class TransportChannel implements FtpChannel, AutoCloseable {

    /** Eight times the largest window. */
    private static final int QUEUE = 4096;
    private static final Reply WAKE = new Reply(null, 0);

    private final BlockingQueue<Reply> replies = new ArrayBlockingQueue<>(QUEUE);
    private final FtpTransport transport;
    private final FtpTransport.Subscription subscription;
    private final int system;
    private final int component;

    TransportChannel(FtpTransport transport, int system, int component) {
        this.transport = transport;
        this.system = system;
        this.component = component;
        this.subscription = transport.listen((fromSystem, fromComponent, payload) -> {
            boolean answer = payload.opcode() == FtpOpcode.ACK || payload.opcode() == FtpOpcode.NAK;
            if (answer && fromSystem == system && fromComponent == component) {
                replies.offer(new Reply(payload, System.nanoTime()));
            }
        });
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void send(FtpPayload payload) throws IOException {
        transport.send(system, component, payload);
    }

    @Override
    public Reply poll(long deadline) throws InterruptedException {
        Reply reply = replies.poll();
        if (reply == null) {
            reply = replies.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return reply == WAKE ? null : reply;
    }

    @Override
    public boolean isLost() {
        return transport.isLost(system, component);
    }

    /** Ends a running {@link #poll} early. */
    void wake() {
        replies.offer(WAKE);
    }

    /** Forgets answers that nobody waits for. */
    void clear() {
        replies.clear();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
