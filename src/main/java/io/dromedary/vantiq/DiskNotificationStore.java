package io.dromedary.vantiq;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps notifications in an SQLite file, so that they outlive the process, a {@code kill -9} included.
 *
 * <p>The write-ahead log is not forced to the disk with every notification: the last ones before a power cut may be missing,
 * the file stays sound. Removals are written in batches; after a crash up to {@value #REMOVE_EVERY} delivered ones may be sent again.
 */
final class DiskNotificationStore implements NotificationStore {

    private static final int REMOVE_EVERY = 100;
    private static final int READ_AHEAD = 100;

    private final Connection database;
    private final PreparedStatement insert;
    private final PreparedStatement read;
    private final PreparedStatement delete;
    private final int maxMessages;
    private final long maxBytes;
    /** Rows read ahead; the first one is number {@link #aheadFrom}. */
    private final Deque<byte[]> ahead = new ArrayDeque<>();
    private final Deque<Integer> lengths = new ArrayDeque<>();
    private long aheadFrom;
    private long first;
    private long next;
    private long removedOnDisk;
    private long bytes;

    /**
     * Opens or creates the file of one source.
     *
     * @param directory   created when missing
     * @param source      the source; its name becomes the file's
     * @param maxMessages the most frames held
     * @param maxBytes    the most bytes held; one frame is always taken
     */
    DiskNotificationStore(Path directory, String source, int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        Path file = directory.resolve(URLEncoder.encode(source, StandardCharsets.UTF_8) + ".notifications.db");
        try {
            Files.createDirectories(directory);
            database = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = database.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=NORMAL");
                // One process per file: a second one would send everything twice.
                statement.execute("PRAGMA locking_mode=EXCLUSIVE");
                statement.execute("CREATE TABLE IF NOT EXISTS notification (sequence INTEGER PRIMARY KEY, frame BLOB NOT NULL)");
                try (ResultSet rows = statement.executeQuery("SELECT sequence, length(frame) FROM notification ORDER BY sequence")) {
                    load(rows);
                }
            }
            insert = database.prepareStatement("INSERT INTO notification VALUES (?, ?)");
            read = database.prepareStatement("SELECT frame FROM notification WHERE sequence >= ? ORDER BY sequence LIMIT " + READ_AHEAD);
            delete = database.prepareStatement("DELETE FROM notification WHERE sequence < ?");
        } catch (SQLException | IOException e) {
            throw new VantiqConfigException("The notification store " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private void load(ResultSet rows) throws SQLException {
        while (rows.next()) {
            if (lengths.isEmpty()) {
                first = rows.getLong(1);
            }
            lengths.add(rows.getInt(2));
            bytes += rows.getInt(2);
        }
        next = first + lengths.size();
        removedOnDisk = first;
    }

    @Override
    public synchronized boolean append(byte[] frame) {
        if (!lengths.isEmpty() && (lengths.size() >= maxMessages || bytes + frame.length > maxBytes)) {
            return false;
        }
        try {
            insert.setLong(1, next);
            insert.setBytes(2, frame);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new VantiqException("The notification could not be stored: " + e.getMessage(), e);
        }
        next++;
        lengths.add(frame.length);
        bytes += frame.length;
        return true;
    }

    @Override
    public synchronized byte[] get(long sequence) {
        if (sequence < first || sequence >= next) {
            return null;
        }
        while (aheadFrom < sequence && !ahead.isEmpty()) {
            ahead.poll();
            aheadFrom++;
        }
        if (ahead.isEmpty() || aheadFrom != sequence) {
            readAhead(sequence);
        }
        return ahead.peek();
    }

    private void readAhead(long sequence) {
        ahead.clear();
        aheadFrom = sequence;
        try {
            read.setLong(1, sequence);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    ahead.add(rows.getBytes(1));
                }
            }
        } catch (SQLException e) {
            throw new VantiqException("The stored notifications could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized long first() {
        return first;
    }

    @Override
    public synchronized long next() {
        return next;
    }

    @Override
    public synchronized void removeBefore(long sequence) {
        while (first < sequence && first < next) {
            bytes -= lengths.poll();
            first++;
        }
        if (first - removedOnDisk >= REMOVE_EVERY || first == next && first > removedOnDisk) {
            removeOnDisk();
        }
    }

    private void removeOnDisk() {
        try {
            delete.setLong(1, first);
            delete.executeUpdate();
            removedOnDisk = first;
        } catch (SQLException e) {
            throw new VantiqException("Delivered notifications could not be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            removeOnDisk();
            database.close();
        } catch (SQLException e) {
            throw new VantiqException("The notification store could not be closed: " + e.getMessage(), e);
        }
    }
}
