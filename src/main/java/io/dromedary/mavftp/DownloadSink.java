package io.dromedary.mavftp;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a download has and what it lacks: the partial file, the missing bytes, and those of them nobody was asked for yet. */
final class DownloadSink {

    private static final long CHECKPOINT_INTERVAL = 5_000_000_000L;
    /** For files of which the vehicle does not know the size: read until the end. */
    private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

    final RangeSet missing = new RangeSet();
    final RangeSet unrequested = new RangeSet();
    private final PartialFile file;
    private final String source;
    private final Executor disk;
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private long size;
    private boolean sizeIsGuess;
    private boolean resumable;
    private long lastCheckpoint;

    /** @param source names vehicle and file for a later resume @param disk runs the slow writes of checkpoints */
    DownloadSink(PartialFile file, String source, Executor disk) {
        this.file = file;
        this.source = source;
        this.disk = disk;
    }

    /**
     * Takes up what an earlier attempt left, or begins.
     *
     * @param announced size that the vehicle told
     * @param guess whether that is an estimate, as for virtual files
     * @return whether there was something to take up
     */
    boolean open(long now, long announced, boolean guess, boolean resume) throws IOException {
        lastCheckpoint = now;
        sizeIsGuess = guess || announced == 0;
        resumable = resume && !sizeIsGuess;
        RangeSet left = resumable ? file.reopen(source, announced) : null;
        if (left == null) {
            startOver(announced);
            return false;
        }
        size = announced;
        left.forEach(missing::add);
        left.forEach(unrequested::add);
        return true;
    }

    /** Forgets all content. */
    void startOver(long announced) throws IOException {
        size = announced == 0 ? UNKNOWN_SIZE : announced;
        file.create();
        missing.clear();
        unrequested.clear();
        missing.add(0, size);
        unrequested.add(0, size);
    }

    /** Takes a block, wherever it belongs. @return how many of its bytes were missing */
    long store(long offset, byte[] data) throws IOException {
        long end = Math.min(size, offset + data.length);
        long fresh = missing.remove(offset, end);
        unrequested.remove(offset, end);
        if (fresh > 0) {
            file.write(offset, data, 0, (int) (end - offset));
        }
        return fresh;
    }

    /** A range, or what of it lies in the file, is to be asked for again. */
    void askAgain(long from, long to) {
        unrequested.add(from, Math.min(to, size));
    }

    /** Everything that is missing is to be asked for again. */
    void askForAll() {
        missing.forEach(unrequested::add);
    }

    /** The file ends here. */
    void endAt(long end) {
        if (end < size) {
            missing.remove(end, size);
            unrequested.remove(end, size);
            size = end;
        }
    }

    boolean complete() {
        return missing.isEmpty();
    }

    long size() {
        return size;
    }

    boolean sizeIsGuess() {
        return sizeIsGuess;
    }

    /** Bytes that are there. */
    long done() {
        return size - missing.total();
    }

    /** Bytes that there will be, -1 when unknown. */
    long total() {
        return size == UNKNOWN_SIZE ? -1 : size;
    }

    /** Now and then notes on the disk what is there, on another thread. */
    void checkpoint(long now) throws IOException {
        if (!resumable || now - lastCheckpoint < CHECKPOINT_INTERVAL || !checkpointing.compareAndSet(false, true)) {
            return;
        }
        lastCheckpoint = now;
        file.flush();
        String description = PartialFile.describe(source, size, missing);
        int content = file.content();
        disk.execute(() -> {
            try {
                file.checkpoint(description, content);
            } catch (IOException e) {
                // the older note stays: a resume fetches a little more
            } finally {
                checkpointing.set(false);
            }
        });
    }

    /** After a failure: keeps what a resume can use, removes the rest. */
    void keep() {
        try {
            if (resumable && size > 0 && missing.total() < size) {
                file.flush();
                file.checkpoint(PartialFile.describe(source, size, missing), file.content());
                file.close();
            } else {
                file.discard();
            }
        } catch (IOException | RuntimeException e) {
            // the first failure is the one to report
        }
    }

    /** Ends the local file where the vehicle's ends. */
    void finish() throws IOException {
        file.truncate(size);
    }

    long checksum() throws IOException {
        return file.crc32(size);
    }

    void publish() throws IOException {
        file.publish();
    }
}
