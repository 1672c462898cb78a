package io.dromedary.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents of artifacts in a folder, by digest. Whoever asks first fetches; others, in this process or in another one with the same
 * folder, wait for that and read the file. A file is verified each time before it is read; the ones not used for longest make room.
 * Contents larger than the folder may be are not kept.
 */
final class BlobCache {

    /** Where a content that is not here comes from. */
    interface Source {
        OciContent open() throws OciException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(BlobCache.class);
    private static final int BUFFER = 1 << 16;
    private static final String PART = ".part";
    private static final String LOCK = ".lock";

    /** For all caches of this process, since a file's lock belongs to the process. Two contents seldom share one. */
    private static final ReentrantLock[] FETCHING = Stream.generate(ReentrantLock::new).limit(256).toArray(ReentrantLock[]::new);

    private final Path folder;
    private final long maxBytes;

    /** @param maxBytes of all contents together */
    BlobCache(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /** The content with a digest; fetched at most once at a time. */
    OciContent open(Digest digest, long size, Source source) throws OciException {
        if (size > maxBytes) {
            return source.open();
        }
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve(digest.algorithm() + "-" + digest.hex());
            OciContent kept = kept(file, digest, size);
            return kept != null ? kept : fetched(file, digest, size, source);
        } catch (OciException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("The artifact cache {} cannot be used: {}", folder, e.toString());
            return source.open();
        }
    }

    private OciContent fetched(Path file, Digest digest, long size, Source source) throws IOException {
        ReentrantLock lock = FETCHING[Math.floorMod(file.getFileName().hashCode(), FETCHING.length)];
        lock.lock();
        // The lock of the file is for other processes; it ends with its process, also when that is killed.
        try (FileChannel channel = FileChannel.open(folder.resolve(file.getFileName() + LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock others = channel.lock()) {
            OciContent kept = kept(file, digest, size);
            if (kept != null) {
                return kept;
            }
            Path part = folder.resolve(file.getFileName() + "." + UUID.randomUUID() + PART);
            try {
                try (OciContent content = source.open(); OutputStream out = Files.newOutputStream(part)) {
                    content.transferTo(out);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
            makeRoom(file);
            return new Kept(Files.newInputStream(file), size);
        } finally {
            lock.unlock();
        }
    }

    private static OciContent kept(Path file, Digest digest, long size) throws IOException {
        try {
            if (Files.size(file) == size && verified(file, digest)) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                return new Kept(Files.newInputStream(file), size);
            }
            LOG.warn("{} in the artifact cache is damaged and is fetched again", file.getFileName());
            Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            LOG.debug("{} is not in the artifact cache", file.getFileName());
        }
        return null;
    }

    private static boolean verified(Path file, Digest digest) throws IOException {
        MessageDigest hash = digest.function();
        try (InputStream in = Files.newInputStream(file); OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hash)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
        return digest.matches(hash.digest(), digest.algorithm());
    }

    /** Removes what was not used for longest until the rest fits, and what a killed process has left. */
    private void makeRoom(Path newest) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = new ArrayList<>(all.filter(file -> !file.toString().endsWith(LOCK)).toList());
        }
        Instant abandoned = Instant.now().minus(1, ChronoUnit.DAYS);
        long total = 0;
        files.sort(Comparator.comparing(BlobCache::used).reversed());
        for (Path file : files) {
            boolean part = file.toString().endsWith(PART);
            total += part ? 0 : size(file);
            if (part ? used(file).toInstant().isBefore(abandoned) : total > maxBytes && !file.equals(newest)) {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder.resolve(file.getFileName() + LOCK));
            }
        }
    }

    private static FileTime used(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** A file that may be removed while it is read. */
    private static final class Kept extends OciContent {
        private final InputStream in;
        private final long size;
        private long position;

        Kept(InputStream in, long size) {
            this.in = in;
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public int resumes() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
