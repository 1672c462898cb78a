package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Asks and waits for answers. REQ has one question out at a time and starts anew with a fresh connection when an answer does not come,
 * so that a late one can never be taken for the next; DEALER has many out, told apart by a frame that the other side gives back.
 */
public final class RequestClient implements AutoCloseable {

    private final SocketSettings settings;
    private final Loop loop;
    private final Queue<Ask> waiting = new ArrayDeque<>();
    private final Map<Integer, Ask> out = new LinkedHashMap<>();
    private int lastId;
    private boolean closed;

    private record Ask(List<byte[]> frames, long deadline, CompletableFuture<List<byte[]>> answer) {
    }

    private final class Loop extends SocketLoop {
        Loop(String name, SocketOpener opener) {
            super(name, opener, settings, RequestClient.this::answered);
        }

        @Override
        long tick() {
            return expire(this);
        }
    }

    /** @throws IllegalArgumentException when the pattern does not ask */
    public RequestClient(String name, SocketOpener opener, SocketSettings settings) {
        if (!settings.pattern().asks()) {
            throw new IllegalArgumentException(settings.pattern() + " waits for no answers");
        }
        this.settings = settings;
        this.loop = new Loop(name, opener);
    }

    /** Opens the connection. */
    public void start() throws IOException {
        loop.start();
    }

    /**
     * Sends one request. The future ends with the frames of the answer, or exceptionally: {@link TimeoutException} when there is none in
     * time, {@link IOException} when too many requests wait already or the client is closed.
     */
    public CompletableFuture<List<byte[]>> ask(List<byte[]> frames, Duration limit) {
        Ask ask = new Ask(frames, System.nanoTime() + limit.toNanos(), new CompletableFuture<>());
        synchronized (this) {
            if (closed || !loop.running()) {
                return CompletableFuture.failedFuture(new IOException("The request client is closed"));
            }
            if (waiting.size() + out.size() >= settings.queueSize()) {
                return CompletableFuture.failedFuture(new IOException("Too many requests wait for " + settings.addresses()));
            }
            waiting.add(ask);
        }
        sendNext();
        return ask.answer();
    }

    /** Sends without waiting for an answer, which only DEALER can. */
    boolean tell(List<byte[]> frames, Duration limit) throws IOException {
        return loop.send(Envelopes.request(frames), limit);
    }

    /** Requests that wait or are out. */
    public synchronized int pending() {
        return waiting.size() + out.size();
    }

    SocketLoop loop() {
        return loop;
    }

    private synchronized void sendNext() {
        boolean room = settings.pattern() == SocketPattern.DEALER || out.isEmpty();
        while (room && !waiting.isEmpty()) {
            Ask ask = waiting.remove();
            int id = ++lastId;
            out.put(id, ask);
            send(id, ask);
            room = settings.pattern() == SocketPattern.DEALER;
        }
        // The loop must learn of the new deadline.
        loop.wakeUp();
    }

    private void send(int id, Ask ask) {
        List<byte[]> message = settings.pattern() == SocketPattern.REQ ? Envelopes.request(ask.frames())
                : Envelopes.request(ByteBuffer.allocate(4).putInt(id).array(), ask.frames());
        try {
            // There is always room: no more requests are let in than the queue holds.
            if (!loop.send(message, Duration.ZERO)) {
                throw new IOException("The queue towards " + settings.addresses() + " is full");
            }
        } catch (IOException e) {
            out.remove(id);
            ask.answer().completeExceptionally(e);
        }
    }

    private void answered(InboundMessage message) {
        Ask ask;
        synchronized (this) {
            ask = settings.pattern() == SocketPattern.REQ ? first() : out.remove(correlation(message));
        }
        if (ask != null) {
            ask.answer().complete(message.frames());
        }
        sendNext();
    }

    private Ask first() {
        Iterator<Ask> asks = out.values().iterator();
        if (!asks.hasNext()) {
            return null;
        }
        Ask ask = asks.next();
        asks.remove();
        return ask;
    }

    private static int correlation(InboundMessage message) {
        return message.envelope().size() == 2 && message.envelope().get(0).length == 4
                ? ByteBuffer.wrap(message.envelope().get(0)).getInt() : 0;
    }

    /** Fails what is late and tells when the next one will be. */
    private long expire(SocketLoop owner) {
        long now = System.nanoTime();
        List<Ask> late = new ArrayList<>();
        boolean lostAnswer;
        synchronized (this) {
            lostAnswer = take(out.values().iterator(), now, late) && settings.pattern() == SocketPattern.REQ;
            take(waiting.iterator(), now, late);
            if (lostAnswer) {
                // Under the lock, so that no new request can slip into the queue that is thrown away here.
                owner.reopen();
            }
        }
        late.forEach(ask -> ask.answer().completeExceptionally(new TimeoutException("No answer from " + settings.addresses() + " in time")));
        if (lostAnswer) {
            sendNext();
        }
        synchronized (this) {
            return earliest();
        }
    }

    private static boolean take(Iterator<Ask> asks, long now, List<Ask> late) {
        boolean any = false;
        while (asks.hasNext()) {
            Ask ask = asks.next();
            if (ask.deadline() - now <= 0) {
                asks.remove();
                late.add(ask);
                any = true;
            }
        }
        return any;
    }

    private long earliest() {
        long earliest = 0;
        for (Ask ask : out.values()) {
            earliest = earliest == 0 || ask.deadline() < earliest ? ask.deadline() : earliest;
        }
        for (Ask ask : waiting) {
            earliest = earliest == 0 || ask.deadline() < earliest ? ask.deadline() : earliest;
        }
        return earliest;
    }

    /** Closes the connection; whoever still waits is told so. */
    @Override
    public void close() {
        List<Ask> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
        }
        loop.stop(Duration.ZERO);
        synchronized (this) {
            left.addAll(out.values());
            left.addAll(waiting);
            out.clear();
            waiting.clear();
        }
        left.forEach(ask -> ask.answer().completeExceptionally(new IOException("The request client was closed")));
    }
}
