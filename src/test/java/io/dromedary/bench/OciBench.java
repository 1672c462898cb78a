package io.dromedary.bench;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Product;

/**
 * Artifacts from a real registry over a real broker, against a publisher that sends the same number of bytes from memory one message at
 * a time. Both sides alternate in one run; one subscriber at QoS 2 listens to both. What arrived is verified after the clock stopped.
 * <p>Arguments: path of the built ceiling program, rounds, and optionally {@code huge} for 2 GB through a small heap.
 */
public final class OciBench {

    private static final int CHUNK = 512_000;
    private static final long[] SIZES = java.util.Arrays.stream(System.getProperty("bench.sizes", "1000000,10000000,100000000").split(",")).mapToLong(Long::parseLong).toArray();
    /** Transfers of each kind until the compiler has had its time: the proxy runs for months. */
    private static final int WARM_UP = Integer.getInteger("bench.warm", 25);
    private static final String PREFIX = "m/dom/c/chan/registry/";

    /** What arrived for one artifact. */
    private static final class Arrival {
        private final CountDownLatch done = new CountDownLatch(1);
        private final MessageDigest hash;
        private final List<byte[]> kept = new ArrayList<>();
        private final boolean keep;
        private final int expected;
        private int count;
        private long first;
        private long last;

        Arrival(int expected, boolean keep) throws Exception {
            this.expected = expected;
            this.keep = keep;
            this.hash = MessageDigest.getInstance("SHA-256");
        }

        synchronized void add(byte[] payload) {
            last = System.nanoTime();
            first = count == 0 ? last : first;
            if (keep) {
                kept.add(payload);
            } else {
                hash(payload);
            }
            if (++count == expected) {
                done.countDown();
            }
        }

        private void hash(byte[] payload) {
            String text = new String(payload, StandardCharsets.ISO_8859_1);
            int data = text.indexOf("\"data\":\"") + 8;
            hash.update(Base64.getDecoder().decode(text.substring(data, text.length() - 2)));
        }

        String digest() {
            kept.forEach(this::hash);
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        }
    }

    private final Map<String, Arrival> arrivals = new ConcurrentHashMap<>();
    private final Path folder;
    private final Mosquitto broker;
    private final DockerRegistry registry;
    private final Mqtt3AsyncClient client;

    private OciBench(Path folder) throws Exception {
        this.folder = folder;
        broker = Mosquitto.start(folder);
        registry = DockerRegistry.start(folder);
        client = Mqtt3Client.builder().serverHost("127.0.0.1").serverPort(broker.port()).identifier("bench").buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::receive);
        client.connect().get(10, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter(PREFIX + "server").qos(MqttQos.EXACTLY_ONCE).send().get(10, TimeUnit.SECONDS);
    }

    private void receive(Mqtt3Publish message) {
        byte[] payload = message.getPayloadAsBytes();
        String head = new String(payload, 0, Math.min(300, payload.length), StandardCharsets.ISO_8859_1);
        String name = head.substring("{\"app_name\":\"".length(), head.indexOf("\",\"chunk_idx\""));
        Arrival arrival = arrivals.get(name);
        if (arrival != null) {
            arrival.add(payload);
        }
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("oci-bench");
        OciBench bench = new OciBench(folder);
        try {
            bench.run(args[0], Integer.parseInt(args[1]), args.length > 2 && args[2].equals("huge"));
        } finally {
            bench.client.disconnect().get(5, TimeUnit.SECONDS);
            bench.registry.close();
            bench.broker.close();
            try (var files = Files.walk(folder)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private Product startProxy(String heap) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_FLOWS", "propeller", "DROMEDARY_LOG_LEVEL", "WARN",
                "DROMEDARY_JAVA_OPTIONS", "-Xmx" + heap + " " + System.getProperty("bench.java", "")));
        environment.putAll(Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_DOMAIN_ID", "dom", "PROXY_CHANNEL_ID", "chan", "PROXY_CLIENT_ID", "proxy1",
                "PROXY_CLIENT_KEY", "key1", "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP", registry.host(), "PROXY_HTTP_PORT", "0"));
        return Product.launch(folder, environment);
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

    /** Milliseconds to the first and to the last chunk of artifacts asked for at once. */
    private double[] fetch(Map<String, String> digests, long size, boolean keep) throws Exception {
        int chunks = (int) ((size + CHUNK - 1) / CHUNK);
        Map<String, Arrival> wanted = new HashMap<>();
        for (String name : digests.keySet()) {
            wanted.put(registry.host() + "/bench/" + name, new Arrival(chunks, keep));
        }
        arrivals.putAll(wanted);
        long start = System.nanoTime();
        for (String name : wanted.keySet()) {
            client.publishWith().topic(PREFIX + "proplet").qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"app_name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8)).send();
        }
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Map.Entry<String, Arrival> entry : wanted.entrySet()) {
            Arrival arrival = entry.getValue();
            if (!arrival.done.await(300, TimeUnit.SECONDS)) {
                throw new IllegalStateException(entry.getKey() + ": " + arrival.count + " of " + chunks + " chunks");
            }
            first = Math.min(first, arrival.first - start);
            last = Math.max(last, arrival.last - start);
        }
        for (Map.Entry<String, Arrival> entry : wanted.entrySet()) {
            String name = entry.getKey().substring(entry.getKey().lastIndexOf('/') + 1);
            if (!entry.getValue().digest().equals(digests.get(name))) {
                throw new IllegalStateException(name + " arrived damaged");
            }
        }
        arrivals.clear();
        return new double[] {first / 1e6, last / 1e6};
    }

    private double ceiling(String program, long size) throws Exception {
        Process process = new ProcessBuilder(program, "-broker", broker.url(), "-topic", PREFIX + "server", "-size", String.valueOf(size))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            double millis = Double.parseDouble(out.readLine());
            process.waitFor(10, TimeUnit.SECONDS);
            return millis;
        }
    }

    private void run(String program, int rounds, boolean huge) throws Exception {
        if (huge) {
            try (Product proxy = startProxy("128m")) {
                long size = 2_000_000_000L;
                double[] times = fetch(Map.of("huge", push("huge", size)), size, false);
                System.out.printf("2 GB with -Xmx128m: %.1f s, %.0f MB/s, peak RSS %s%n", times[1] / 1000, size / times[1] / 1000, peak(proxy));
            }
            return;
        }
        try (Product proxy = startProxy("256m")) {
            for (long size : SIZES) {
                compare(proxy, program, rounds, size, Map.of("a" + size, push("a" + size, size)));
            }
            Map<String, String> twenty = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                twenty.put("b" + i, push("b" + i, 5_000_000));
            }
            compare(proxy, program, rounds, 5_000_000, twenty);
            System.out.println("peak RSS of the proxy: " + peak(proxy));
        }
    }

    private void compare(Product proxy, String program, int rounds, long size, Map<String, String> digests) throws Exception {
        List<Double> first = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> ceiling = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        for (int i = 0; i < WARM_UP; i++) {
            fetch(digests, size, true);
        }
        for (int round = -2; round < rounds; round++) {
            double before = cpu(proxy);
            double[] times = fetch(digests, size, true);
            double spent = cpu(proxy) - before;
            double best = ceiling(program, size * digests.size());
            if (round >= 0) {
                first.add(times[0]);
                ours.add(times[1]);
                ceiling.add(best);
                cpu.add(spent);
            }
        }
        double mine = median(ours);
        System.out.printf("%2d x %9d bytes: first chunk %6.1f ms, last %7.1f ms (%4.0f MB/s), ceiling %7.1f ms, ratio %.2f, processor time %.0f ms%n", digests.size(), size,
                median(first), mine, size * digests.size() / mine / 1000, median(ceiling), median(ceiling) / mine, median(cpu));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** Processor time of the product so far in milliseconds: what it costs, also on a machine that is busy with other things. */
    private static double cpu(Product product) {
        return product.process().info().totalCpuDuration().map(java.time.Duration::toMillis).orElse(0L);
    }

    private static String peak(Product product) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + product.process().pid() + "/status")).stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElse("?")
                .replaceAll("\\s+", " ");
    }
}
