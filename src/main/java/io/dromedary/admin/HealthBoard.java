package io.dromedary.admin;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks all proxies at the same time whether they work, each within a limit. A round serves everybody who asks within a second. A peer
 * that takes questions and never answers holds one thread, however often somebody asks: not every read hears an interrupt.
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

    private final ExecutorService threads;
    private final Duration limit;
    private final Set<ProxyInfo> open = ConcurrentHashMap.newKeySet();
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
        Map<ProxyInfo, Future<Finding>> running = new LinkedHashMap<>();
        probes.forEach((proxy, probe) -> running.put(proxy, threads.submit(() -> ask(proxy, probe))));
        long end = System.nanoTime() + limit.toNanos();
        Map<ProxyInfo, Finding> found = new EnumMap<>(ProxyInfo.class);
        running.forEach((proxy, future) -> found.put(proxy, await(future, end)));
        last = found;
        askedAt = System.nanoTime();
        return found;
    }

    /** Forgets what is known, since something has been switched. */
    synchronized void forget() {
        last = Map.of();
    }

    private Finding ask(ProxyInfo proxy, Probe probe) {
        if (!open.add(proxy)) {
            return new Finding("unhealthy", "no answer yet to an earlier question");
        }
        try {
            probe.run();
            return Finding.HEALTHY;
        } catch (Exception e) {
            return new Finding("unhealthy", e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } finally {
            open.remove(proxy);
        }
    }

    private Finding await(Future<Finding> future, long end) {
        try {
            return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
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
