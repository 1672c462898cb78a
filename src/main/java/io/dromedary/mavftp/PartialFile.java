package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is being downloaded: {@code <target>.part} with the bytes, {@code <target>.part.missing} with what is missing. The second
 * one lists only bytes that may be absent after a power cut: it is written after the data was forced to the disk. The target appears
 * in one step when everything is there.
 */
final class PartialFile implements AutoCloseable {

    private static final String MAGIC = "mavftp-partial 1";
    private static final int BUFFER = 64 * 1024;

    private final Path target;
    private final Path part;
    private final Path sidecar;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long bufferAt;
    private FileChannel channel;
    private int content;

    PartialFile(Path target) {
        this.target = target.toAbsolutePath();
        this.part = this.target.resolveSibling(target.getFileName() + ".part");
        this.sidecar = this.target.resolveSibling(target.getFileName() + ".part.missing");
    }

    /** Opens what an earlier attempt left, if it was for the same vehicle file and size. @return what is missing, or null */
    RangeSet reopen(String source, long size) throws IOException {
        RangeSet missing = readSidecar(source, size);
        if (missing == null) {
            return null;
        }
        channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return missing;
    }

    private RangeSet readSidecar(String source, long size) throws IOException {
        try {
            var lines = Files.readAllLines(sidecar, StandardCharsets.UTF_8);
            if (lines.size() < 4 || !lines.get(0).equals(MAGIC) || !lines.get(1).equals(oneLine(source))
                    || !lines.get(2).equals(Long.toString(size)) || !lines.get(lines.size() - 1).equals("end") || !Files.exists(part)) {
                return null;
            }
            RangeSet missing = new RangeSet();
            for (String line : lines.subList(3, lines.size() - 1)) {
                int dash = line.indexOf('-');
                missing.add(Long.parseLong(line.substring(0, dash)), Math.min(size, Long.parseLong(line.substring(dash + 1))));
            }
            return missing;
        } catch (NoSuchFileException | RuntimeException | java.nio.charset.CharacterCodingException unusable) {
            return null;
        }
    }

    /** Starts with an empty file. */
    synchronized void create() throws IOException {
        content++;
        if (channel == null) {
            if (target.getParent() != null) {
                Files.createDirectories(target.getParent());
            }
            channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        buffer.clear();
        Files.deleteIfExists(sidecar);
        channel.truncate(0);
    }

    void write(long offset, byte[] data, int from, int length) throws IOException {
        if (offset != bufferAt + buffer.position() || length > buffer.remaining()) {
            flush();
            bufferAt = offset;
        }
        buffer.put(data, from, length);
    }

    /** Writes what is buffered to the operating system. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer, bufferAt + buffer.position());
        }
        bufferAt += buffer.limit();
        buffer.clear();
    }

    /** The sidecar's text for a moment at which everything outside of {@code missing} has been flushed. */
    static String describe(String source, long size, RangeSet missing) {
        StringBuilder text = new StringBuilder(MAGIC).append('\n').append(oneLine(source)).append('\n').append(size).append('\n');
        missing.forEach((from, to) -> text.append(from).append('-').append(to).append('\n'));
        return text.append("end\n").toString();
    }

    /** Counts how often the content began anew. */
    int content() {
        return content;
    }

    /**
     * Forces the data to the disk, then replaces the sidecar. May run on another thread than the writer's, and late: it does nothing when
     * the file is closed or has begun anew.
     */
    synchronized void checkpoint(String description, int ofContent) throws IOException {
        if (ofContent != content || !channel.isOpen()) {
            return;
        }
        channel.force(false);
        Path fresh = sidecar.resolveSibling(sidecar.getFileName() + ".new");
        Files.writeString(fresh, description, StandardCharsets.UTF_8);
        Files.move(fresh, sidecar, StandardCopyOption.REPLACE_EXISTING);
    }

    void truncate(long size) throws IOException {
        flush();
        channel.truncate(size);
    }

    /** The MAVLink checksum of the first bytes, read back from the file. */
    long crc32(long size) throws IOException {
        flush();
        Crc32Mavlink crc = new Crc32Mavlink();
        ByteBuffer block = ByteBuffer.allocate(BUFFER);
        for (long at = 0; at < size;) {
            block.clear().limit((int) Math.min(BUFFER, size - at));
            int n = channel.read(block, at);
            if (n <= 0) {
                break;
            }
            crc.update(block.flip());
            at += n;
        }
        return crc.value();
    }

    /** Makes the finished file appear under its name, on the disk, replacing one of that name. */
    synchronized void publish() throws IOException {
        flush();
        channel.force(true);
        channel.close();
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(sidecar);
    }

    /** Removes what there is. */
    synchronized void discard() throws IOException {
        close();
        Files.deleteIfExists(sidecar);
        Files.deleteIfExists(part);
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null && channel.isOpen()) {
            channel.close();
        }
    }

    private static String oneLine(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }
}
