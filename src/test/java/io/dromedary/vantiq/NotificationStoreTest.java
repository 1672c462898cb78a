package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationStoreTest {

    @TempDir
    static Path directory;
    private static int number;

    private static NotificationStore store(String kind, int messages, long bytes) {
        return kind.equals("memory") ? new MemoryNotificationStore(messages, bytes)
                : new DiskNotificationStore(directory, "source/" + number++, messages, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void keepsOrderAndForgetsWhatIsRemoved(String kind) {
        try (NotificationStore store = store(kind, 1000, 1 << 20)) {
            for (int i = 0; i < 500; i++) {
                assertThat(store.append(("n" + i).getBytes())).isTrue();
            }
            assertThat(store.get(137)).asString().isEqualTo("n137");
            store.removeBefore(300);
            assertThat(store.get(299)).isNull();
            assertThat(store.first()).isEqualTo(300);
            assertThat(store.size()).isEqualTo(200);
            for (long i = store.first(); i < store.next(); i++) {
                assertThat(store.get(i)).asString().isEqualTo("n" + i);
            }
            // Back to one that was not removed, as after a broken connection.
            assertThat(store.get(300)).asString().isEqualTo("n300");
            assertThat(store.get(500)).isNull();
            store.removeBefore(10_000);
            assertThat(store.size()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void refusesMoreThanItsLimits(String kind) {
        try (NotificationStore store = store(kind, 3, 100)) {
            assertThat(store.append(new byte[500])).as("one is always taken").isTrue();
            assertThat(store.append(new byte[1])).isFalse();
            store.removeBefore(1);
            assertThat(Stream.generate(() -> store.append(new byte[10])).limit(4)).containsExactly(true, true, true, false);
        }
    }

    @Test
    void diskKeepsWhatWasNotDeliveredForTheNextProcess() {
        try (NotificationStore store = new DiskNotificationStore(directory, "again", 1000, 1 << 20)) {
            for (int i = 0; i < 250; i++) {
                store.append(("n" + i).getBytes());
            }
            store.removeBefore(120);
        }
        try (NotificationStore store = new DiskNotificationStore(directory, "again", 1000, 1 << 20)) {
            assertThat(store.size()).isEqualTo(130);
            assertThat(store.get(store.first())).asString().isEqualTo("n120");
            assertThat(store.get(store.next() - 1)).asString().isEqualTo("n249");
        }
    }
}
