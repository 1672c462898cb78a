package io.dromedary.mavftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The directory tree behind an {@link FtpServer}: paths kept inside the root, errors as MAVLink FTP codes. */
final class FtpServerFiles {

    /** A refusal that becomes a Nak. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        final int error;
        final int errno;

        Refusal(int error, int errno) {
            super(null, null, false, false);
            this.error = error;
            this.errno = errno;
        }
    }

    private static final int NO_SPACE = 28;
    private static final int NOT_EMPTY_ON_NUTTX = 90;
    private static final int IS_DIRECTORY = 21;

    private final Path root;
    private volatile long freeBytes = Long.MAX_VALUE;

    FtpServerFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** How many more bytes may be written before the disk is full. */
    void limitFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    /** The file a client's path names; a leading slash is optional. */
    Path resolve(byte[] data, int size) throws Refusal {
        int end = size;
        while (end > 0 && data[end - 1] == 0) {
            end--;
        }
        String text = FtpNames.decode(data, 0, end);
        if (text.indexOf('\0') >= 0) {
            throw new Refusal(FtpError.FAIL, 0);
        }
        try {
            Path path = root.resolve(text.replaceFirst("^/+", "")).normalize();
            if (!path.startsWith(root)) {
                throw new Refusal(FtpError.FAIL, 0);
            }
            return path;
        } catch (InvalidPathException e) {
            throw new Refusal(FtpError.FILE_NOT_FOUND, 0);
        }
    }

    /** Old and new path of a rename request. */
    Path[] resolvePair(byte[] data, int size) throws Refusal {
        int split = 0;
        while (split < size && data[split] != 0) {
            split++;
        }
        if (split == 0 || split >= size - 1) {
            throw new Refusal(FtpError.INVALID_DATA_SIZE, 0);
        }
        byte[] second = java.util.Arrays.copyOfRange(data, split + 1, size);
        return new Path[] {resolve(data, split), resolve(second, second.length)};
    }

    /** One page of a listing: whole entries from an index on, as many as fit. Empty: the index is past the end. */
    byte[] page(Path directory, long firstIndex, boolean times) throws Refusal {
        if (!Files.isDirectory(directory)) {
            throw new Refusal(FtpError.FILE_NOT_FOUND, 0);
        }
        List<Path> children = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (IOException e) {
            throw refusal(e);
        }
        children.sort(null);
        ByteArrayOutputStream page = new ByteArrayOutputStream(FtpPayload.MAX_DATA);
        for (long i = firstIndex; i < children.size(); i++) {
            byte[] entry = entry(children.get((int) i), times);
            if (page.size() + entry.length > FtpPayload.MAX_DATA) {
                break;
            }
            page.writeBytes(entry);
        }
        return page.toByteArray();
    }

    private static byte[] entry(Path child, boolean times) throws Refusal {
        try {
            boolean directory = Files.isDirectory(child);
            String suffix = directory && !times ? "" : "\t" + (directory ? 0 : Files.size(child));
            if (times) {
                suffix += "\t" + Files.getLastModifiedTime(child).toMillis() / 1000;
            }
            return ((directory ? "D" : "F") + child.getFileName() + suffix + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    FileChannel openToRead(Path file) throws Refusal {
        requireNoDirectory(file);
        return open(file, StandardOpenOption.READ);
    }

    FileChannel openToWrite(Path file, boolean empty) throws Refusal {
        requireNoDirectory(file);
        if (empty && !Files.isDirectory(file.getParent())) {
            throw new Refusal(FtpError.FILE_NOT_FOUND, 0);
        }
        return empty ? open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)
                : open(file, StandardOpenOption.WRITE);
    }

    void write(FileChannel file, long offset, byte[] data) throws Refusal {
        if (data.length > freeBytes) {
            throw new Refusal(FtpError.FAIL_ERRNO, NO_SPACE);
        }
        freeBytes -= data.length;
        try {
            ByteBuffer buffer = ByteBuffer.wrap(data);
            while (buffer.hasRemaining()) {
                file.write(buffer, offset + buffer.position());
            }
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    void remove(Path path, boolean directory) throws Refusal {
        if (Files.exists(path) && Files.isDirectory(path) != directory) {
            throw new Refusal(FtpError.FAIL_ERRNO, directory ? 20 : IS_DIRECTORY);
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    void createDirectory(Path path) throws Refusal {
        try {
            Files.createDirectory(path);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    void rename(Path from, Path to) throws Refusal {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    void truncate(Path path, long length) throws Refusal {
        try (FileChannel file = openToWrite(path, false)) {
            file.truncate(length);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    long crc32(Path path) throws Refusal {
        requireNoDirectory(path);
        try (InputStream in = Files.newInputStream(path)) {
            Crc32Mavlink crc = new Crc32Mavlink();
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
            return crc.value();
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    static Refusal refusal(IOException e) {
        if (e instanceof NoSuchFileException) {
            return new Refusal(FtpError.FILE_NOT_FOUND, 0);
        }
        if (e instanceof FileAlreadyExistsException) {
            return new Refusal(FtpError.FILE_EXISTS, 0);
        }
        if (e instanceof DirectoryNotEmptyException) {
            return new Refusal(FtpError.FAIL_ERRNO, NOT_EMPTY_ON_NUTTX);
        }
        return new Refusal(FtpError.FAIL_ERRNO, e instanceof NotDirectoryException ? 20 : 5);
    }

    private static FileChannel open(Path file, StandardOpenOption... options) throws Refusal {
        try {
            return FileChannel.open(file, options);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    private static void requireNoDirectory(Path file) throws Refusal {
        if (Files.isDirectory(file)) {
            throw new Refusal(FtpError.FAIL_ERRNO, IS_DIRECTORY);
        }
    }
}
