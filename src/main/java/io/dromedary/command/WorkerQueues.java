package io.dromedary.command;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.BlockingQueueFactory;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Makes the queues of {@code seda:}.
 *
 * <p>A message calls the worker that has waited shortest, and while one is on its way no other is called; when it is there it calls the next if
 * there is more than it takes. So a few workers do what many would otherwise be woken for in turns, and still no message waits while a worker is
 * idle.
 *
 * <p>A worker that is interrupted, by the deadline of a command that keeps the interrupt to itself for one, comes
 * back to Camel's loop as interrupted, and each wait for the next message then ends at once: the worker spins and never takes one again, nor
 * lets the application stop. These queues take an interrupt for over when its worker comes back.
 *
 * <p>An application that stops asks one queue after the other whether its workers are done, and each finds out only after its wait for the next
 * message: a second per queue. These queues end the waits of all workers when the stop begins, and keep later ones short. What is queued is still served.
 */
public final class WorkerQueues implements BlockingQueueFactory<Exchange>, CamelContextAware {

    /** Short against a stop, and long enough for many workers to wait while a command is finished. */
    private static final long STOPPING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Set<WorkerQueue> queues = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private CamelContext context;
    private volatile boolean stopping;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarting(CamelContext starting) {
                stopping = false;
            }

            @Override
            public void onContextStopping(CamelContext ending) {
                stopping = true;
                synchronized (queues) {
                    queues.forEach(WorkerQueue::callAll);
                }
            }
        });
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public BlockingQueue<Exchange> create() {
        return create(Integer.MAX_VALUE);
    }

    @Override
    public BlockingQueue<Exchange> create(int capacity) {
        WorkerQueue queue = new WorkerQueue(capacity);
        queues.add(queue);
        return queue;
    }

    private final class WorkerQueue extends LinkedBlockingQueue<Exchange> {

        private static final long serialVersionUID = 1L;

        /** Those that wait and are not called, the last to come at the end. Guards {@link #calling}. */
        private final transient Deque<Thread> idle = new ArrayDeque<>();
        /** Whether one has been called that is not there yet. */
        private boolean calling;

        WorkerQueue(int capacity) {
            super(capacity);
        }

        @Override
        public boolean offer(Exchange message) {
            boolean taken = super.offer(message);
            callOne();
            return taken;
        }

        @Override
        public boolean offer(Exchange message, long timeout, TimeUnit unit) throws InterruptedException {
            boolean taken = super.offer(message, timeout, unit);
            callOne();
            return taken;
        }

        @Override
        public void put(Exchange message) throws InterruptedException {
            super.put(message);
            callOne();
        }

        @Override
        public Exchange poll(long timeout, TimeUnit unit) {
            CommandDeadlines.left();
            Thread.interrupted();
            Exchange next = poll();
            return next != null ? next : await(unit.toNanos(timeout));
        }

        private Exchange await(long timeout) {
            Thread worker = Thread.currentThread();
            synchronized (idle) {
                idle.addLast(worker);
            }
            // A message that came before that has called nobody.
            if (isEmpty()) {
                park(worker, System.nanoTime() + timeout);
            }
            synchronized (idle) {
                if (!idle.remove(worker)) {
                    calling = false;
                }
            }
            Exchange next = poll();
            if (!isEmpty()) {
                callOne();
            }
            Thread.interrupted();
            return next;
        }

        /** Returns when this worker has been called or interrupted, the time is over, or the application begins to stop. */
        private void park(Thread worker, long end) {
            boolean begun = stopping;
            long last = begun ? Math.min(end, System.nanoTime() + STOPPING_NANOS) : end;
            while (last - System.nanoTime() > 0 && stopping == begun && !worker.isInterrupted() && !isCalled(worker)) {
                LockSupport.parkNanos(this, last - System.nanoTime());
            }
        }

        private boolean isCalled(Thread worker) {
            synchronized (idle) {
                return !idle.contains(worker);
            }
        }

        private void callOne() {
            Thread called;
            synchronized (idle) {
                if (calling || idle.isEmpty()) {
                    return;
                }
                calling = true;
                called = idle.removeLast();
            }
            LockSupport.unpark(called);
        }

        private void callAll() {
            synchronized (idle) {
                idle.forEach(LockSupport::unpark);
            }
        }
    }
}
