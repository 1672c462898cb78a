package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {

    @TempDir
    Path temp;

    @Test
    void belongsToOneProcessUntilItIsKilled() throws Exception {
        try (ServerProcess holder = ServerProcess.start(temp, "s3")) {
            assertThatThrownBy(() -> DataDirectory.open(temp)).isInstanceOf(StartRefused.class).hasMessageContaining("in use");
            holder.kill9();
        }
        DataDirectory.open(temp).close();
    }

    @Test
    void refusesInTheSecondProcessToo() throws Exception {
        try (DataDirectory ours = DataDirectory.open(temp); ServerProcess second = ServerProcess.start(ours.path(), "s3")) {
            assertThat(second.firstLine()).contains("in use by another instance (process " + ProcessHandle.current().pid() + ")");
        }
    }
}
