package io.dromedary.propeller;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * Puts the chunks of one artifact together in a file. Chunks may come in any order and more than once; they are written beside the
 * file and moved to its name when all are there. Not thread-safe.
 */
public final class ArtifactFile implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    /** Two terabytes in chunks of the usual size; a larger number is nobody's artifact, but would cost memory. */
    static final int MAX_CHUNKS = 1 << 22;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final BitSet present = new BitSet();
    private int total;
    private int chunkSize;
    private long bytes;

    /** Opens {@code <target>.part} for writing. */
    public ArtifactFile(Path target) throws IOException {
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /**
     * Writes one chunk.
     *
     * @throws IOException if the numbers do not fit the chunks before, or the file cannot be written
     */
    public void add(int index, int totalChunks, byte[] data) throws IOException {
        if (totalChunks <= 0 || totalChunks > MAX_CHUNKS || index < 0 || index >= totalChunks || total != 0 && total != totalChunks || data.length == 0) {
            throw new IOException("chunk " + index + " of " + totalChunks + " does not fit the chunks before it");
        }
        total = totalChunks;
        boolean last = index == totalChunks - 1;
        if (chunkSize == 0 && last && index > 0 || chunkSize != 0 && !last && data.length != chunkSize) {
            throw new IOException("chunk " + index + " has another size than the chunks before it");
        }
        if (!last) {
            chunkSize = data.length;
        }
        if (present.get(index)) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        long position = (long) index * chunkSize;
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        present.set(index);
        bytes += data.length;
    }

    /** Whether all chunks are there. */
    public boolean isComplete() {
        return total > 0 && present.cardinality() == total;
    }

    /** Bytes written. */
    public long bytes() {
        return bytes;
    }

    /** Chunks written. */
    public int chunks() {
        return present.cardinality();
    }

    /** The SHA-256 of what is written, in hexadecimal. */
    public String sha256() throws IOException {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            for (long position = 0; position < bytes; position += buffer.limit()) {
                buffer.clear();
                if (channel.read(buffer, position) < 0) {
                    break;
                }
                hash.update(buffer.flip());
            }
            return HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Gives the file its name. */
    public void keep() throws IOException {
        channel.close();
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was not kept. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }
}
