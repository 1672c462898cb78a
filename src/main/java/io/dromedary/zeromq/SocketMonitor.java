package io.dromedary.zeromq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.zeromq.ZMQ;

/** Counts what happens to a socket's connections. Fed by ZeroMQ's own threads, read by any. */
public final class SocketMonitor {

    private static final int BEGUN = ZMQ.EVENT_CONNECT_DELAYED | ZMQ.EVENT_CONNECT_RETRIED | ZMQ.EVENT_CONNECTED;

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger listeners = new AtomicInteger();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong disconnects = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Long> lost = new ConcurrentHashMap<>();
    private volatile String lastEvent = "none";
    private volatile Runnable whenLost;

    void watch(ZMQ.Socket socket) {
        socket.base().setEventHook(event -> saw(event.event, event.addr), ZMQ.EVENT_ALL);
    }

    /**
     * Notes connections that end, for a socket that connects.
     *
     * @param called by ZeroMQ's threads when one has ended
     */
    void whenLost(Runnable called) {
        whenLost = called;
    }

    /** Whether a connection has ended and no other was begun since. */
    boolean hasLost() {
        return !lost.isEmpty();
    }

    /**
     * The addresses whose connection ended so long ago that ZeroMQ is not going to make it anew, which it begins at once or never: it gives up
     * a peer that broke the protocol or sent too long a message. They are forgotten here.
     */
    List<String> takeGivenUp(Duration after) {
        long before = System.nanoTime() - after.toNanos();
        List<String> givenUp = new ArrayList<>();
        lost.forEach((address, since) -> {
            if (since - before <= 0 && lost.remove(address, since)) {
                givenUp.add(address);
            }
        });
        return givenUp;
    }

    private void saw(int event, String address) {
        note(event, address);
        switch (event) {
            case ZMQ.EVENT_LISTENING -> listeners.incrementAndGet();
            case ZMQ.EVENT_CLOSED -> listeners.updateAndGet(n -> Math.max(0, n - 1));
            case ZMQ.EVENT_HANDSHAKE_PROTOCOL -> {
                connections.incrementAndGet();
                connects.incrementAndGet();
                lastEvent = "connected " + address;
            }
            case ZMQ.EVENT_DISCONNECTED -> {
                // A peer that leaves before its handshake was never counted in.
                connections.updateAndGet(n -> Math.max(0, n - 1));
                disconnects.incrementAndGet();
                lastEvent = "disconnected " + address;
            }
            case ZMQ.HANDSHAKE_FAILED_AUTH, ZMQ.HANDSHAKE_FAILED_PROTOCOL, ZMQ.HANDSHAKE_FAILED_NO_DETAIL -> {
                refused.incrementAndGet();
                lastEvent = "handshake failed " + address;
            }
            default -> {
                return;
            }
        }
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void note(int event, String address) {
        Runnable called = whenLost;
        if (called == null) {
            return;
        }
        if (event == ZMQ.EVENT_DISCONNECTED) {
            lost.put(address, System.nanoTime());
            called.run();
        } else if ((event & BEGUN) != 0) {
            lost.remove(address);
        }
    }

    /** Peers whose handshake succeeded and which have not left. */
    public int connections() {
        return connections.get();
    }

    /** Connections made since the start. */
    public long connects() {
        return connects.get();
    }

    /** Connections lost or closed since the start. */
    public long disconnects() {
        return disconnects.get();
    }

    /** Peers turned away in the handshake: wrong key, wrong protocol. */
    public long refused() {
        return refused.get();
    }

    /** The last thing seen, for people. */
    public String lastEvent() {
        return lastEvent;
    }

    /** Waits until no address is listened on any more, so that it is free for the next one; false when the time is over. */
    boolean awaitUnbound(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (listeners.get() > 0) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at least so many peers are connected; false when the time is over. */
    public boolean awaitConnections(int wanted, long time, TimeUnit unit) throws InterruptedException {
        long nanos = unit.toNanos(time);
        lock.lock();
        try {
            while (connections.get() < wanted) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
