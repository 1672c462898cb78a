package io.dromedary.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;

/** What the commands of the test petal have seen, and the gate that holds its slow ones. */
public class ExampleLog {

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore gate = new Semaphore(0);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    public void note(Exchange exchange) {
        events.add(exchange.getVariable("messageId", String.class));
    }

    /** Starts, waits at the gate, ends. */
    public void slow(Exchange exchange) throws InterruptedException {
        String id = exchange.getVariable("messageId", String.class);
        events.add("start " + id + " on " + Thread.currentThread().getName());
        if (!gate.tryAcquire(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the test did not open the gate");
        }
        events.add("end " + id);
    }

    /** Waits far longer than any deadline. */
    public void stuck() throws InterruptedException {
        try {
            gate.tryAcquire(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    List<String> events() {
        return new ArrayList<>(events);
    }

    /** Lets so many slow ones go on. */
    public void open(int permits) {
        gate.release(permits);
    }

    boolean wasInterrupted() throws InterruptedException {
        return interrupted.await(10, TimeUnit.SECONDS);
    }
}
