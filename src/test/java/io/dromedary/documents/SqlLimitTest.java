package io.dromedary.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A statement that never ends must not keep a connection, a thread and a processor. */
class SqlLimitTest {

    private static final String ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStatementThatNeverEndsIsBrokenOffAndTheNextOneRuns(@TempDir Path folder) {
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"))) {
            EmbeddedDatabase database = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
            database.start();
            SqlStatements statements = new SqlStatements(database.dataSource(), Duration.ofSeconds(1));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> statements.execute(ENDLESS, List.of())).hasMessage("Request failed: the statement took more than 1 s");
            }
            assertThat(statements.fetch("SELECT 7 AS n", List.of(), 0).toString()).isEqualTo("[{n=7}]");
            database.stop();
        }
    }
}
