package io.dromedary.bucket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

import io.dromedary.job.TransferProgress;
import software.amazon.awssdk.http.HttpExecuteRequest;

/**
 * Counts what of a file has gone to the store, over all its parts and all their attempts: bytes as they leave for the network, not as
 * they are read for a signature. Safe for use by several threads.
 */
final class UploadProgress {

    /** The listener hears of every so many bytes. */
    private static final long STEP = 64L << 10;

    private static final ThreadLocal<Part> CURRENT = new ThreadLocal<>();

    private final TransferProgress listener;
    private final long size;
    private long done;
    private long told;

    /** @param listener null when nobody wants to know */
    UploadProgress(TransferProgress listener, long size) {
        this.listener = listener;
        this.size = size;
    }

    private void add(long bytes) {
        long now;
        synchronized (this) {
            done += bytes;
            if (Math.abs(done - told) < STEP && done < size) {
                return;
            }
            told = done;
            now = done;
        }
        listener.moved(Math.max(0, Math.min(now, size)), size);
    }

    /** Counts a request that the calling thread makes as a part of so many bytes. */
    <T> T part(long length, Supplier<T> request) {
        if (listener == null) {
            return request.get();
        }
        CURRENT.set(new Part(length));
        try {
            return request.get();
        } finally {
            CURRENT.remove();
        }
    }

    /** The request as it is to be sent: what goes out of its content is counted if the calling thread sends a part. */
    static HttpExecuteRequest counted(HttpExecuteRequest request) {
        Part part = CURRENT.get();
        return part == null || request.contentStreamProvider().isEmpty() ? request : HttpExecuteRequest.builder().request(request.httpRequest())
                .metricCollector(request.metricCollector().orElse(null))
                .contentStreamProvider(() -> part.attempt(request.contentStreamProvider().get().newStream())).build();
    }

    /** One request and its repetitions. What frames the content is left out: no more than its length is counted. */
    private final class Part {

        private final long length;
        private long sent;

        private Part(long length) {
            this.length = length;
        }

        private InputStream attempt(InputStream content) {
            move(-sent);
            return new FilterInputStream(content) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    move(one < 0 ? 0 : 1);
                    return one;
                }

                @Override
                public int read(byte[] buffer, int offset, int count) throws IOException {
                    int read = super.read(buffer, offset, count);
                    move(Math.max(0, read));
                    return read;
                }
            };
        }

        private void move(long bytes) {
            long step = Math.min(bytes, length - sent);
            if (step != 0) {
                sent += step;
                add(step);
            }
        }
    }
}
