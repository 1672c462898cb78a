package io.dromedary.bucket;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import software.amazon.awssdk.services.s3.S3Client;

/**
 * One bucket of a store, with the threads that send the parts of large files. Its clients are made when they are first asked for:
 * reading their classes and the platform's list of authorities was a tenth of the program's start.
 */
final class BucketStore implements AutoCloseable {

    private static final int UPLOAD_THREADS = 4;

    private record Clients(S3Client client, BucketTransfers transfers, ExecutorService threads) {
    }

    private final BucketClients clients;
    private final String bucket;
    private final String encryption;
    private final StoreClock clock = new StoreClock();
    private Clients open;
    private boolean closed;

    /** @param encryption the server-side encryption to ask for; null for none */
    BucketStore(BucketClients clients, String bucket, String encryption) {
        this.clients = clients;
        this.bucket = bucket;
        this.encryption = encryption;
    }

    S3Client client() {
        return open().client();
    }

    /** The store's time. */
    StoreClock clock() {
        return clock;
    }

    BucketTransfers transfers() {
        return open().transfers();
    }

    private synchronized Clients open() {
        if (closed) {
            throw new IllegalStateException("the bucket's client is closed");
        }
        if (open == null) {
            S3Client client = clients.client(clock);
            AtomicInteger number = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(UPLOAD_THREADS, task -> {
                Thread thread = new Thread(task, "bucket-part-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            open = new Clients(client, new BucketTransfers(client, bucket, encryption, threads, clients.limits()), threads);
        }
        return open;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            open.threads().shutdownNow();
            open.client().close();
        }
    }
}
