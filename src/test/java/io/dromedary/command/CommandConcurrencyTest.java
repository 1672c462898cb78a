package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many commands run at once, on which threads, and what becomes of one that does not end. */
class CommandConcurrencyTest {

    private static final int WORKERS = 3;
    private static final int HEAVY_WORKERS = 2;

    @TempDir
    private Path folder;
    private BusFixture bus;
    private ExampleLog log;

    @BeforeEach
    void start() throws Exception {
        start("60s");
    }

    private void start(String timeout) throws Exception {
        start(timeout, WORKERS);
    }

    private void start(String timeout, int workers) throws Exception {
        bus = new BusFixture(folder, Map.of("dromedary.command-workers", "" + workers, "dromedary.heavy-command-workers", "" + HEAVY_WORKERS,
                "dromedary.command-timeout", timeout, "dromedary.command-queue", "8"),
                "classpath:routes/petal-example/petal-example.camel.yaml");
        log = bus.context().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class);
    }

    @AfterEach
    void stop() {
        log.open(1_000);
        bus.close();
    }

    private void send(String id, String command) throws Exception {
        bus.send(BusFixture.envelope(id, "petal-example/" + command, Map.of()));
    }

    @Test
    void runsAsManyCommandsAtOnceAsThereAreWorkers() throws Exception {
        for (int i = 0; i < WORKERS + 2; i++) {
            send("s" + i, "slow");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> log.events().size() >= WORKERS);
        assertThat(log.events()).hasSize(WORKERS).allMatch(event -> event.startsWith("start"));
        log.open(WORKERS + 2);
        await().atMost(Duration.ofSeconds(5)).until(() -> bus.sent().size() == WORKERS + 2);
        assertThat(bus.accounts().unaccounted("bus")).isZero();
    }

    @Test
    void heavyCommandsDoNotDelayOthers() throws Exception {
        for (int i = 0; i < 6; i++) {
            send("h" + i, "heavy");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> log.events().size() == HEAVY_WORKERS);
        assertThat(log.events()).allMatch(event -> event.contains("command-heavy"));
        send("quick", "echo");
        await().atMost(Duration.ofSeconds(5)).until(() -> bus.sent().stream().anyMatch(sent -> "quick".equals(sent.message().get("messageId"))));
        log.open(6);
        await().atMost(Duration.ofSeconds(5)).until(() -> bus.sent().size() == 7);
    }

    @Test
    void answersForACommandThatIsStuckAndFreesItsThread() throws Exception {
        bus.close();
        start("700ms");
        send("stuck", "stuck");
        await().atMost(Duration.ofSeconds(5)).until(() -> !bus.sent().isEmpty());
        assertThat(bus.sent()).singleElement().satisfies(reply -> assertThat(reply.message())
                .containsEntry("messageId", "stuck").containsEntry("error_code", "COMMAND_TIMEOUT"));
        assertThat(log.wasInterrupted()).isTrue();
        List<BusFixture.Sent> next = bus.exchange(BusFixture.envelope("next", "petal-example/echo", Map.of("x", 1)));
        assertThat(next).singleElement().satisfies(reply -> assertThat(reply.message()).containsEntry("messageId", "next"));
        assertThat(bus.accounts().unaccounted("bus")).isZero();
    }

    @Test
    void aWorkerWhoseCommandKeptTheInterruptServesTheNextOne() throws Exception {
        bus.close();
        start("300ms", 1);
        bus.addCommand("petal-example/deaf", exchange -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        });
        send("deaf", "deaf");
        await().atMost(Duration.ofSeconds(10)).until(() -> !bus.sent().isEmpty());
        assertThat(bus.sent().get(0).message()).containsEntry("error_code", "COMMAND_TIMEOUT");
        send("next", "echo");
        await().atMost(Duration.ofSeconds(10)).until(() -> bus.sent().stream().anyMatch(sent -> "next".equals(sent.message().get("messageId"))));
    }

    @Test
    void theDeadlineOfACommandThatGoesOnElsewhereLeavesItsWorkerAlone() {
        CommandDeadlines.Entry here = new CommandDeadlines.Entry(null, 0);
        here.enter();
        here.interrupt();
        assertThat(Thread.interrupted()).isTrue();
        CommandDeadlines.Entry elsewhere = new CommandDeadlines.Entry(null, 0);
        elsewhere.enter();
        CommandDeadlines.left();
        elsewhere.interrupt();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void holdsTheEdgeBackWhenItsQueueIsFull() throws Exception {
        for (int i = 0; i < WORKERS; i++) {
            send("s" + i, "slow");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> log.events().size() == WORKERS);
        for (int i = 0; i < 8; i++) {
            send("w" + i, "echo");
        }
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> send("one too many", "echo")).hasRootCauseMessage("Queue full");
        log.open(WORKERS);
        await().atMost(Duration.ofSeconds(5)).until(() -> bus.sent().size() == WORKERS + 8);
        assertThat(bus.accounts().unaccounted("bus")).isZero();
    }
}
