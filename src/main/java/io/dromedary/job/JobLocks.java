package io.dromedary.job;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.ArrayDeque;
import java.util.Deque;

/** Things that only one job can use at a time, such as the link to the autopilot; who comes first is served first. */
final class JobLocks {

    private static final class Place {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Deque<Object> waiting = new ArrayDeque<>();
        private Object holder;
    }

    private final Map<String, Place> places = new ConcurrentHashMap<>();

    /**
     * Waits for a thing. A holder may ask again.
     *
     * @return whether the caller has it and had not before
     * @throws JobException when it is not free in time
     */
    boolean acquire(String resource, Object holder, long limitMillis) throws InterruptedException {
        Place place = places.computeIfAbsent(resource, name -> new Place());
        Object ticket = new Object();
        place.lock.lockInterruptibly();
        try {
            if (holder.equals(place.holder)) {
                return false;
            }
            place.waiting.add(ticket);
            long left = TimeUnit.MILLISECONDS.toNanos(limitMillis);
            while (place.holder != null || place.waiting.peek() != ticket) {
                if (left <= 0) {
                    throw new JobException(resource + " was not free within " + limitMillis + " ms");
                }
                left = place.changed.awaitNanos(left);
            }
            place.holder = holder;
            return true;
        } finally {
            place.waiting.remove(ticket);
            place.changed.signalAll();
            place.lock.unlock();
        }
    }

    /** Gives a thing back; nothing happens when the caller does not have it. */
    void release(String resource, Object holder) {
        Place place = places.get(resource);
        if (place == null) {
            return;
        }
        place.lock.lock();
        try {
            if (holder.equals(place.holder)) {
                place.holder = null;
                place.changed.signalAll();
            }
        } finally {
            place.lock.unlock();
        }
    }
}
