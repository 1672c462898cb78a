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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

import io.dromedary.job.Cancellation;
import io.dromedary.job.TransferProgress;
import io.dromedary.proxies.ProxyFailure;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Moves bytes between files and a bucket; nothing is held in memory. Large files go up in parts, some at a time, unless the store is on
 * this machine. What has arrived is compared with what was sent before a transfer counts as done; an unfinished one leaves nothing.
 */
final class BucketTransfers {

    private final S3Client client;
    private final String bucket;
    private final String encryption;
    private final TransferLimits limits;
    private final ObjectParts parts;

    /** @param encryption the server-side encryption to ask for, or null for none */
    BucketTransfers(S3Client client, String bucket, String encryption, ExecutorService threads, TransferLimits limits) {
        this.client = client;
        this.bucket = bucket;
        this.encryption = encryption;
        this.limits = limits;
        this.parts = new ObjectParts(client, bucket, threads, limits);
    }

    /** Stores a file. The job that the calling thread works for hears how far it is. */
    void upload(Path file, long size, String key, String contentType, Map<String, String> metadata) {
        UploadProgress progress = new UploadProgress(TransferProgress.current(), size);
        if (size <= limits.put()) {
            if (size > StoreHttp.MAX_AT_ONCE) {
                ask(key);
            }
            progress.part(size, () -> client.putObject(request -> request.bucket(bucket).key(key).contentType(contentType).metadata(metadata)
                    .serverSideEncryption(encryption).overrideConfiguration(limits.patient(size)).build(), content(file, 0, size, contentType)));
        } else {
            String upload = client.createMultipartUpload(request -> request.bucket(bucket).key(key).contentType(contentType)
                    .metadata(metadata).serverSideEncryption(encryption)).uploadId();
            parts.run(key, upload, size, ObjectParts.size(size), (number, offset, length) -> progress.part(length, () -> client.uploadPart(part -> part
                    .bucket(bucket).key(key).uploadId(upload).partNumber(number).contentLength(length).overrideConfiguration(limits.patient(length)).build(),
                    content(file, offset, length, contentType)).eTag()));
        }
        long arrived = sizeOf(head(key));
        if (arrived != size) {
            client.deleteObject(request -> request.bucket(bucket).key(key));
            throw new ProxyFailure("the store holds " + arrived + " of " + size + " bytes; the object was removed");
        }
    }

    /**
     * A store that refuses a large content breaks its connection, and the answer that says why is lost: that the clocks differ, for one, of which
     * the client learns by such answers. A question without content is answered.
     */
    private void ask(String key) {
        try {
            head(key);
        } catch (NoSuchKeyException e) {
            // That was to be expected.
        }
    }

    /** So many bytes and no more: the file may still be growing. */
    private static RequestBody content(Path file, long offset, long length, String type) {
        return RequestBody.fromContentProvider(() -> slice(file, offset, length), length, type);
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
        if (size <= limits.copy()) {
            client.copyObject(request -> request.sourceBucket(bucket).sourceKey(source).destinationBucket(bucket).destinationKey(target)
                    .metadataDirective(MetadataDirective.COPY).serverSideEncryption(encryption).overrideConfiguration(limits.patient(size)));
        } else {
            String upload = client.createMultipartUpload(request -> request.bucket(bucket).key(target).contentType(before.contentType())
                    .metadata(before.metadata()).serverSideEncryption(encryption)).uploadId();
            parts.run(target, upload, size, ObjectParts.copySize(limits.copy()), (number, offset, length) -> client.uploadPartCopy(part -> part
                    .sourceBucket(bucket).sourceKey(source).destinationBucket(bucket).destinationKey(target).uploadId(upload).partNumber(number)
                    .copySourceRange("bytes=" + offset + "-" + (offset + length - 1)).overrideConfiguration(limits.patient(length))).copyPartResult().eTag());
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
            long size = Files.copy(new PacedStream(in, limits.patience(), limits.rate()), part);
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
