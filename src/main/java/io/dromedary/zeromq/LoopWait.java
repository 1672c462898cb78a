package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a socket's thread sleeps: until the socket has something to say, somebody wakes it, or the time is over. JeroMQ's own poller
 * registers and deregisters its channels in every call; here they stay registered.
 */
final class LoopWait {

    private final String name;
    private final Selector selector;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private SelectionKey key;

    LoopWait(String name) throws IOException {
        this.name = name;
        selector = Selector.open();
    }

    /** Listens to the signals of another socket from now on. Like all but {@link #wakeUp}, for the socket's thread only. */
    void watch(SelectableChannel signals) {
        try {
            if (key != null) {
                key.cancel();
                selector.selectNow();
            }
            key = signals.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot wait for its socket", e);
        }
    }

    /** Says that the thread is about to sleep: what others do from now on either is seen by its last look, or wakes it. */
    void prepare() {
        asleep.set(true);
    }

    /** The last look found something to do. */
    void stayAwake() {
        asleep.set(false);
    }

    /** @param millis time limit, 0 for none */
    void sleep(long millis) {
        try {
            selector.select(millis);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot wait for its socket", e);
        } finally {
            asleep.set(false);
        }
        selector.selectedKeys().clear();
    }

    boolean asleep() {
        return asleep.get();
    }

    void wakeUp() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    void close() throws IOException {
        selector.close();
    }
}
