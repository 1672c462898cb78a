package io.dromedary.zeromq;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * The way of messages out of a socket to the one who receives them, for as long as that one takes any. Messages must be read by the one
 * who has the socket; the rest is for any thread.
 */
final class MessageReader {

    private static final int BATCH = 256;

    private final SocketPattern pattern;
    private final Consumer<InboundMessage> receiver;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean accepting;
    private volatile boolean paused;

    /** @param receiver null for a socket that only sends */
    MessageReader(SocketPattern pattern, Consumer<InboundMessage> receiver) {
        this.pattern = pattern;
        this.receiver = receiver;
        this.accepting = receiver != null;
    }

    /** Whether a message that comes now is taken. */
    boolean takes() {
        return accepting && !paused;
    }

    /** Whether messages are left in the socket that will be taken later. */
    boolean leavesSome() {
        return accepting && paused;
    }

    /** Pauses or goes on; tells whether that is news. */
    boolean pause(boolean on) {
        boolean news = paused != on;
        paused = on;
        return news;
    }

    /** Takes no more messages, for good. */
    void refuse() {
        accepting = false;
    }

    long received() {
        return received.get();
    }

    /** Hands some of what has arrived to the receiver. */
    boolean readSome(ZMQ.Socket socket) {
        int i = 0;
        while (i < BATCH && takes() && readOne(socket)) {
            i++;
        }
        return i > 0;
    }

    private boolean readOne(ZMQ.Socket socket) {
        Msg msg = socket.recvMsg(ZMQ.DONTWAIT);
        if (msg == null) {
            return false;
        }
        String peer = peer(msg);
        List<byte[]> frames = new ArrayList<>(2);
        frames.add(msg.data());
        while (msg.hasMore()) {
            msg = socket.recvMsg(0);
            frames.add(msg.data());
            peer = peer == null ? peer(msg) : peer;
        }
        received.incrementAndGet();
        InboundMessage message = Envelopes.open(pattern, frames, peer);
        if (message != null) {
            receiver.accept(message);
        }
        return true;
    }

    private static String peer(Msg msg) {
        return msg.getMetadata() == null ? null : msg.getMetadata().get(Metadata.PEER_ADDRESS);
    }
}
