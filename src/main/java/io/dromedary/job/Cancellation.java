package io.dromedary.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The signal that work is no longer wanted. A job's exchange carries it as the property {@link #PROPERTY}, and so do copies of that
 * exchange: whatever waits for long on behalf of an exchange registers there how it can be stopped.
 */
public final class Cancellation {

    /** The exchange property that holds the signal. */
    public static final String PROPERTY = "CamelJobCancellation";

    /** Ends a registration. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private static final ThreadLocal<Cancellation> CURRENT = new ThreadLocal<>();

    private final List<Runnable> actions = new ArrayList<>();
    private String reason;

    /** The signal for what the calling thread does, or null: for code that sees no exchange. */
    public static Cancellation current() {
        return CURRENT.get();
    }

    /** Makes a signal, or none, that of the calling thread. */
    public static void current(Cancellation cancellation) {
        if (cancellation == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(cancellation);
        }
    }

    /** Runs what must be done also when the work is no longer wanted: cleaning up. */
    public static void shielded(Runnable action) {
        Cancellation current = current();
        boolean interrupted = Thread.interrupted();
        current(null);
        try {
            action.run();
        } finally {
            current(current);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the work is no longer wanted. */
    public synchronized boolean isCancelled() {
        return reason != null;
    }

    /** Why, or null. */
    public synchronized String reason() {
        return reason;
    }

    /** @throws CancellationException once the work is no longer wanted */
    public void check() {
        String why = reason();
        if (why != null) {
            throw new CancellationException(why);
        }
    }

    /** Calls the action once the work is no longer wanted: on another thread, or at once when it already is. It must not block. */
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (reason == null) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        action.run();
        return () -> { };
    }

    private synchronized void remove(Runnable action) {
        actions.remove(action);
    }

    /**
     * Gives the signal to whoever asks; who has registered is not called yet.
     *
     * @return whether this call did, and not an earlier one
     */
    synchronized boolean request(String why) {
        if (reason != null) {
            return false;
        }
        reason = why;
        return true;
    }

    /** Calls who has registered, each once. */
    void call() {
        List<Runnable> called;
        synchronized (this) {
            called = List.copyOf(actions);
            actions.clear();
        }
        called.forEach(Runnable::run);
    }
}
