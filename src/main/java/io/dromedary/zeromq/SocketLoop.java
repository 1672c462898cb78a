package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.dromedary.zeromq.SocketOpener.OpenSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * A socket and its thread, which takes messages in and sends what is queued. It waits for the socket and the queue together, so neither is
 * ever polled. ZeroMQ sockets allow one thread at a time: whoever holds the lock. A sender that finds it free and nothing queued
 * writes by itself, which spares two changes of thread for a message.
 * Longer than other classes, since all that is done under that lock should be seen together.
 *
 * <p>The thread is never interrupted: an interrupt would close the channels that JeroMQ signals with.
 */
class SocketLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
    private static final long RETRY_MILLIS = 1;
    /** What ZeroMQ does about a lost connection it begins within milliseconds. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(1);

    private final String name;
    private final SocketOpener opener;
    private final SocketSettings settings;
    private final SocketMonitor monitor = new SocketMonitor();
    private final MessageReader reader;
    private final MessageWriter writer;
    private final SendPace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong unsent = new AtomicLong();

    private volatile boolean stopping;
    private volatile long drainUntil;
    private volatile Throwable failure;
    private volatile LoopWait wait;
    private Thread thread;
    private OpenSocket open;

    SocketLoop(String name, SocketOpener opener, SocketSettings settings, Consumer<InboundMessage> receiver) {
        this.name = name;
        this.opener = opener;
        this.settings = settings;
        this.reader = new MessageReader(settings.pattern(), receiver);
        this.writer = new MessageWriter(settings);
        this.pace = new SendPace(receiver != null);
    }

    /** Opens the socket, so that a bind error reaches the caller, and starts the thread. */
    void start() throws IOException {
        open = opener.open(settings, monitor);
        wait = new LoopWait(name);
        if (!settings.bind()) {
            monitor.whenLost(this::wakeUp);
        }
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
        return writer.sent();
    }

    long received() {
        return reader.received();
    }

    /** Times that PUB gave up waiting for a slow subscriber and began to drop for it. */
    long stalls() {
        return writer.stalls();
    }

    /** Messages that were still queued when the drain time at stop was over. */
    long unsent() {
        return unsent.get();
    }

    /**
     * Sends one message, or queues it for the socket's thread.
     *
     * @return false when the queue stayed full for that long
     * @throws IOException when the loop has ended
     */
    boolean send(List<byte[]> frames, Duration limit) throws IOException {
        if (stopping || !running()) {
            throw new IOException(name + " is closed", failure);
        }
        if (!pace.next() && writeNow(frames)) {
            return true;
        }
        try {
            if (!writer.offer(frames, limit.toNanos())) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + ": interrupted while waiting to send", e);
        }
        if (!writer.blocked()) {
            // Otherwise the socket says when it has room, and the thread finds this message behind the one that waits.
            wait.wakeUp();
        }
        return true;
    }

    private boolean writeNow(List<byte[]> frames) {
        if (Thread.currentThread().isInterrupted() || writer.busy() || !lock.tryLock()) {
            return false;
        }
        try {
            if (stopping || !writer.writeNow(open.socket(), frames)) {
                return false;
            }
            // JeroMQ reads the socket's signals while it sends, also those that the sleeping thread is waiting for.
            if (reader.takes() && wait.asleep()) {
                int events = open.socket().getEvents();
                if (events < 0) {
                    // JeroMQ has taken an interrupt that was meant for the caller.
                    Thread.currentThread().interrupt();
                }
                if ((events & ZMQ.Poller.POLLIN) != 0) {
                    wait.wakeUp();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Pauses or goes on taking messages; while it is paused, peers are made to wait. */
    void pause(boolean on) {
        if (reader.pause(on)) {
            wakeUp();
        }
    }

    /** Takes no more messages, for good; sending goes on. */
    void refuse() {
        reader.refuse();
    }

    void wakeUp() {
        LoopWait current = wait;
        if (current != null) {
            current.wakeUp();
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
            boolean worked = false;
            while (!stopping) {
                if (step()) {
                    worked = true;
                } else if (pace.moment(worked)) {
                    worked = false;
                } else {
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

    /** Called on the loop's thread before it sleeps; returns the nanosecond instant at which it must be called again, or 0 for none. */
    long tick() {
        return 0;
    }

    /** Throws away what is queued and opens a fresh socket; for use on the loop's thread only. */
    final void reopen() {
        lock.lock();
        try {
            open.close(Duration.ZERO);
            open = opener.open(settings, monitor);
            writer.clear();
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot open its socket again", e);
        } finally {
            lock.unlock();
        }
        watch();
    }

    private void watch() {
        wait.watch((SelectableChannel) open.socket().getFD());
    }

    /** One round: some messages out, some in. */
    private boolean step() {
        lock.lock();
        try {
            boolean out = writer.writeSome(open.socket());
            boolean in = reader.readSome(open.socket());
            return out || in;
        } finally {
            lock.unlock();
        }
    }

    private void sleep() {
        wait.prepare();
        long until = tick();
        long look = settings.bind() ? 0 : reconnect();
        until = until == 0 || look != 0 && look - until < 0 ? look : until;
        if (stopping || writer.hasNew() || socketIsReady()) {
            wait.stayAwake();
            return;
        }
        long millis = until == 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()) + 1);
        // PUB gives no sign when a slow subscriber has room again.
        wait.sleep(writer.blocked() && settings.pattern() == SocketPattern.PUB ? RETRY_MILLIS : millis);
    }

    /** Connects to peers that ZeroMQ has given up; returns when to look again, 0 for never. */
    private long reconnect() {
        if (!monitor.hasLost()) {
            return 0;
        }
        lock.lock();
        try {
            monitor.takeGivenUp(GIVEN_UP).forEach(open::reconnect);
        } finally {
            lock.unlock();
        }
        return System.nanoTime() + GIVEN_UP.toNanos();
    }

    /** Also takes the signals off the socket, so that the next ones can be waited for. */
    private boolean socketIsReady() {
        lock.lock();
        try {
            int events = open.socket().getEvents();
            // Below 0 when the context is ending.
            return events > 0 && (reader.takes() && (events & ZMQ.Poller.POLLIN) != 0
                    || writer.blocked() && settings.pattern() != SocketPattern.PUB && (events & ZMQ.Poller.POLLOUT) != 0);
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        while (System.nanoTime() - drainUntil < 0) {
            boolean worked = step();
            if (!worked && writer.waiting() == 0 && !reader.leavesSome()) {
                return;
            }
            if (!worked) {
                wait.sleep(RETRY_MILLIS);
            }
        }
    }

    private void shut() {
        lock.lock();
        try {
            stopping = true;
            unsent.addAndGet(writer.waiting());
            // A request whose sender no longer waits is not worth waiting for.
            open.close(settings.pattern().asks() ? Duration.ZERO : settings.linger());
            wait.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        } finally {
            lock.unlock();
        }
        opener.ended(this);
    }
}
