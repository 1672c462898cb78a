package io.dromedary.mavlink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the signing timestamp over restarts. It is written ahead, so that one write a minute is enough and a crash cannot lead back to
 * a time that was used before.
 */
final class TimestampFile {

    private static final Logger LOG = LoggerFactory.getLogger(TimestampFile.class);

    /** One minute in units of 10 microseconds. */
    private static final long AHEAD = 6_000_000;

    private final Path file;
    private long written;

    TimestampFile(Path file) {
        this.file = file;
    }

    /** The stored timestamp, 0 when there is none. */
    long read() throws IOException {
        try {
            written = Long.parseLong(Files.readString(file).trim());
            return written;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (NumberFormatException e) {
            throw new IOException(file + " does not hold a MAVLink signing timestamp", e);
        }
    }

    /** Writes when the timestamp in use has come near the written one. */
    void keepAheadOf(long timestamp) {
        if (timestamp > written - AHEAD / 6) {
            write(timestamp + AHEAD);
        }
    }

    /** Writes exactly; at an orderly end. */
    void write(long timestamp) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            Path temporary = Files.createTempFile(parent, file.getFileName().toString(), ".tmp");
            Files.writeString(temporary, Long.toString(timestamp));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = timestamp;
        } catch (IOException e) {
            LOG.warn("The MAVLink signing timestamp is not kept: {}", e.toString());
        }
    }
}
