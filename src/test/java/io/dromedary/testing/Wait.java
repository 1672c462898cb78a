package io.dromedary.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

/** Waits for conditions with one generous limit. */
public final class Wait {

    private Wait() {
    }

    /** Waits half a minute at most. */
    public static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(condition);
    }
}
