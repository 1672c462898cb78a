package io.dromedary.fleet;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A queue of commands for a {@code seda:} endpoint that serves devices in turns: each has its own line in the order of arrival, and
 * at most so many of its commands are out at a time. One is out from the moment it is taken until its exchange, and whoever took
 * that over, has ended. A device of which nothing is here takes no memory. The bean {@code deviceQueue}.
 */
public class DeviceQueue extends AbstractQueue<Exchange> implements BlockingQueue<Exchange> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition takeable = lock.newCondition();
    private final Condition free = lock.newCondition();
    private final Map<String, Line> lines = new HashMap<>();
    private final Deque<Line> ready = new ArrayDeque<>();
    private int capacity = 128;
    private int perDevice = 4;
    private int waiting;

    /** The commands of one device that are here. */
    private static final class Line {
        private final String device;
        private final Deque<Exchange> commands = new ArrayDeque<>();
        private int out;
        private boolean listed;

        Line(String device) {
            this.device = device;
        }
    }

    /** Commands that may wait here, of all devices. */
    public void setCapacity(int capacity) {
        this.capacity = capacity;
    }

    /** Commands of one device that may run at a time; 1 keeps their order. */
    public void setPerDevice(int perDevice) {
        this.perDevice = perDevice;
    }

    /** Devices of which something waits or runs. */
    public int devices() {
        lock.lock();
        try {
            return lines.size();
        } finally {
            lock.unlock();
        }
    }

    private static String device(Exchange exchange) {
        return Objects.toString(exchange.getMessage().getHeader(PahoMqtt5Constants.MQTT_TOPIC), "");
    }

    private boolean insert(Exchange exchange) {
        if (waiting >= capacity) {
            return false;
        }
        waiting++;
        Line line = lines.computeIfAbsent(device(exchange), Line::new);
        line.commands.add(exchange);
        list(line);
        return true;
    }

    /** Puts a line behind the others whose turn it is not yet, if it may send somebody. */
    private void list(Line line) {
        if (!line.listed && !line.commands.isEmpty() && line.out < perDevice) {
            line.listed = true;
            ready.add(line);
            takeable.signal();
        }
    }

    private Exchange remove0() {
        Line line = ready.poll();
        if (line == null) {
            return null;
        }
        line.listed = false;
        line.out++;
        waiting--;
        free.signal();
        Exchange exchange = line.commands.remove();
        list(line);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                back(line);
            }
        });
        return exchange;
    }

    private void back(Line line) {
        lock.lock();
        try {
            line.out--;
            if (line.out == 0 && line.commands.isEmpty()) {
                lines.remove(line.device, line);
            }
            list(line);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean offer(Exchange exchange) {
        lock.lock();
        try {
            return insert(exchange);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean offer(Exchange exchange, long timeout, TimeUnit unit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = unit.toNanos(timeout); !insert(exchange); left = free.awaitNanos(left)) {
                if (left <= 0) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(Exchange exchange) throws InterruptedException {
        boolean in = false;
        while (!in) {
            in = offer(exchange, 1, TimeUnit.DAYS);
        }
    }

    @Override
    public Exchange poll() {
        lock.lock();
        try {
            return remove0();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Exchange poll(long timeout, TimeUnit unit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = unit.toNanos(timeout);
            for (Exchange next = remove0(); ; next = remove0()) {
                if (next != null || left <= 0) {
                    return next;
                }
                left = takeable.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Exchange take() throws InterruptedException {
        Exchange next = null;
        while (next == null) {
            next = poll(1, TimeUnit.DAYS);
        }
        return next;
    }

    /** The command that would be next; null also when every device has enough out. */
    @Override
    public Exchange peek() {
        lock.lock();
        try {
            return ready.isEmpty() ? null : ready.peek().commands.peek();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int remainingCapacity() {
        return capacity - size();
    }

    @Override
    public int drainTo(Collection<? super Exchange> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    @Override
    public int drainTo(Collection<? super Exchange> target, int most) {
        int count = 0;
        for (Exchange next = most > 0 ? poll() : null; next != null; next = count < most ? poll() : null) {
            target.add(next);
            count++;
        }
        return count;
    }

    /** What waits at this moment, device by device. */
    @Override
    public Iterator<Exchange> iterator() {
        lock.lock();
        try {
            List<Exchange> all = new ArrayList<>(waiting);
            lines.values().forEach(line -> all.addAll(line.commands));
            return all.iterator();
        } finally {
            lock.unlock();
        }
    }
}
