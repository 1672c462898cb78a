package io.dromedary.bench;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.bench.OciBenchReader.Times;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.SelfSigned;

/**
 * Artifacts from a real registry over a real broker, against a publisher that sends the same number of bytes from memory one message at
 * a time, and, if it is there, against the program that ours replaces, both over TLS since that program cannot without. All sides take
 * turns in one run.
 * <p>Arguments: path of the built ceiling program, rounds, path of the built original or nothing, and optionally {@code huge} for 2 GB
 * through a small heap instead.
 */
public final class OciBench {

    private static final long[] SIZES = Arrays.stream(System.getProperty("bench.sizes", "1000000,10000000,100000000").split(",")).mapToLong(Long::parseLong).toArray();
    /** Transfers of each kind until the compiler has had its time: the proxy runs for months. */
    private static final int WARM_UP = Integer.getInteger("bench.warm", 25);

    /** The topic of our proxy's chunks, so that the reader takes them all from the broker. */
    private static final String CEILING_TOPIC = "m/dom/c/chan/registry/server";

    private final Path folder;
    private final String ceiling;
    private final int rounds;
    private final Mosquitto broker;
    private final DockerRegistry registry;
    private final OciBenchReader reader;

    private OciBench(Path folder, String ceiling, int rounds) throws Exception {
        this.folder = folder;
        this.ceiling = ceiling;
        this.rounds = rounds;
        broker = Mosquitto.start(folder);
        registry = DockerRegistry.start(folder);
        reader = new OciBenchReader(broker.port());
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("oci-bench");
        OciBench bench = new OciBench(folder, args[0], Integer.parseInt(args[1]));
        try {
            if (args[3].equals("huge")) {
                bench.huge();
            } else if (args[2].isEmpty()) {
                bench.compareWithCeiling();
            } else {
                bench.compareWithOriginal(args[2]);
            }
        } finally {
            bench.reader.close();
            bench.registry.close();
            bench.broker.close();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private void huge() throws Exception {
        try (OciBenchProxy proxy = OciBenchProxy.ours(folder, broker, registry, null, "128m")) {
            long size = 2_000_000_000L;
            Times times = reader.fetch(proxy, Map.of("huge", push("huge", size)), size, false);
            System.out.printf("2 GB with -Xmx128m: %.1f s, %.0f MB/s, peak RSS %s%n", times.last() / 1000, size / times.last() / 1000, proxy.peak());
        }
    }

    private void compareWithCeiling() throws Exception {
        try (OciBenchProxy proxy = OciBenchProxy.ours(folder, broker, registry, null, "256m")) {
            compare(List.of(proxy));
            System.out.println("peak RSS of the proxy: " + proxy.peak());
        }
    }

    private void compareWithOriginal(String program) throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        try (DockerRegistry sealed = DockerRegistry.startSealed(folder, own);
             OciBenchProxy plain = OciBenchProxy.ours(folder, broker, registry, own, "256m");
             OciBenchProxy original = OciBenchProxy.original(folder, broker, sealed, own, program)) {
            compare(List.of(plain, plain.over(sealed), original));
            System.out.println("peak RSS: ours " + plain.peak() + ", original " + original.peak());
        }
    }

    private void compare(List<OciBenchProxy> proxies) throws Exception {
        for (long size : SIZES) {
            compare(proxies, size, Map.of("a" + size, push("a" + size, size)));
        }
        Map<String, String> twenty = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            twenty.put("b" + i, push("b" + i, 5_000_000));
        }
        compare(proxies, 5_000_000, twenty);
    }

    /** Milliseconds that one side took, and its processor time. */
    private static final class Side {
        private final List<Double> first = new ArrayList<>();
        private final List<Double> last = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
    }

    private void compare(List<OciBenchProxy> proxies, long size, Map<String, String> digests) throws Exception {
        List<Side> sides = proxies.stream().map(proxy -> new Side()).toList();
        List<Double> best = new ArrayList<>();
        for (OciBenchProxy proxy : proxies) {
            for (int i = 0; i < WARM_UP; i++) {
                reader.fetch(proxy, digests, size, true);
            }
        }
        long bytes = size * digests.size();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                double before = proxies.get(i).cpu();
                Times times = reader.fetch(proxies.get(i), digests, size, true);
                sides.get(i).cpu.add(proxies.get(i).cpu() - before);
                sides.get(i).first.add(times.first());
                sides.get(i).last.add(times.last());
            }
            best.add(ceiling(bytes));
        }
        System.out.printf("%2d x %9d bytes%28s ceiling %7.1f ms%n", digests.size(), size, "", median(best));
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            double last = median(side.last);
            System.out.printf("   %-17s first chunk %6.1f ms, last %7.1f ms (%4.0f MB/s), of the ceiling %.2f, processor time %.0f ms%n", proxies.get(i).name(),
                    median(side.first), last, bytes / last / 1000, median(best) / last, median(side.cpu));
        }
    }

    private String push(String name, long size) throws Exception {
        Path file = folder.resolve(name);
        byte[] block = new byte[1 << 20];
        Random random = new Random(size);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long left = size; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
        String digest = registry.push("bench/" + name, "latest", file);
        Files.delete(file);
        return digest;
    }

    private double ceiling(long size) throws Exception {
        Process process = new ProcessBuilder(ceiling, "-broker", broker.url(), "-topic", CEILING_TOPIC, "-size", String.valueOf(size))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            double millis = Double.parseDouble(out.readLine());
            process.waitFor(10, TimeUnit.SECONDS);
            return millis;
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
