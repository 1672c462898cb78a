package io.dromedary.vantiq;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.dromedary.vantiq.VantiqSettings.WhenFull;

import io.vertx.core.Context;

/**
 * Everything a session sends once it is connected: answers first, then notifications in order.
 *
 * <p>Senders call {@link #notify(byte[])} and {@link #answer(byte[])} on any thread; the socket is written on the session's event loop only.
 * A notification stays in the store until {@link Deliveries} knows that it arrived, and is sent again when the connection breaks before.
 */
final class Outbox {

    /** Written in one go before the event loop looks at other work. */
    private static final int BURST = 1024;
    /** A notification that follows another this closely waits a millisecond for more of its kind. */
    private static final long GATHER_NANOS = 1_000_000;
    private static final int MAX_ANSWERS = 1000;
    private static final long MAX_ANSWER_BYTES = 16L << 20;
    private static final int MAX_GREETINGS = 100;

    private final Context loop;
    private final NotificationStore store;
    private final VantiqSettings settings;
    private final VantiqCounters counters;
    private final Deliveries deliveries;
    private final AtomicBoolean pumpPlanned = new AtomicBoolean();
    private final AtomicBoolean answersPlanned = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition room = lock.newCondition();
    private volatile int waitingSenders;
    /** Guarded by itself, with {@link #answerBytes}. */
    private final Deque<byte[]> answers = new ArrayDeque<>();
    private long answerBytes;
    /** What routes send while the configuration is being handled; opens the session. Guarded by itself. */
    private final Deque<byte[]> greetings = new ArrayDeque<>();
    private volatile boolean greeting;
    private volatile boolean stopped;
    // Event loop only.
    private VantiqConnection connection;
    private long cursor;
    private boolean lookPlanned;
    private boolean pumping;
    private long lastWrittenNanos = System.nanoTime() - GATHER_NANOS;

    Outbox(Context loop, NotificationStore store, VantiqSettings settings, VantiqCounters counters) {
        this.loop = loop;
        this.store = store;
        this.settings = settings;
        this.counters = counters;
        this.deliveries = new Deliveries(store, settings.delivery(), this::roomMade, System::nanoTime);
    }

    /** Keeps a notification until it is delivered; waits, fails or drops the oldest when the queue is full. */
    void notify(byte[] frame) {
        if (waitingSenders > 0 || !store.append(frame)) {
            if (settings.limits().whenFull() == WhenFull.drop) {
                dropOldestFor(frame);
            } else {
                appendWhenRoom(frame);
            }
        }
        planPump();
    }

    /** Sends a notification ahead of those that wait, if the configuration is just being handled; else like any other. */
    void greet(byte[] frame) {
        synchronized (greetings) {
            if (greeting && greetings.size() < MAX_GREETINGS) {
                greetings.add(frame);
                return;
            }
        }
        notify(frame);
    }

    /** Sends an answer as soon as there is a connection; waits for room when too many wait. */
    void answer(byte[] frame) {
        if (waitingSenders == 0 && offerAnswer(frame)) {
            planAnswers();
            return;
        }
        long deadline = System.nanoTime() + settings.times().whenFull().toNanos();
        lock.lock();
        try {
            while (!offerAnswer(frame)) {
                awaitRoom(deadline, "Too many query responses wait for the connection");
            }
        } finally {
            lock.unlock();
        }
        planAnswers();
    }

    private boolean offerAnswer(byte[] frame) {
        synchronized (answers) {
            if (answers.size() >= MAX_ANSWERS || !answers.isEmpty() && answerBytes + frame.length > MAX_ANSWER_BYTES) {
                return false;
            }
            answerBytes += frame.length;
            return answers.add(frame);
        }
    }

    private void dropOldestFor(byte[] frame) {
        lock.lock();
        try {
            while (!store.append(frame)) {
                store.removeBefore(store.first() + 1);
                counters.dropped.increment();
            }
        } finally {
            lock.unlock();
        }
    }

    private void appendWhenRoom(byte[] frame) {
        boolean wait = settings.limits().whenFull() == WhenFull.block;
        long deadline = System.nanoTime() + (wait ? settings.times().whenFull().toNanos() : 0);
        lock.lock();
        try {
            while (!store.append(frame)) {
                awaitRoom(deadline, "The queue of notifications is full: " + store.size() + " wait for the connection");
            }
        } catch (VantiqException e) {
            counters.dropped.increment();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(long deadline, String otherwise) {
        waitingSenders++;
        try {
            long left = deadline - System.nanoTime();
            if (left <= 0 || stopped) {
                throw new VantiqException(otherwise);
            }
            planPump();
            // In slices: a signal between the failed attempt and this wait would else be missed.
            room.awaitNanos(Math.min(left, Duration.ofMillis(20).toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VantiqException("Interrupted while waiting: " + otherwise, e);
        } finally {
            waitingSenders--;
        }
    }

    private void roomMade() {
        if (waitingSenders > 0) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The configuration is being handled: what is sent by its routes will open the session. */
    void expectGreetings() {
        greeting = true;
    }

    /** The session is connected: writes what waits, from the first notification not known to have arrived. */
    void connected(VantiqConnection opened, Duration roundTrip) {
        connection = opened;
        cursor = store.first();
        deliveries.connected(cursor, roundTrip);
        pump();
    }

    /** The connection is gone; what may not have arrived will be sent again. */
    void disconnected(boolean handshaken) {
        greeting = false;
        if (connection != null) {
            connection = null;
            counters.resent.add(deliveries.disconnected(cursor, handshaken));
        }
    }

    /** The server acknowledged one notification. */
    void acknowledged() {
        deliveries.acknowledged(cursor);
    }

    /** The server answered a delivery ping. */
    void ponged(long mark) {
        deliveries.ponged(mark);
        if (connection != null && cursor > mark && deliveries.written(cursor)) {
            connection.pingDelivery(cursor);
        }
        pump();
    }

    /** Lets waiting senders fail. */
    void stop() {
        stopped = true;
        roomMade();
    }

    private void planPump() {
        if (pumpPlanned.compareAndSet(false, true)) {
            loop.runOnContext(nothing -> {
                if (System.nanoTime() - lastWrittenNanos < GATHER_NANOS) {
                    // A stream of notifications: many small writes and wake-ups become few.
                    loop.owner().setTimer(1, timer -> plannedPump());
                } else {
                    plannedPump();
                }
            });
        }
    }

    private void plannedPump() {
        pumpPlanned.set(false);
        pump();
    }

    /** Answers do not wait for others. */
    private void planAnswers() {
        if (answersPlanned.compareAndSet(false, true)) {
            loop.runOnContext(nothing -> {
                answersPlanned.set(false);
                pump();
            });
        }
    }

    /** Writes until nothing is left or the socket is full; then its drain handler comes back here. */
    void pump() {
        if (connection == null || pumping) {
            // A write that empties the socket calls the drain handler, which comes here in the middle of the loop below.
            return;
        }
        pumping = true;
        int written = 0;
        long start = cursor;
        try {
            while (written < BURST && !connection.isFull() && (writeAnswer() || writeGreeting() || writeNotification())) {
                written++;
            }
            connection.flush();
        } finally {
            pumping = false;
        }
        counters.sent.add(cursor - start);
        lastWrittenNanos = cursor > start ? System.nanoTime() : lastWrittenNanos;
        if (cursor > start && deliveries.written(cursor)) {
            connection.pingDelivery(cursor);
        }
        planLook();
        if (written == BURST) {
            planAnswers();
        }
    }

    private void planLook() {
        if (deliveries.waiting() && !lookPlanned) {
            lookPlanned = true;
            loop.owner().setTimer(deliveries.windowMillis(), timer -> {
                lookPlanned = false;
                if (connection != null && deliveries.look()) {
                    connection.pingDelivery(cursor);
                }
                pump();
            });
        }
    }

    private boolean writeAnswer() {
        byte[] frame;
        synchronized (answers) {
            frame = answers.poll();
            if (frame == null) {
                return false;
            }
            answerBytes -= frame.length;
        }
        roomMade();
        connection.write(frame);
        return true;
    }

    private boolean writeGreeting() {
        if (!greeting) {
            return false;
        }
        byte[] frame;
        synchronized (greetings) {
            frame = greetings.poll();
            greeting = frame != null;
        }
        if (frame == null) {
            return false;
        }
        counters.sent.increment();
        deliveries.greeted();
        connection.write(frame);
        return true;
    }

    private boolean writeNotification() {
        byte[] frame = store.get(cursor);
        if (frame == null && cursor < store.first()) {
            // Dropped to make room for newer ones.
            deliveries.skipped(store.first() - cursor);
            cursor = store.first();
            frame = store.get(cursor);
        }
        if (frame == null) {
            return false;
        }
        connection.write(frame);
        cursor++;
        return true;
    }
}
