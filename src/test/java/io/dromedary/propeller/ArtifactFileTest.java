package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactFileTest {

    @TempDir
    private Path folder;
    private Path target;

    @BeforeEach
    void nameTarget() {
        target = folder.resolve("app.wasm");
    }

    @Test
    void putsChunksTogetherInAnyOrderAndMoreThanOnce() throws IOException {
        try (ArtifactFile file = new ArtifactFile(target)) {
            file.add(1, 3, new byte[] {3, 4});
            file.add(0, 3, new byte[] {1, 2});
            file.add(1, 3, new byte[] {3, 4});
            assertThat(file.isComplete()).isFalse();
            file.add(2, 3, new byte[] {5});
            assertThat(file.isComplete()).isTrue();
            assertThat(file.bytes()).isEqualTo(5);
            assertThat(file.sha256()).isEqualTo("74f81fe167d99b4cb41d6d0ccda82278caee9f3e2f25d5e5a3936ff3dcec60d0");
            file.keep();
        }
        assertThat(target).hasBinaryContent(new byte[] {1, 2, 3, 4, 5});
    }

    @ParameterizedTest
    @CsvSource({"-1,3", "3,3", "0,0", "0,-5", "0,4194305", "2147483646,2147483647"})
    void refusesNumbersThatCannotBe(int index, int total) throws IOException {
        try (ArtifactFile file = new ArtifactFile(target)) {
            assertThatThrownBy(() -> file.add(index, total, new byte[] {1})).isInstanceOf(IOException.class).hasMessageContaining("does not fit");
        }
    }

    @Test
    void refusesChunksThatDoNotFitTheFirst() throws IOException {
        try (ArtifactFile file = new ArtifactFile(target)) {
            file.add(0, 3, new byte[] {1, 2});
            assertThatThrownBy(() -> file.add(1, 4, new byte[] {3, 4})).hasMessageContaining("does not fit");
            assertThatThrownBy(() -> file.add(1, 3, new byte[] {3})).hasMessageContaining("another size");
            assertThatThrownBy(() -> file.add(1, 3, new byte[0])).hasMessageContaining("does not fit");
        }
    }

    @Test
    void leavesNothingWhenItIsNotKept() throws IOException {
        try (ArtifactFile file = new ArtifactFile(target)) {
            file.add(0, 2, new byte[] {1});
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }
}
