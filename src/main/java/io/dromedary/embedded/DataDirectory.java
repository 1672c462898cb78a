package io.dromedary.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The one directory that holds all state of an instance. It belongs to one process at a time: the operating system holds the
 * lock and lets go of it however that process ends, so nothing stale is left to clean up.
 */
public final class DataDirectory implements AutoCloseable {

    /** The environment variable that chooses the directory. */
    public static final String SETTING = "DROMEDARY_DATA_DIR";

    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory if it is missing, readable by its owner only, and takes it for this process.
     *
     * @throws StartRefused when it cannot be created or written, or when another process holds it
     */
    public static DataDirectory open(Path wanted) {
        Path path = wanted.toAbsolutePath().normalize();
        FileChannel channel = null;
        try {
            create(path);
            channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock(path, channel);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartRefused("The data directory " + path + " cannot be written (" + reason(e) + "); set " + SETTING
                    + " to a directory that can.", e);
        } catch (StartRefused e) {
            closeQuietly(channel);
            throw e;
        }
    }

    /** The directory itself, absolute. */
    public Path path() {
        return path;
    }

    /**
     * A folder of one service inside the directory, created if it is missing.
     *
     * @throws StartRefused when it cannot be created
     */
    public Path folder(String name) {
        try {
            return create(path.resolve(name));
        } catch (IOException e) {
            throw new StartRefused("The folder " + path.resolve(name) + " cannot be created (" + reason(e) + ").", e);
        }
    }

    /** Lets go of the directory; the files stay. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static Path create(Path folder) throws IOException {
        try {
            return Files.createDirectories(folder, ownerOnly(folder));
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(folder)) {
                return folder; // a link to a directory
            }
            throw e;
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
                : new FileAttribute<?>[0];
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null; // held by this very process
        }
        if (lock == null) {
            throw new StartRefused("The data directory " + path + " is in use by another instance" + holder(channel) + "; stop it, or set "
                    + SETTING + " to another directory.");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.matches("\\d+") ? " (process " + pid + ")" : "";
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "a file is in its place";
        }
        String reason = e instanceof FileSystemException problem ? problem.getReason() : e.getMessage();
        return reason != null ? reason : "permission denied";
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
