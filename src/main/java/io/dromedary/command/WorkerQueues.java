package io.dromedary.command;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.BlockingQueueFactory;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Makes the queues of {@code seda:}. A worker that is interrupted, by the deadline of a command that keeps the interrupt to itself for one, comes
 * back to Camel's loop as interrupted, and each wait for the next message then ends at once: the worker spins and never takes one again, nor
 * lets the application stop. These queues take an interrupt for over when its worker comes back.
 *
 * <p>An application that stops asks one queue after the other whether its workers are done, and each finds out only after its wait for the next
 * message: a second per queue. These queues end the waits of all workers when the stop begins, and keep later ones short. What is queued is still served.
 */
public final class WorkerQueues implements BlockingQueueFactory<Exchange>, CamelContextAware {

    /** Short against a stop, and long enough for many workers to wait while a command is finished. */
    private static final long STOPPING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Map<Thread, Boolean> idle = new ConcurrentHashMap<>();
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
                wake();
            }
        });
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Interrupts who waits, and nobody who has got a message meanwhile: a worker that leaves waits until it is not being interrupted. */
    private void wake() {
        idle.keySet().forEach(worker -> idle.computeIfPresent(worker, (thread, waits) -> {
            thread.interrupt();
            return null;
        }));
    }

    @Override
    public BlockingQueue<Exchange> create() {
        return new WorkerQueue(Integer.MAX_VALUE);
    }

    @Override
    public BlockingQueue<Exchange> create(int capacity) {
        return new WorkerQueue(capacity);
    }

    private final class WorkerQueue extends LinkedBlockingQueue<Exchange> {

        private static final long serialVersionUID = 1L;

        WorkerQueue(int capacity) {
            super(capacity);
        }

        @Override
        public Exchange poll(long timeout, TimeUnit unit) {
            CommandDeadlines.left();
            Thread.interrupted();
            Exchange next = poll();
            return next != null ? next : await(timeout, unit);
        }

        private Exchange await(long timeout, TimeUnit unit) {
            Thread worker = Thread.currentThread();
            idle.put(worker, true);
            try {
                long nanos = unit.toNanos(timeout);
                return super.poll(stopping ? Math.min(nanos, STOPPING_NANOS) : nanos, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                return null;
            } finally {
                idle.remove(worker);
                Thread.interrupted();
            }
        }
    }
}
