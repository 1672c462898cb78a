package io.dromedary.proxies;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * A call of which one runs at a time. Who comes while it runs gets its result, or its failure: with a server that never answers all
 * wait for one time limit, and not in turns for one each.
 */
public final class SharedCall<T> {

    private CompletableFuture<T> running;

    /** The result of the call that runs, or of this one. Takes as long as the call does. */
    public T get(Supplier<T> call) {
        CompletableFuture<T> own = new CompletableFuture<>();
        CompletableFuture<T> other;
        synchronized (this) {
            other = running;
            if (other == null) {
                running = own;
            }
        }
        return other == null ? run(call, own) : await(other);
    }

    private T run(Supplier<T> call, CompletableFuture<T> own) {
        try {
            own.complete(call.get());
        } catch (RuntimeException e) {
            own.completeExceptionally(e);
            throw e;
        } finally {
            synchronized (this) {
                running = null;
            }
            own.completeExceptionally(new ProxyFailure("The call that others waited for broke"));
        }
        return own.join();
    }

    private static <T> T await(CompletableFuture<T> other) {
        try {
            return other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerAway("Request failed: interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new ProxyFailure(e.getCause().getMessage(), e.getCause());
        }
    }
}
