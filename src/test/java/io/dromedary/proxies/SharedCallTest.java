package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedCallTest {

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    private String fail() {
        calls.incrementAndGet();
        try {
            over.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new PeerAway("no answer", null);
    }

    @Test
    void whoComesWhileACallRunsSharesItsFailureAndTheNextOneCallsAnew() throws Exception {
        SharedCall<String> shared = new SharedCall<>();
        List<Thread> threads = new ArrayList<>();
        List<FutureTask<String>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(new FutureTask<>(() -> shared.get(this::fail)));
            threads.add(new Thread(results.get(i)));
            threads.get(i).start();
        }
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING));
        over.countDown();
        for (FutureTask<String> result : results) {
            assertThatThrownBy(() -> result.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(PeerAway.class);
        }
        assertThat(calls).hasValue(1);
        assertThat(shared.get(() -> "answer")).isEqualTo("answer");
    }
}
