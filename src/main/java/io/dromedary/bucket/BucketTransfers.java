package io.dromedary.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import io.dromedary.job.Cancellation;
import io.dromedary.job.TransferProgress;
import io.dromedary.proxies.ProxyFailure;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/**
 * Moves bytes between files and a bucket. Files of more than 8 MiB go up in parts, some at a time, straight from the disk; nothing is
 * held in memory. What has arrived is compared with what was sent before a transfer counts as done; an unfinished one leaves nothing.
 */
final class BucketTransfers {

    /** The part size that the reference's client library uses. */
    private static final long PART = 8L << 20;
    /** Each part costs a store as much as some MiB do, and is sent again as a whole when it fails. */
    private static final long LARGEST_PART = 32L << 20;
    private static final int PARTS = 32;
    /** How long an attempt may take: this, and what its bytes take at the slowest rate. */
    private static final Duration ATTEMPT = Duration.ofMinutes(5);
    private static final long SLOWEST = 16L << 10;
    /** S3 copies at most 5 GiB at once. */
    private static final long MAX_COPY = 5L << 30;

    private final S3Client client;
    private final String bucket;
    private final String encryption;
    private final ExecutorService threads;
    private final long maxCopy;
    private final Duration patience;

    /** @param encryption the server-side encryption to ask for, or null for none */
    BucketTransfers(S3Client client, String bucket, String encryption, ExecutorService threads) {
        this(client, bucket, encryption, threads, MAX_COPY, ATTEMPT);
    }

    /**
     * With limits other than those of S3 and of our patience.
     *
     * @param maxCopy  the largest object, in bytes, that is copied at once
     * @param patience how long a download may take, without the time of its bytes
     */
    BucketTransfers(S3Client client, String bucket, String encryption, ExecutorService threads, long maxCopy, Duration patience) {
        this.client = client;
        this.bucket = bucket;
        this.encryption = encryption;
        this.threads = threads;
        this.maxCopy = maxCopy;
        this.patience = patience;
    }

    /** Small files have parts of 8 MiB, large ones 32 parts or as many as 32 MiB make. */
    static long partSize(long size) {
        return Math.max(PART, Math.min(LARGEST_PART, size / PARTS));
    }

    /** Four parts share a link: one that carries 64 KiB/s gets them through. */
    private static Consumer<AwsRequestOverrideConfiguration.Builder> patient(long bytes) {
        Duration attempt = ATTEMPT.plusSeconds(bytes / SLOWEST);
        return override -> override.apiCallAttemptTimeout(attempt).apiCallTimeout(attempt.multipliedBy(2));
    }

    /** Stores a file. The job that the calling thread works for hears how far it is. */
    void upload(Path file, long size, String key, String contentType, Map<String, String> metadata) {
        UploadProgress progress = new UploadProgress(TransferProgress.current(), size);
        if (size <= PART) {
            progress.part(size, () -> client.putObject(request -> request.bucket(bucket).key(key).contentType(contentType).metadata(metadata)
                    .serverSideEncryption(encryption).overrideConfiguration(patient(size)).build(), RequestBody.fromFile(file)));
        } else {
            String upload = client.createMultipartUpload(request -> request.bucket(bucket).key(key).contentType(contentType)
                    .metadata(metadata).serverSideEncryption(encryption)).uploadId();
            inParts(key, upload, size, partSize(size), (number, offset, length) -> progress.part(length, () -> client.uploadPart(part -> part.bucket(bucket)
                    .key(key).uploadId(upload).partNumber(number).contentLength(length).overrideConfiguration(patient(length)).build(),
                    RequestBody.fromContentProvider(() -> slice(file, offset, length), length, contentType)).eTag()));
        }
        long arrived = sizeOf(head(key));
        if (arrived != size) {
            client.deleteObject(request -> request.bucket(bucket).key(key));
            throw new ProxyFailure("the store holds " + arrived + " of " + size + " bytes; the object was removed");
        }
    }

    private interface PartCall {
        String send(int number, long offset, long length);
    }

    private void inParts(String key, String upload, long size, long partSize, PartCall call) {
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
                    .overrideConfiguration(patient(size)));
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

    private static InputStream slice(Path file, long offset, long length) {
        try {
            FileChannel channel = FileChannel.open(file).position(offset);
            return new LimitedStream(Channels.newInputStream(channel), length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the store knows about an object. */
    HeadObjectResponse head(String key) {
        return client.headObject(request -> request.bucket(bucket).key(key));
    }

    /** Not every server that answers for a store is one. */
    private static long sizeOf(HeadObjectResponse head) {
        if (head.contentLength() == null) {
            throw new ProxyFailure("the store does not tell the object's size");
        }
        return head.contentLength();
    }

    /** Copies within the store and removes the source when the copy has been compared with it. */
    void move(String source, String target) {
        HeadObjectResponse before = head(source);
        long size = sizeOf(before);
        if (size <= maxCopy) {
            client.copyObject(request -> request.sourceBucket(bucket).sourceKey(source).destinationBucket(bucket).destinationKey(target)
                    .metadataDirective(MetadataDirective.COPY).serverSideEncryption(encryption).overrideConfiguration(patient(size)));
        } else {
            String upload = client.createMultipartUpload(request -> request.bucket(bucket).key(target).contentType(before.contentType())
                    .metadata(before.metadata()).serverSideEncryption(encryption)).uploadId();
            inParts(target, upload, size, Math.max(PART, maxCopy / 10), (number, offset, length) -> client.uploadPartCopy(part -> part
                    .sourceBucket(bucket).sourceKey(source).destinationBucket(bucket).destinationKey(target).uploadId(upload).partNumber(number)
                    .copySourceRange("bytes=" + offset + "-" + (offset + length - 1)).overrideConfiguration(patient(length))).copyPartResult().eTag());
        }
        if (sizeOf(head(target)) != size) {
            throw new ProxyFailure("the copy differs in size; the source was kept");
        }
        client.deleteObject(request -> request.bucket(bucket).key(source));
    }

    /** Fetches an object into a file, which appears when it is complete; returns its size. */
    long download(String key, Path target) throws IOException {
        try (ResponseInputStream<GetObjectResponse> in = client.getObject(request -> request.bucket(bucket).key(key));
                Cancellation.Registration registration = Cancellation.current() == null ? null : Cancellation.current().onCancel(in::abort)) {
            try {
                return keep(in, target);
            } catch (IOException | RuntimeException e) {
                // To close it would be to read the rest.
                in.abort();
                throw e;
            }
        }
    }

    private long keep(ResponseInputStream<GetObjectResponse> in, Path target) throws IOException {
        if (target.getParent() != null && !Files.isDirectory(target.getParent())) {
            Files.createDirectories(target.getParent());
        }
        Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            long size = Files.copy(new PacedStream(in, patience, SLOWEST), part);
            Long expected = in.response().contentLength();
            if (expected != null && size != expected) {
                throw new ProxyFailure("only " + size + " of " + expected + " bytes arrived");
            }
            moveInto(part, target);
            return size;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private static void moveInto(Path part, Path target) throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
