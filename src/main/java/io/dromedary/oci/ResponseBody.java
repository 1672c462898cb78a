package io.dromedary.oci;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.OciException.Kind;

/**
 * The body of an answer as a stream whose reads have a time limit, which the JDK's own lacks. At most {@value #PREFETCH} pieces
 * (of at most 64 KiB, see {@link OciRegistry}) are received ahead of the reader; more is left in the socket.
 */
final class ResponseBody extends InputStream implements HttpResponse.BodySubscriber<ResponseBody> {

    private static final int PREFETCH = 8;
    private static final int MAX_DRAINED = 64 * 1024;
    private static final Object END = new Object();

    /** Bounded by the demand signalled to the publisher: never more than PREFETCH pieces and one end. */
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final Duration readTimeout;
    private List<ByteBuffer> piece = List.of();
    private int next;
    private boolean ended;

    ResponseBody(Duration readTimeout) {
        this.readTimeout = readTimeout;
    }

    @Override
    public CompletionStage<ResponseBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        if (subscription.complete(newSubscription)) {
            newSubscription.request(PREFETCH);
        } else {
            newSubscription.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        arrived.add(buffers);
    }

    @Override
    public void onError(Throwable failure) {
        arrived.add(failure);
    }

    @Override
    public void onComplete() {
        arrived.add(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = nextBuffer();
        if (buffer == null) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    private ByteBuffer nextBuffer() throws IOException {
        while (!ended) {
            while (next < piece.size()) {
                if (piece.get(next).hasRemaining()) {
                    return piece.get(next);
                }
                next++;
            }
            takePiece();
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private void takePiece() throws IOException {
        Object taken;
        try {
            taken = arrived.poll(readTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new OciException(Kind.CLOSED, "interrupted while reading from the registry", e);
        }
        if (taken == null) {
            close();
            throw new OciException(Kind.TIMEOUT, "the registry sent nothing for " + readTimeout.toMillis() + " ms");
        }
        if (taken instanceof Throwable failure) {
            ended = true;
            throw new IOException("the connection to the registry broke: " + failure.getMessage(), failure);
        }
        if (taken == END) {
            ended = true;
            return;
        }
        piece = (List<ByteBuffer>) taken;
        next = 0;
        subscription.join().request(1);
    }

    /** Reads to the end, but not more than the limit. */
    byte[] readAll(int limit, String what) throws IOException {
        try (this) {
            byte[] content = readNBytes(limit);
            if (content.length == limit && read() >= 0) {
                throw new OciException(Kind.TOO_LARGE, what + " is larger than " + limit + " bytes");
            }
            return content;
        }
    }

    /** Reads a short answer that nobody is interested in, so that its connection can serve the next request; closes a long one. */
    void drain() {
        try {
            readAll(MAX_DRAINED, "the answer");
        } catch (IOException e) {
            close();
        }
    }

    @Override
    public void close() {
        ended = true;
        subscription.cancel(false);
        if (subscription.isDone() && !subscription.isCompletedExceptionally()) {
            subscription.join().cancel();
        }
        arrived.clear();
        piece = List.of();
    }
}
