package io.dromedary.bucket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import io.dromedary.job.Cancellation;
import io.dromedary.proxies.ProxyFailure;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Stores an object in parts, some at a time; one that is not completed leaves nothing. */
final class ObjectParts {

    /** The part size that the reference's client library uses. */
    static final long SMALLEST = 8L << 20;
    /** Each part costs a store as much as some MiB do, and is sent again as a whole when it fails. */
    private static final long LARGEST = 32L << 20;
    private static final int PARTS = 32;

    private final S3Client client;
    private final String bucket;
    private final ExecutorService threads;
    private final TransferLimits limits;

    /** @param threads make the calls of the parts */
    ObjectParts(S3Client client, String bucket, ExecutorService threads, TransferLimits limits) {
        this.client = client;
        this.bucket = bucket;
        this.threads = threads;
        this.limits = limits;
    }

    /** Small files have parts of 8 MiB, large ones 32 parts or as many as 32 MiB make. */
    static long size(long size) {
        return Math.max(SMALLEST, Math.min(LARGEST, size / PARTS));
    }

    /** That of a copy, of which a store reads nothing from the network: a tenth of what it copies at once. */
    static long copySize(long atOnce) {
        return Math.max(SMALLEST, atOnce / 10);
    }

    /** Makes one part of the object and returns its ETag. */
    interface PartCall {
        String send(int number, long offset, long length);
    }

    /** Makes all parts of an upload that has been begun, and completes it. */
    void run(String key, String upload, long size, long partSize, PartCall call) {
        List<Callable<CompletedPart>> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += partSize) {
            int number = parts.size() + 1;
            long from = offset;
            long length = Math.min(partSize, size - offset);
            parts.add(() -> CompletedPart.builder().partNumber(number).eTag(call.send(number, from, length)).build());
        }
        try {
            List<CompletedPart> done = runAll(parts);
            client.completeMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(done))
                    .overrideConfiguration(limits.patient(size)));
        } catch (RuntimeException e) {
            Cancellation.shielded(() -> client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload)));
            throw e;
        }
    }

    /** The first failure stops the rest, and none still runs when this returns. */
    private <T> List<T> runAll(List<Callable<T>> calls) {
        List<Future<T>> running = new ArrayList<>();
        Cancellation cancellation = Cancellation.current();
        calls.forEach(call -> running.add(threads.submit(() -> {
            Cancellation.current(cancellation);
            try {
                return call.call();
            } finally {
                Cancellation.current(null);
            }
        })));
        List<T> results = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<T> future : running) {
            try {
                if (failure == null) {
                    results.add(future.get());
                } else if (!future.cancel(false)) {
                    future.get();
                }
            } catch (ExecutionException e) {
                failure = failure != null ? failure : e.getCause() instanceof RuntimeException cause ? cause : new ProxyFailure(e.getCause().getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = new ProxyFailure("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }
}
