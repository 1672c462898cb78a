package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.dromedary.zeromq.SocketOpener.OpenSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import zmq.Msg;

/**
 * The one thread that touches a socket. ZeroMQ sockets belong to one thread at a time; everybody else hands messages to this one
 * through a bounded queue and wakes it. It waits for the socket and the queue together, so neither is ever polled.
 *
 * <p>The thread is never interrupted: an interrupt would close the channels that JeroMQ signals with.
 */
class SocketLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
    private static final int BATCH = 256;
    private static final long RETRY_MILLIS = 1;

    private final String name;
    private final SocketOpener opener;
    private final SocketSettings settings;
    private final Consumer<InboundMessage> receiver;
    private final SocketMonitor monitor = new SocketMonitor();
    private final BlockingQueue<List<byte[]>> outbound;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final AtomicLong unsent = new AtomicLong();

    private volatile boolean accepting;
    private volatile boolean paused;
    private volatile boolean stopping;
    private volatile long drainUntil;
    private volatile Throwable failure;
    private Thread thread;
    private Pipe wake;
    private OpenSocket open;
    private ZMQ.Poller poller;
    private int interest;
    private List<byte[]> next;
    private long stalledSince;
    private boolean lossy;

    SocketLoop(String name, SocketOpener opener, SocketSettings settings, Consumer<InboundMessage> receiver) {
        this.name = name;
        this.opener = opener;
        this.settings = settings;
        this.receiver = receiver;
        this.accepting = receiver != null;
        this.outbound = new ArrayBlockingQueue<>(settings.queueSize());
    }

    /** Opens the socket, so that a bind error reaches the caller, and starts the thread. */
    void start() throws IOException {
        open = opener.open(settings, monitor);
        wake = Pipe.open();
        wake.source().configureBlocking(false);
        wake.sink().configureBlocking(false);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        opener.opened(this);
        thread.start();
    }

    /** The addresses the socket is bound or connected to, with the real port where 0 or * was asked for. */
    List<String> endpoints() {
        return open.endpoints();
    }

    Duration linger() {
        return settings.linger();
    }

    SocketMonitor monitor() {
        return monitor;
    }

    /** Why the thread ended by itself, or null. */
    Throwable failure() {
        return failure;
    }

    boolean running() {
        return thread != null && thread.isAlive();
    }

    long sent() {
        return sent.get();
    }

    long received() {
        return received.get();
    }

    /** Times that PUB gave up waiting for a slow subscriber and began to drop for it. */
    long stalls() {
        return stalls.get();
    }

    /** Messages that were still queued when the drain time at stop was over. */
    long unsent() {
        return unsent.get();
    }

    /**
     * Hands over one message.
     *
     * @return false when the queue stayed full for that long
     * @throws IOException when the loop has ended
     */
    boolean send(List<byte[]> frames, Duration limit) throws IOException {
        if (stopping || !running()) {
            throw new IOException(name + " is closed", failure);
        }
        try {
            if (!outbound.offer(frames) && !outbound.offer(frames, limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + ": interrupted while waiting to send", e);
        }
        wakeUp();
        return true;
    }

    /** Pauses or goes on taking messages; while it is paused, peers are made to wait. */
    void pause(boolean on) {
        if (paused != on) {
            paused = on;
            wakeUp();
        }
    }

    /** Takes no more messages, for good; sending goes on. */
    void refuse() {
        accepting = false;
    }

    void wakeUp() {
        if (asleep.compareAndSet(true, false)) {
            try {
                wake.sink().write(ByteBuffer.wrap(new byte[1]));
            } catch (ClosedChannelException e) {
                // The loop has ended; nobody is left to be woken.
                return;
            } catch (IOException e) {
                throw new IllegalStateException(name + " cannot be woken", e);
            }
        }
    }

    /** Takes what has arrived, sends what is queued, both no longer than the limit, then closes. Waits for the thread. */
    void stop(Duration limit) {
        if (thread == null) {
            return;
        }
        drainUntil = System.nanoTime() + limit.toNanos();
        stopping = true;
        wakeUp();
        try {
            thread.join(limit.toMillis() + 5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            watch();
            while (!stopping) {
                boolean worked = step();
                if (!worked) {
                    sleep();
                }
            }
            drain();
        } catch (RuntimeException | Error e) {
            failure = e;
            LOG.error("{} has ended", name, e);
        } finally {
            shut();
        }
    }

    /** Called on the loop's thread in every round; returns the nanosecond instant at which it must be called again, or 0 for none. */
    long tick() {
        return 0;
    }

    /** Throws away what is queued and opens a fresh socket; for use on the loop's thread only. */
    final void reopen() {
        poller.close();
        open.close(Duration.ZERO);
        try {
            open = opener.open(settings, monitor);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot open its socket again", e);
        }
        next = null;
        outbound.clear();
        watch();
    }

    private void watch() {
        poller = opener.poller();
        poller.register(wake.source(), ZMQ.Poller.POLLIN);
        interest = 0;
    }

    /** One round: some messages out, some in. */
    private boolean step() {
        boolean out = sendSome();
        boolean in = receiveSome();
        return out || in;
    }

    private void sleep() {
        asleep.set(true);
        long until = tick();
        boolean blocked = next != null;
        if (stopping || (!blocked && !outbound.isEmpty())) {
            asleep.set(false);
            return;
        }
        long millis = until == 0 ? -1 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()) + 1);
        boolean awaitRoom = blocked && settings.pattern() != SocketPattern.PUB;
        if (blocked && !awaitRoom) {
            millis = RETRY_MILLIS;
        }
        watchFor((accepting && !paused ? ZMQ.Poller.POLLIN : 0) | (awaitRoom ? ZMQ.Poller.POLLOUT : 0));
        poller.poll(millis);
        asleep.set(false);
        drainWakeUps();
    }

    private void watchFor(int events) {
        if (events == interest) {
            return;
        }
        if (interest != 0) {
            poller.unregister(open.socket());
        }
        if (events != 0) {
            poller.register(open.socket(), events);
        }
        interest = events;
    }

    private void drainWakeUps() {
        try {
            ByteBuffer scratch = ByteBuffer.allocate(64);
            while (wake.source().read(scratch) > 0) {
                scratch.clear();
            }
        } catch (IOException e) {
            throw new IllegalStateException(name + " lost its wake-up pipe", e);
        }
    }

    private boolean sendSome() {
        for (int i = 0; i < BATCH; i++) {
            if (next == null) {
                next = outbound.poll();
            }
            if (next == null) {
                return i > 0;
            }
            if (!trySend(next)) {
                return i > 0;
            }
            sent.incrementAndGet();
            next = null;
        }
        return true;
    }

    /** A PUB socket waits for slow subscribers, but only so long: then it drops for them until they catch up, and nobody else waits. */
    private boolean trySend(List<byte[]> frames) {
        if (write(frames)) {
            stalledSince = 0;
            lossy = false;
            return true;
        }
        if (settings.pattern() != SocketPattern.PUB) {
            return false;
        }
        long now = System.nanoTime();
        stalledSince = stalledSince == 0 ? now : stalledSince;
        if (!lossy && now - stalledSince < settings.slowSubscriberTimeout().toNanos()) {
            return false;
        }
        if (!lossy) {
            lossy = true;
            stalls.incrementAndGet();
        }
        open.socket().setXpubNoDrop(false);
        boolean done = write(frames);
        open.socket().setXpubNoDrop(true);
        return done;
    }

    /** Once the first frame is taken, ZeroMQ takes the others too. */
    private boolean write(List<byte[]> frames) {
        int last = frames.size() - 1;
        for (int i = 0; i <= last; i++) {
            boolean taken = open.socket().sendMsg(new Msg(frames.get(i)), ZMQ.DONTWAIT | (i < last ? ZMQ.SNDMORE : 0));
            if (!taken) {
                return false;
            }
        }
        return true;
    }

    private boolean receiveSome() {
        int i = 0;
        while (i < BATCH && accepting && !paused && receiveOne()) {
            i++;
        }
        return i > 0;
    }

    private boolean receiveOne() {
        ZMQ.Socket socket = open.socket();
        Msg msg = socket.recvMsg(ZMQ.DONTWAIT);
        if (msg == null) {
            return false;
        }
        String peer = msg.getMetadata() == null ? null : msg.getMetadata().get(zmq.io.Metadata.PEER_ADDRESS);
        List<byte[]> frames = new ArrayList<>(2);
        frames.add(msg.data());
        while (msg.hasMore()) {
            msg = socket.recvMsg(0);
            frames.add(msg.data());
            if (peer == null && msg.getMetadata() != null) {
                peer = msg.getMetadata().get(zmq.io.Metadata.PEER_ADDRESS);
            }
        }
        received.incrementAndGet();
        InboundMessage message = Envelopes.open(settings.pattern(), frames, peer);
        if (message != null) {
            receiver.accept(message);
        }
        return true;
    }

    private void drain() {
        while (System.nanoTime() - drainUntil < 0) {
            boolean worked = step();
            if (!worked && next == null && outbound.isEmpty() && !(accepting && paused)) {
                return;
            }
            if (!worked) {
                poller.poll(RETRY_MILLIS);
            }
        }
    }

    private void shut() {
        int left = outbound.size() + (next == null ? 0 : 1);
        unsent.addAndGet(left);
        if (poller != null) {
            poller.close();
        }
        open.close(settings.linger());
        opener.ended(this);
        try {
            wake.sink().close();
            wake.source().close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
    }
}
