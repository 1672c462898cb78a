package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;

import io.dromedary.mavftp.FtpTask.Priority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's queue, and operations that change something, against a server in memory. */
@Timeout(60)
class FtpClientTest {

    /** Two ends joined in memory; answers can be dropped and held back. */
    private static final class Wire {
        final List<FtpTransport.Listener> clients = new CopyOnWriteArrayList<>();
        final List<FtpTransport.Listener> servers = new CopyOnWriteArrayList<>();
        volatile java.util.function.Predicate<FtpPayload> dropAnswer = p -> false;
        volatile long delayNanos;

        FtpTransport client() {
            return transport(servers, clients, false);
        }

        FtpTransport server() {
            return transport(clients, servers, true);
        }

        private FtpTransport transport(List<FtpTransport.Listener> to, List<FtpTransport.Listener> mine, boolean answers) {
            return new FtpTransport() {
                @Override
                public void send(int system, int component, FtpPayload payload) {
                    if (answers && dropAnswer.test(payload)) {
                        return;
                    }
                    if (answers && delayNanos > 0) {
                        java.util.concurrent.locks.LockSupport.parkNanos(delayNanos);
                    }
                    to.forEach(l -> l.received(answers ? 1 : 255, answers ? 1 : 190, payload));
                }

                @Override
                public Subscription listen(Listener listener) {
                    mine.add(listener);
                    return () -> mine.remove(listener);
                }
            };
        }
    }

    @TempDir
    Path vehicle;
    @TempDir
    Path local;
    private final Wire wire = new Wire();
    private FtpServerLoop server;
    private FtpClient client;

    @BeforeEach
    void start() {
        server = new FtpServerLoop(wire.server(), vehicle, FtpServerProfile.PX4);
        client = new FtpClient(wire.client(), 1, 1, FtpOptions.DEFAULT);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private byte[] file(String name, int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(vehicle.resolve(name), bytes);
        return bytes;
    }

    @Test
    void listsAndFetchesSmallFilesInTheMiddleOfALargeDownload() throws Exception {
        byte[] large = file("large.bin", 3_000_000);
        byte[] small = file("small.txt", 1000);
        wire.delayNanos = 50_000;
        List<Long> progress = new CopyOnWriteArrayList<>();
        FtpTask<FtpTransfer> download = client.get("large.bin", local.resolve("large.bin"), Priority.BULK, (done, total) -> progress.add(done));
        await().until(() -> !progress.isEmpty());
        assertThat(client.list("/").await().value()).hasSize(2);
        assertThat(client.get("small.txt", local.resolve("small.txt"), Priority.NORMAL, FtpProgress.NONE).await().statistics().bytes())
                .isEqualTo(1000);
        Path upload = Files.write(local.resolve("up.txt"), small);
        client.put(upload, "up.txt", FtpProgress.NONE).await();
        assertThat(download.future()).as("the large one is still on its way").isNotDone();
        wire.delayNanos = 0;
        download.await();
        assertThat(local.resolve("large.bin")).hasBinaryContent(large);
        assertThat(local.resolve("small.txt")).hasBinaryContent(small);
        assertThat(vehicle.resolve("up.txt")).hasBinaryContent(small);
        assertThat(progress).isSorted().last().isEqualTo(3_000_000L);
    }

    @Test
    void cancelsByPathAndGoesOnWithTheNext() throws Exception {
        file("large.bin", 3_000_000);
        wire.delayNanos = 100_000;
        FtpTask<FtpTransfer> download = client.get("large.bin", local.resolve("large.bin"), Priority.BULK, FtpProgress.NONE);
        FtpTask<FtpTransfer> waiting = client.get("large.bin", local.resolve("other.bin"), Priority.BULK, FtpProgress.NONE);
        assertThat(client.cancel("large.bin")).isTrue();
        assertThatThrownBy(download::await).isInstanceOf(CancellationException.class);
        assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
        assertThat(client.cancel("large.bin")).isFalse();
        assertThat(client.list("/").await().value()).hasSize(1);
    }

    @Test
    void takesALostAnswerToAChangeForWhatItIs() throws Exception {
        file("a.txt", 10);
        file("b.txt", 10);
        // the answer is lost; the repetition goes to another server process that has forgotten the first
        int[] lost = {0};
        wire.dropAnswer = p -> {
            boolean drop = p.requestOpcode() >= FtpOpcode.REMOVE_FILE && p.requestOpcode() <= FtpOpcode.RENAME && lost[0] == 0;
            lost[0] = drop ? 1 : 0;
            if (drop) {
                server.reboot();
            }
            return drop;
        };
        client.createDirectory("d").await();
        client.rename("a.txt", "d/a.txt").await();
        client.remove("d/a.txt").await();
        client.removeDirectory("d").await();
        assertThat(client.removeAll(List.of("b.txt"), FtpProgress.NONE).await().value()).allMatch(FtpRemoval::removed);
        assertThat(client.list("/").await().value()).isEmpty();
        wire.dropAnswer = p -> false;
        assertThatThrownBy(() -> client.remove("b.txt").await()).isInstanceOf(FtpException.class).hasMessageContaining("FileNotFound");
    }

    @Test
    void refusesMoreThanItsQueueHolds() {
        wire.dropAnswer = p -> true;
        List<FtpTask<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            tasks.add(client.list("/"));
        }
        assertThat(tasks.stream().filter(t -> t.future().isCompletedExceptionally()).count()).isBetween(99L, 100L);
        assertThatThrownBy(() -> tasks.get(1099).await()).hasMessageContaining("waiting");
        client.close();
        assertThat(tasks).allMatch(t -> t.future().isDone());
        assertThatThrownBy(() -> client.list("/").await()).hasMessageContaining("closed");
    }

    @Test
    void refusesBadPathsAndTargetsAtOnce() {
        for (String path : new String[] {"", "../x", "a\0b", "y".repeat(240)}) {
            assertThatThrownBy(() -> client.get(path, local.resolve("x"), Priority.BULK, FtpProgress.NONE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.remove(path)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new FtpClient(wire.client(), 1, 0, FtpOptions.DEFAULT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FtpOptions.DEFAULT.withMaxWindow(513)).isInstanceOf(IllegalArgumentException.class);
    }
}
