package io.dromedary.propeller;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.OciArtifact;

/** The account of one artifact on its way: what is to be sent, what the broker has acknowledged, and how it ended. Thread-safe. */
public final class Transfer {

    private final String id;
    private final String appName;
    private final long started = System.nanoTime();
    private int chunkSize;
    private int totalChunks;
    private long totalBytes;
    private String digest = "";
    private int chunksSent;
    private long bytesSent;
    private int resumes;
    private long ended;
    private Failure failure;
    private Thread fetcher;
    private boolean cancelled;

    Transfer(String id, String appName) {
        this.id = id;
        this.appName = appName;
    }

    /** Unique in this process. */
    public String getId() {
        return id;
    }

    /** The reference as it was asked for. */
    public String getAppName() {
        return appName;
    }

    /** The current thread fetches it from now on, until {@link #fetched()}. */
    synchronized void fetching() {
        fetcher = Thread.currentThread();
    }

    /** Nothing more is to be fetched. */
    synchronized void fetched() {
        if (cancelled && fetcher == Thread.currentThread()) {
            // The interrupt was for the fetch; what this thread does next must not inherit it.
            Thread.interrupted();
        }
        fetcher = null;
    }

    /** Ends the fetch, wherever it waits; what is cut already is still sent. */
    synchronized void cancel() {
        if (fetcher != null) {
            cancelled = true;
            fetcher.interrupt();
        }
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Takes note of what was found in the registry. */
    synchronized void found(OciArtifact artifact, int bytesPerChunk) {
        chunkSize = bytesPerChunk;
        totalBytes = artifact.size();
        digest = artifact.digest();
        totalChunks = Math.toIntExact((totalBytes + bytesPerChunk - 1) / bytesPerChunk);
    }

    /** Bytes in each chunk but the last. */
    public synchronized int getChunkSize() {
        return chunkSize;
    }

    /** Chunks of the artifact; 0 while it is not found yet. */
    public synchronized int getTotalChunks() {
        return totalChunks;
    }

    /** Chunks that the broker has acknowledged. */
    public synchronized int getChunksSent() {
        return chunksSent;
    }

    synchronized void resumed(int times) {
        resumes = times;
    }

    /** How often the download was taken up again. */
    public synchronized int getResumes() {
        return resumes;
    }

    /** Counts a chunk that the broker has acknowledged. */
    synchronized void acknowledged(Chunk chunk) {
        chunksSent++;
        bytesSent += chunk.getSize();
        if (chunksSent == totalChunks && ended == 0) {
            ended = System.nanoTime();
        }
    }

    /** Ends it with a failure, unless it has ended already. */
    synchronized void fail(Failure why) {
        if (ended == 0) {
            ended = System.nanoTime();
            failure = why;
        }
    }

    /** Whether all chunks are acknowledged, or it has failed. */
    public synchronized boolean isOver() {
        return ended != 0;
    }

    /** Why it failed, or null. */
    public synchronized Failure getFailure() {
        return failure;
    }

    /** Bytes acknowledged. */
    public synchronized long getBytesSent() {
        return bytesSent;
    }

    /** Bytes not acknowledged yet. */
    public synchronized long getBytesLeft() {
        return totalBytes - bytesSent;
    }

    /** Mean rate since the start in bytes per second. */
    public synchronized long getRate() {
        long nanos = Math.max(1, (ended == 0 ? System.nanoTime() : ended) - started);
        return (long) (bytesSent * (double) TimeUnit.SECONDS.toNanos(1) / nanos);
    }

    /** The progress message as keys and values, in the order of the message. */
    public synchronized Map<String, Object> progress() {
        Map<String, Object> progress = new LinkedHashMap<>();
        progress.put("app_name", appName);
        progress.put("state", failure != null ? "failed" : ended != 0 ? "completed" : "sending");
        progress.put("chunks_sent", chunksSent);
        progress.put("total_chunks", totalChunks);
        progress.put("bytes_sent", bytesSent);
        progress.put("total_bytes", totalBytes);
        progress.put("bytes_per_second", getRate());
        progress.put("seconds_left", getRate() == 0 ? null : Math.round(10.0 * getBytesLeft() / getRate()) / 10.0);
        progress.put("digest", digest);
        return progress;
    }

    @Override
    public String toString() {
        return "transfer " + id + " of " + appName;
    }
}
