package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.dromedary.embedded.EmbeddedDatabase.Durability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class EmbeddedDatabaseTest {

    @TempDir
    Path temp;
    private DataDirectory data;

    @BeforeEach
    void open() {
        data = DataDirectory.open(temp.resolve("with a space"));
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void keepsRowsOverARestartAndQueriesJson() {
        try (EmbeddedDatabase database = new EmbeddedDatabase(data, "local", Durability.PROCESS)) {
            database.start();
            JdbcTemplate sql = new JdbcTemplate(database.dataSource());
            sql.execute("CREATE TABLE records (document TEXT)");
            sql.update("INSERT INTO records VALUES (?)", "{\"vehicle\": 7}");
            database.stop();
            database.start();
            sql = new JdbcTemplate(database.dataSource());
            assertThat(sql.queryForObject("SELECT json_extract(document, '$.vehicle') FROM records", Integer.class)).isEqualTo(7);
        }
    }

    @Test
    void keepsTheTwoDatabasesApart() {
        try (EmbeddedDatabase local = new EmbeddedDatabase(data, "local", Durability.PROCESS);
                EmbeddedDatabase cloud = new EmbeddedDatabase(data, "cloud", Durability.POWER_LOSS)) {
            local.start();
            cloud.start();
            new JdbcTemplate(local.dataSource()).execute("CREATE TABLE a (n INTEGER)");
            assertThat(new JdbcTemplate(cloud.dataSource()).queryForObject("SELECT count(*) FROM sqlite_master", Integer.class)).isZero();
            assertThat(local.address()).isNotEqualTo(cloud.address());
            assertThat(pragma(local, "synchronous")).isEqualTo("1");
            assertThat(pragma(cloud, "synchronous")).isEqualTo("2");
            assertThat(pragma(cloud, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(cloud, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void letsManyThreadsWriteAtOnce() throws Exception {
        try (EmbeddedDatabase database = new EmbeddedDatabase(data, "local", Durability.PROCESS)) {
            database.start();
            JdbcTemplate sql = new JdbcTemplate(database.dataSource());
            sql.execute("CREATE TABLE t (n INTEGER)");
            ExecutorService writers = Executors.newFixedThreadPool(16);
            try {
                List<Callable<Integer>> inserts = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    int n = i;
                    inserts.add(() -> sql.update("INSERT INTO t VALUES (?)", n));
                }
                for (Future<Integer> insert : writers.invokeAll(inserts, 60, TimeUnit.SECONDS)) {
                    assertThat(insert.get()).isEqualTo(1);
                }
            } finally {
                writers.shutdownNow();
            }
            assertThat(sql.queryForObject("SELECT count(*) FROM t", Integer.class)).isEqualTo(400);
        }
    }

    @Test
    void givesOutEightConnectionsAndRefusesTheNinthInTime() throws Exception {
        try (EmbeddedDatabase database = new EmbeddedDatabase(data, "local", Durability.PROCESS, Duration.ofMillis(50))) {
            database.start();
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                taken.add(database.dataSource().getConnection());
            }
            assertThatThrownBy(() -> database.dataSource().getConnection()).isInstanceOf(SQLException.class)
                    .hasMessageContaining("pool");
            for (Connection connection : taken) {
                connection.close();
            }
            database.dataSource().getConnection().close();
        }
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Files.writeString(data.folder("sql").resolve("local.db"), "this is not a database, however long it is\n".repeat(100));
        try (EmbeddedDatabase database = new EmbeddedDatabase(data, "local", Durability.PROCESS)) {
            assertThatThrownBy(database::start).isInstanceOf(StartRefused.class).hasMessageContaining("local.db")
                    .hasMessageContaining("not a database").hasMessageNotContaining("\n");
        }
    }

    private static String pragma(EmbeddedDatabase database, String name) {
        return new JdbcTemplate(database.dataSource()).queryForObject("PRAGMA " + name, String.class);
    }
}
