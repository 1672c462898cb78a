package io.dromedary.command;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.component.seda.BlockingQueueFactory;

/**
 * Makes the queues of {@code seda:}. A worker that is interrupted, by the deadline of a command that keeps the interrupt to itself for one, comes
 * back to Camel's loop as interrupted, and each wait for the next message then ends at once: the worker spins and never takes one again, nor
 * lets the application stop. These queues take an interrupt for over when its worker comes back.
 */
public final class WorkerQueues implements BlockingQueueFactory<Exchange> {

    @Override
    public BlockingQueue<Exchange> create() {
        return new WorkerQueue(Integer.MAX_VALUE);
    }

    @Override
    public BlockingQueue<Exchange> create(int capacity) {
        return new WorkerQueue(capacity);
    }

    private static final class WorkerQueue extends LinkedBlockingQueue<Exchange> {

        private static final long serialVersionUID = 1L;

        WorkerQueue(int capacity) {
            super(capacity);
        }

        @Override
        public Exchange poll(long timeout, TimeUnit unit) throws InterruptedException {
            CommandDeadlines.left();
            Thread.interrupted();
            return super.poll(timeout, unit);
        }
    }
}
