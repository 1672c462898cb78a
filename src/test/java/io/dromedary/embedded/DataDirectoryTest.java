package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path temp;

    @Test
    void createsTheDirectoryForItsOwnerOnly() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp.resolve("a/b c"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path()))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.folder("mqtt")))).isEqualTo("rwx------");
        }
    }

    @Test
    void refusesASecondInstanceAndNamesTheFirst() {
        try (DataDirectory first = DataDirectory.open(temp)) {
            assertThatThrownBy(() -> DataDirectory.open(temp)).isInstanceOf(StartRefused.class)
                    .hasMessageContaining("in use").hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("DROMEDARY_DATA_DIR").hasMessageNotContaining("\n");
            assertThat(first.path()).isEqualTo(temp.toAbsolutePath());
        }
        DataDirectory.open(temp).close();
    }

    @Test
    void acceptsALinkToADirectory() throws Exception {
        Path target = Files.createDirectory(temp.resolve("disk"));
        try (DataDirectory data = DataDirectory.open(Files.createSymbolicLink(temp.resolve("link"), target))) {
            data.folder("sql");
        }
        assertThat(target.resolve("sql")).isDirectory();
    }

    @Test
    void refusesAFileInItsPlace() throws Exception {
        Path file = Files.createFile(temp.resolve("data"));
        assertThatThrownBy(() -> DataDirectory.open(file)).isInstanceOf(StartRefused.class)
                .hasMessage("The data directory " + file + " cannot be written (a file is in its place); "
                        + "set DROMEDARY_DATA_DIR to a directory that can.");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below"))).isInstanceOf(StartRefused.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesADirectoryThatNotEvenRootCanWrite() {
        assertThatThrownBy(() -> DataDirectory.open(Path.of("/proc"))).isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("The data directory /proc cannot be written");
    }
}
