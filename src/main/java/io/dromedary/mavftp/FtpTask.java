package io.dromedary.mavftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An operation that waits or runs on a vehicle. */
public final class FtpTask<T> implements Comparable<FtpTask<?>> {

    /** Who goes first. An operation in progress makes way for more important ones and goes on after them. */
    public enum Priority {
        /** Short requests: lists, removals, checksums. */
        URGENT,
        /** Transfers somebody waits for. */
        NORMAL,
        /** Large transfers in the background. */
        BULK
    }

    /** What a task does, on the client's thread. */
    @FunctionalInterface
    interface Body<T> {
        T run(FtpTask<T> task) throws IOException, InterruptedException;
    }

    final Priority priority;
    final boolean needsSession;
    final FtpControl control;
    private final long order;
    private final Body<T> body;
    private final FtpClient client;
    private final CompletableFuture<FtpResult<T>> future = new CompletableFuture<>();

    FtpTask(FtpClient client, Priority priority, long order, boolean needsSession, FtpProgress progress, Body<T> body) {
        this.client = client;
        this.priority = priority;
        this.order = order;
        this.needsSession = needsSession;
        this.control = new FtpControl(progress, () -> client.runUrgent(priority));
        this.body = body;
    }

    /** Asks the operation to stop; a download keeps what it has for a resume. */
    public void cancel() {
        control.cancel();
        client.wake();
    }

    /** Completes with the result, an {@link IOException} or a {@link CancellationException}. */
    public CompletableFuture<FtpResult<T>> future() {
        return future;
    }

    /**
     * Waits for the result.
     *
     * @throws CancellationException after {@link #cancel}
     * @throws InterruptedIOException when the waiting thread is interrupted; the operation is cancelled then
     */
    public FtpResult<T> await() throws IOException {
        return await(Long.MAX_VALUE);
    }

    /** Waits for the result; cancels the operation when the limit is reached and throws an {@link FtpException} that says so. */
    public FtpResult<T> await(long limitMillis) throws IOException {
        try {
            return future.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the vehicle worked");
        } catch (TimeoutException e) {
            cancel();
            throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, "not finished within " + limitMillis + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** Runs the body; its outcome ends up in the future. */
    void run(FtpCaller caller) throws InterruptedException {
        FtpStatistics.Counters outer = caller.begin();
        try {
            control.check();
            complete(body.run(this));
        } catch (InterruptedException e) {
            future.completeExceptionally(new IOException("the client was closed"));
            throw e;
        } catch (IOException | RuntimeException e) {
            future.completeExceptionally(e);
        } finally {
            caller.counters = outer;
        }
    }

    /** Completes before the body has cleaned up. */
    void complete(T value) {
        if (!future.isDone()) {
            future.complete(new FtpResult<>(value, client.statistics()));
        }
    }

    @Override
    public int compareTo(FtpTask<?> other) {
        return priority != other.priority ? priority.compareTo(other.priority) : Long.compare(order, other.order);
    }
}
