package io.dromedary.zeromq;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.ZError;

/**
 * The way of messages into a socket: a bounded queue, and past it while it is empty. All but the queue's end that takes messages in must
 * be called by the one who has the socket.
 *
 * <p>A PUB socket waits for slow subscribers, but only so long: then it drops for them until they catch up, and nobody else waits.
 */
final class MessageWriter {

    private static final int BATCH = 256;

    private final SocketSettings settings;
    private final BlockingQueue<List<byte[]>> queue;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();

    private volatile int waitingForRoom;
    private volatile List<byte[]> next;
    private long stalledSince;
    private boolean lossy;

    MessageWriter(SocketSettings settings) {
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueSize());
    }

    /**
     * Queues a message; by any thread. Who finds the queue full goes on when it is half empty: woken for each message that leaves, sender
     * and socket would change places for every one.
     */
    boolean offer(List<byte[]> frames, long nanos) throws InterruptedException {
        if (queue.offer(frames)) {
            return true;
        }
        long left = nanos;
        lock.lockInterruptibly();
        try {
            waitingForRoom++;
            while (!queue.offer(frames)) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            return true;
        } finally {
            waitingForRoom--;
            lock.unlock();
        }
    }

    private void tellOfRoom() {
        if (waitingForRoom > 0 && queue.size() <= settings.queueSize() / 2) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether a message that comes now has to wait for others. */
    boolean busy() {
        return next != null || !queue.isEmpty();
    }

    /** Whether a message waits for its turn, other than one that the socket has no room for. */
    boolean hasNew() {
        return next == null && !queue.isEmpty();
    }

    /** Whether the socket had no room for a message. */
    boolean blocked() {
        return next != null;
    }

    int waiting() {
        return queue.size() + (next == null ? 0 : 1);
    }

    long sent() {
        return sent.get();
    }

    long stalls() {
        return stalls.get();
    }

    void clear() {
        next = null;
        queue.clear();
        tellOfRoom();
    }

    /** Writes a message at once, unless it would overtake another or there is no room. */
    boolean writeNow(ZMQ.Socket socket, List<byte[]> frames) {
        if (busy() || !write(socket, frames)) {
            return false;
        }
        done();
        return true;
    }

    /** Writes some of what is queued. */
    boolean writeSome(ZMQ.Socket socket) {
        boolean some = writeBatch(socket);
        tellOfRoom();
        return some;
    }

    private boolean writeBatch(ZMQ.Socket socket) {
        for (int i = 0; i < BATCH; i++) {
            if (next == null) {
                next = queue.poll();
            }
            if (next == null || !tryWrite(socket, next)) {
                return i > 0;
            }
            next = null;
        }
        return true;
    }

    private void done() {
        stalledSince = 0;
        lossy = false;
        sent.incrementAndGet();
    }

    private boolean tryWrite(ZMQ.Socket socket, List<byte[]> frames) {
        if (write(socket, frames)) {
            done();
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
        socket.setXpubNoDrop(false);
        boolean written = write(socket, frames);
        socket.setXpubNoDrop(true);
        if (written) {
            sent.incrementAndGet();
        }
        return written;
    }

    /**
     * Once the first frame is taken, ZeroMQ takes the others too, unless the thread is interrupted in between: JeroMQ then takes the
     * interrupt and refuses, so the frame is given again.
     */
    private static boolean write(ZMQ.Socket socket, List<byte[]> frames) {
        boolean interrupted = false;
        int last = frames.size() - 1;
        for (int i = 0; i <= last; i++) {
            Msg frame = new Msg(frames.get(i));
            int flags = ZMQ.DONTWAIT | (i < last ? ZMQ.SNDMORE : 0);
            boolean taken = socket.base().send(frame, flags);
            while (!taken && socket.errno() == ZError.EINTR) {
                interrupted = true;
                taken = socket.base().send(frame, flags);
            }
            if (!taken) {
                restore(interrupted);
                return refused(socket.errno());
            }
        }
        restore(interrupted);
        return true;
    }

    private static boolean refused(int reason) {
        if (reason != ZError.EAGAIN) {
            throw new ZMQException(reason);
        }
        return false;
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
