package io.dromedary.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reloads of every kind while commands come in. {@code -Dreload.storm=1000} makes it the long one; figures go to standard
 * output.
 */
class ReloadStormTest {

    private static final int RELOADS = Integer.getInteger("reload.storm", 50);
    private static final long PERIOD_MICROS = 5_000;
    private static final int KINDS = 5;
    /** Classes, compiled code and caches of a thousand reloads; a version that stayed would be more. */
    private static final long MOST_GROWTH = 16L << 20;

    @Test
    void noCommandIsLostOrAnsweredTwice(@TempDir Path folder) throws Exception {
        try (ReloadFixture bus = new ReloadFixture(folder)) {
            // The first one reads the catalogue.
            bus.command("extra0", "first");
            bus.reload.apply();
            List<String> ids = Collections.synchronizedList(new ArrayList<>());
            ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
            int threads = Thread.activeCount();
            long memory = used();
            List<Double> seconds = new ArrayList<>();
            try {
                sender.scheduleAtFixedRate(() -> ids.add(bus.send("steady", Map.of())), 0, PERIOD_MICROS, TimeUnit.MICROSECONDS);
                Random random = new Random(7);
                for (int i = 0; i < RELOADS; i++) {
                    ReloadResult result = once(bus, i, random);
                    if (result.applied()) {
                        seconds.add(result.seconds());
                    }
                }
            } finally {
                sender.shutdown();
                assertThat(sender.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> bus.answers.size() == ids.size());
            assertThat(bus.answers.values()).allSatisfy(count -> assertThat(count.get()).isEqualTo(1));
            assertThat(bus.replies.values()).allSatisfy(reply -> assertThat(reply.get("status").asText()).as(reply.toString()).isEqualTo("success"));
            assertThat(bus.accounts().unaccounted("bus")).isZero();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                bus.reload.tidy();
                return bus.reload.draining() == 0;
            });
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 5);
            int commands = ids.size();
            // What the test itself remembers of each command is no growth of the bus.
            ids.clear();
            bus.forget();
            assertThat(used() - memory).as("bytes more than before").isLessThan(MOST_GROWTH);
            Collections.sort(seconds);
            System.out.printf("%d reloads, %d applied, %d commands; reload median %.0f ms, p95 %.0f ms; threads %d → %d; heap %d → %d MiB%n",
                    RELOADS, seconds.size(), commands, at(seconds, 0.5), at(seconds, 0.95), threads, Thread.activeCount(), memory >> 20, used() >> 20);
        }
    }

    private static ReloadResult once(ReloadFixture bus, int turn, Random random) throws Exception {
        String name = "extra" + random.nextInt(5);
        Path file = bus.routes.resolve("commands/petal-lab/" + name + ".camel.yaml");
        switch (turn % KINDS) {
            case 0 -> bus.command(name, "added " + turn);
            case 1 -> bus.command("steady", "changed " + turn);
            case 2 -> Files.deleteIfExists(file);
            case 3 -> bus.write("commands/petal-lab/broken.camel.yaml", "- route:\n    id: petal-lab.broken\n    from: [");
            default -> Files.writeString(bus.routes.resolve("commands/petal-lab/broken.camel.yaml"),
                    "- route:\n    id: petal-lab.broken\n    description: half");
        }
        ReloadResult result = bus.reload.apply();
        if (turn % KINDS >= 3) {
            assertThat(result.status()).isEqualTo("refused");
            Files.delete(bus.routes.resolve("commands/petal-lab/broken.camel.yaml"));
        } else {
            assertThat(result.problems()).isEmpty();
        }
        return result;
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share))) * 1000;
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
