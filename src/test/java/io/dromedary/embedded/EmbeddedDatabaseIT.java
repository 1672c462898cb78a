package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class EmbeddedDatabaseIT {

    @TempDir
    Path temp;

    @Test
    void losesNoAcknowledgedRowOverAKill() throws Exception {
        long acknowledged = 0;
        try (ServerProcess process = ServerProcess.start(temp, "sql"); BufferedReader lines = process.lines()) {
            while (acknowledged < 1000) {
                acknowledged = Long.parseLong(lines.readLine());
            }
            process.kill9();
        }
        try (DataDirectory data = DataDirectory.open(temp);
                EmbeddedDatabase database = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS)) {
            database.start();
            JdbcTemplate sql = new JdbcTemplate(database.dataSource());
            assertThat(acknowledged).isGreaterThanOrEqualTo(1000);
            assertThat(sql.queryForObject("SELECT count(*) FROM acknowledged WHERE n <= ?", Long.class, acknowledged)).isEqualTo(acknowledged);
            assertThat(sql.queryForObject("PRAGMA integrity_check", String.class)).isEqualTo("ok");
        }
    }
}
