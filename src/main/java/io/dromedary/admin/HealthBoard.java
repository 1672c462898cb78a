package io.dromedary.admin;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks all proxies at the same time whether they work, each within a limit. A round serves everybody who asks within a second. A
 * probe that takes longer is interrupted, and while it goes on all the same no other one is begun: a peer that takes questions and
 * never answers holds one thread, however often somebody asks.
 */
final class HealthBoard {

    private static final Duration FRESH = Duration.ofSeconds(1);

    /**
     * How one proxy is.
     *
     * @param status {@code healthy}, {@code unhealthy} or {@code error}
     * @param error  null when it is healthy
     */
    record Finding(String status, String error) {

        static final Finding HEALTHY = new Finding("healthy", null);

        boolean isHealthy() {
            return this == HEALTHY;
        }
    }

    /** Asks one proxy; any exception means that it does not work. */
    interface Probe {
        void run() throws Exception;
    }

    /** A probe that was begun. */
    private static final class Question {

        private final CompletableFuture<Finding> finding = new CompletableFuture<>();
        private Thread thread;

        private void ask(Probe probe) {
            synchronized (this) {
                thread = Thread.currentThread();
            }
            Finding found = new Finding("error", "the probe broke");
            try {
                probe.run();
                found = Finding.HEALTHY;
            } catch (Exception e) {
                found = new Finding("unhealthy", e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            } finally {
                synchronized (this) {
                    thread = null;
                    Thread.interrupted();
                }
                finding.complete(found);
            }
        }

        private synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private final ExecutorService threads;
    private final Duration limit;
    private final Map<ProxyInfo, Question> asked = new EnumMap<>(ProxyInfo.class);
    private Map<ProxyInfo, Finding> last = Map.of();
    private long askedAt;

    HealthBoard(ExecutorService threads, Duration limit) {
        this.threads = threads;
        this.limit = limit;
    }

    /** The findings of all probes. */
    synchronized Map<ProxyInfo, Finding> ask(Map<ProxyInfo, Probe> probes) {
        if (last.keySet().equals(probes.keySet()) && !last.isEmpty() && System.nanoTime() - askedAt < FRESH.toNanos()) {
            return last;
        }
        probes.forEach(this::begin);
        long end = System.nanoTime() + limit.toNanos();
        Map<ProxyInfo, Finding> found = new EnumMap<>(ProxyInfo.class);
        probes.keySet().forEach(proxy -> found.put(proxy, await(asked.get(proxy), end)));
        last = found;
        askedAt = System.nanoTime();
        return found;
    }

    private void begin(ProxyInfo proxy, Probe probe) {
        Question earlier = asked.get(proxy);
        if (earlier == null || earlier.finding.isDone()) {
            Question question = new Question();
            threads.execute(() -> question.ask(probe));
            asked.put(proxy, question);
        }
    }

    /** Forgets what is known, since something has been switched. */
    synchronized void forget() {
        last = Map.of();
    }

    private Finding await(Question question, long end) {
        try {
            return question.finding.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            question.interrupt();
            return new Finding("unhealthy", "no answer in " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding("error", "interrupted");
        } catch (ExecutionException e) {
            return new Finding("error", String.valueOf(e.getCause()));
        }
    }

    /** The worst of several states. */
    static String overall(List<Finding> findings) {
        return findings.stream().allMatch(Finding::isHealthy) ? "healthy" : "unhealthy";
    }
}
