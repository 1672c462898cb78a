package io.dromedary.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.Peers;

/**
 * Measures our connector and the Python SDK in turns against the same server, which asks for the work, times it and checks every message.
 * Each connector runs in a process of its own. Prints each run, the medians and the ratios, and the memory of 100 sources.
 */
public final class VantiqBench {

    private static final int NOTIFICATIONS = 100_000;
    private static final int LARGE_NOTIFICATIONS = 30_000;
    private static final int QUERIES = 5_000;
    private static final int PARALLEL_QUERIES = 20_000;

    private VantiqBench() {
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        // On a busy machine only the processor time of the connector itself can be compared.
        boolean reference = Peers.pythonImports("vantiqconnectorsdk");
        Map<String, List<Map<String, Double>>> results = new LinkedHashMap<>();
        try (VantiqBenchServer server = new VantiqBenchServer()) {
            Path directory = Files.createTempDirectory("vantiq-bench");
            Files.writeString(directory.resolve("server.config"), "targetServer=http://127.0.0.1:" + server.port() + "\nauthToken=t\nsources=Bench\n");
            for (int round = 0; round < rounds; round++) {
                for (String side : reference ? List.of("reference", "ours") : List.of("ours")) {
                    Map<String, Double> figures = run(server, side, directory);
                    results.computeIfAbsent(side, s -> new ArrayList<>()).add(figures);
                    System.out.printf("%-9s %s%n", side, figures);
                }
            }
            if (rounds > 0) {
                summary(results);
            }
            memory(server, directory);
        }
    }

    private static Map<String, Double> run(VantiqBenchServer server, String side, Path directory) throws Exception {
        Process connector = new ProcessBuilder(side.equals("ours") ? java("Bench") : List.of(Peers.python(),
                Path.of("bench/vantiq-reference.py").toAbsolutePath().toString()))
                .directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            VantiqBenchServer.Link link = server.nextLink();
            Map<String, Double> figures = new LinkedHashMap<>();
            link.burst(50_000, 20);
            link.burst(5_000, 2000);
            link.queries(QUERIES, 1);
            link.queries(PARALLEL_QUERIES, 32);
            double start = cpuMicros(connector);
            figures.put("notifications 20 B /s", link.burst(NOTIFICATIONS, 20));
            figures.put("CPU us/notification 20 B", (cpuMicros(connector) - start) / NOTIFICATIONS);
            start = cpuMicros(connector);
            figures.put("notifications 2 kB /s", link.burst(LARGE_NOTIFICATIONS, 2000));
            figures.put("CPU us/notification 2 kB", (cpuMicros(connector) - start) / LARGE_NOTIFICATIONS);
            double[] sequential = link.queries(QUERIES, 1);
            figures.put("queries /s", sequential[0]);
            figures.put("query p50 ms", sequential[1]);
            figures.put("query p99 ms", sequential[2]);
            start = cpuMicros(connector);
            figures.put("queries, 32 in flight /s", link.queries(PARALLEL_QUERIES, 32)[0]);
            figures.put("CPU us/query, 32 in flight", (cpuMicros(connector) - start) / PARALLEL_QUERIES);
            return figures;
        } finally {
            connector.destroy();
            if (!connector.waitFor(15, TimeUnit.SECONDS)) {
                connector.destroyForcibly();
            }
        }
    }

    private static double cpuMicros(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000.0;
    }

    private static List<String> java(String sources) {
        String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString()).reduce((a, b) -> a + File.pathSeparator + b).orElseThrow();
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-cp", classes,
                "io.dromedary.bench.VantiqBenchConnector", sources);
    }

    private static void summary(Map<String, List<Map<String, Double>>> results) {
        System.out.printf("%n%-28s %12s %12s %8s%n", "median", "reference", "ours", "ratio");
        for (String figure : results.get("ours").get(0).keySet()) {
            double ours = median(results.get("ours"), figure);
            double reference = results.containsKey("reference") ? median(results.get("reference"), figure) : Double.NaN;
            System.out.printf("%-28s %12.3f %12.3f %8.2f%n", figure, reference, ours, ours / reference);
        }
    }

    private static double median(List<Map<String, Double>> runs, String figure) {
        double[] values = runs.stream().mapToDouble(run -> run.get(figure)).sorted().toArray();
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    private static void memory(VantiqBenchServer server, Path directory) throws IOException, InterruptedException {
        Process connector = new ProcessBuilder(java("100")).directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(connector.getInputStream()))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
            }
        } finally {
            connector.destroy();
            connector.waitFor(15, TimeUnit.SECONDS);
        }
    }
}
