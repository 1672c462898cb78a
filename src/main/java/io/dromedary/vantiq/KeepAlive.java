package io.dromedary.vantiq;

import java.time.Duration;
import java.util.function.BiConsumer;

import io.vertx.core.Vertx;

/** Notices a server that is gone without a word: by pings, if they are sent, and by silence, if that has a limit. Used on one event loop only. */
final class KeepAlive {

    private static final long SHORTEST_LOOK_MILLIS = 100;

    private final Vertx vertx;
    private final VantiqSettings.Times times;
    private final Runnable ping;
    private final BiConsumer<String, String> dead;
    private long pingTimer = -1;
    private long idleTimer = -1;
    private long lastHeardNanos = System.nanoTime();
    private boolean paused;

    /**
     * @param ping sends a ping
     * @param dead told once the server counts as gone: the reason for the close frame, and for ourselves
     */
    KeepAlive(Vertx vertx, VantiqSettings.Times times, Runnable ping, BiConsumer<String, String> dead) {
        this.vertx = vertx;
        this.times = times;
        this.ping = ping;
        this.dead = dead;
    }

    void start() {
        heard();
        if (times.ping().toMillis() > 0) {
            pingTimer = vertx.setPeriodic(times.ping().toMillis(), timer -> ask());
        }
        long idle = times.idle().toMillis();
        if (idle > 0) {
            idleTimer = vertx.setPeriodic(Math.max(SHORTEST_LOOK_MILLIS, idle / 4), timer -> {
                if (!paused && System.nanoTime() - lastHeardNanos > Duration.ofMillis(idle).toNanos()) {
                    dead.accept("idle", "the server was silent for " + idle + " ms");
                }
            });
        }
    }

    private void ask() {
        long sent = System.nanoTime();
        ping.run();
        vertx.setTimer(times.pong().toMillis(), late -> {
            if (lastHeardNanos < sent && !paused) {
                dead.accept("keepalive ping timeout", "the server did not answer a ping");
            }
        });
    }

    /** Something came from the server. */
    void heard() {
        lastHeardNanos = System.nanoTime();
    }

    /** Nothing can be heard while reading is off: silence then says nothing about the server. */
    void reading(boolean on) {
        paused = !on;
        heard();
    }

    void stop() {
        vertx.cancelTimer(pingTimer);
        vertx.cancelTimer(idleTimer);
    }
}
