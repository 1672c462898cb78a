package io.dromedary.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.dromedary.proxies.OddServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthBoardTest {

    /** Reads of a socket do not hear interrupts: each round would cost one more thread, until those that work cannot be asked either. */
    @Test
    void aPeerThatNeverAnswersHoldsOneThreadHoweverOftenItIsAskedFor() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (OddServer silent = new OddServer(OddServer::keepSilent)) {
            HealthBoard board = new HealthBoard(threads, Duration.ofMillis(200));
            AtomicInteger asked = new AtomicInteger();
            Map<ProxyInfo, HealthBoard.Probe> probes = Map.of(ProxyInfo.BUCKET, () -> question(URI.create(silent.address())),
                    ProxyInfo.REDIS, asked::incrementAndGet);
            for (int round = 1; round <= 4; round++) {
                board.forget();
                Map<ProxyInfo, HealthBoard.Finding> found = board.ask(probes);
                assertThat(found.get(ProxyInfo.BUCKET).error()).startsWith("no answer");
                assertThat(found.get(ProxyInfo.REDIS).isHealthy()).isTrue();
                assertThat(asked).hasValue(round);
            }
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> silent.taken() == 1);
            silent.close();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
                board.forget();
                assertThat(String.valueOf(board.ask(probes).get(ProxyInfo.BUCKET).error())).doesNotStartWith("no answer");
            });
        } finally {
            threads.shutdownNow();
        }
    }

    private static void question(URI peer) throws IOException {
        try (Socket socket = new Socket(peer.getHost(), peer.getPort())) {
            socket.getOutputStream().write("how are you, my peer?".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        }
    }
}
