package io.dromedary.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.apache.commons.dbcp2.BasicDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * An SQL database (SQLite) in one file of the data directory. Committed rows survive a {@code kill -9}; one writer at a time,
 * the others wait up to 5 s. The pool has at most 8 connections and lets a caller wait at most 10 s for one.
 */
public final class EmbeddedDatabase implements EmbeddedServer {

    /** Whether a commit waits for the disk. */
    public enum Durability {
        /** The last commits may be lost with the power, never with the process. */
        PROCESS(SynchronousMode.NORMAL),
        /** Every commit survives a loss of power; about six times slower. */
        POWER_LOSS(SynchronousMode.FULL);

        private final SynchronousMode mode;

        Durability(SynchronousMode mode) {
            this.mode = mode;
        }
    }

    private static final int MAX_CONNECTIONS = 8;
    private static final Duration MAX_WAIT_FOR_CONNECTION = Duration.ofSeconds(10);
    private static final int BUSY_TIMEOUT_MS = 5000;

    private final String name;
    private final Path file;
    private final Durability durability;
    private final Duration maxWaitForConnection;
    private volatile BasicDataSource pool;

    /**
     * A database in the folder {@code sql} of a data directory.
     *
     * @param name the file's name without {@code .db}, and the server's name in the start-up lines
     */
    public EmbeddedDatabase(DataDirectory data, String name, Durability durability) {
        this(data, name, durability, MAX_WAIT_FOR_CONNECTION);
    }

    EmbeddedDatabase(DataDirectory data, String name, Durability durability, Duration maxWaitForConnection) {
        this.name = name;
        this.file = data.folder("sql").resolve(name + ".db");
        this.durability = durability;
        this.maxWaitForConnection = maxWaitForConnection;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String address() {
        return "jdbc:sqlite:" + file;
    }

    /** The pooled connections; there after {@link #claim()}, the first one is made when it is asked for. */
    public DataSource dataSource() {
        BasicDataSource made = pool;
        if (made == null) {
            throw new IllegalStateException("The embedded database " + name + " is not started");
        }
        return made;
    }

    @Override
    public synchronized void claim() {
        if (pool == null) {
            pool = newPool();
        }
    }

    @Override
    public synchronized void start() {
        claim();
        try (Connection connection = pool.getConnection(); var statement = connection.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM sqlite_master").close();
        } catch (SQLException e) {
            throw new StartRefused("The embedded database " + file + " cannot be opened (" + e.getMessage() + ").", e);
        }
    }

    @Override
    public synchronized void stop() {
        if (pool != null) {
            close(pool);
            pool = null;
        }
    }

    private BasicDataSource newPool() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(durability.mode);
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.enforceForeignKeys(true);
        BasicDataSource made = new BasicDataSource();
        made.setDriverClassName("org.sqlite.JDBC");
        made.setUrl(address());
        config.toProperties().forEach((key, value) -> made.addConnectionProperty((String) key, (String) value));
        // One connection stays open: closing the last one copies and deletes the write-ahead log.
        made.setMinIdle(1);
        made.setMaxIdle(MAX_CONNECTIONS);
        made.setMaxTotal(MAX_CONNECTIONS);
        made.setMaxWait(maxWaitForConnection);
        // Seen through JMX the pool would show nothing that the metrics do not.
        made.setJmxName(null);
        return made;
    }

    private static void close(BasicDataSource pool) {
        try {
            pool.close();
        } catch (SQLException e) {
            throw new IllegalStateException("An embedded database did not close in order", e);
        }
    }
}
