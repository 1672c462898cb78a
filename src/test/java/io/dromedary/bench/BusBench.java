package io.dromedary.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Product;

/**
 * Commands per second and round trip times of the bus at QoS 1, with 1 and 64 in flight. The other side is the least that an
 * answer can cost: {@link PahoEcho}, which publishes every message it gets. One client, the same for both, asks and checks
 * that every answer arrives once.
 */
public final class BusBench {

    private static final int ALONE = 3_000;
    private static final int TOGETHER = 20_000;
    /** Until the compiler has had its time: both sides run for months. */
    private static final int WARM_UP = 150_000;

    private final Mqtt5AsyncClient client;
    private final String requests;
    private final String responses;
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private volatile Semaphore window;
    private volatile long[] nanos;
    private volatile int answered;
    private volatile String refusal;
    private int number;

    /** Median round trip, rate and the peer's processor time of one run. */
    private record Run(double p50Micros, double p99Micros, double perSecond, double cpuMicros) {

        Run with(double cpu) {
            return new Run(p50Micros, p99Micros, perSecond, cpu);
        }
    }

    private BusBench(int port, String requests, String responses) throws Exception {
        this.requests = requests;
        this.responses = responses;
        client = Mqtt5Client.builder().identifier("bench-" + responses.replace('/', '-')).serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.connect().get(10, TimeUnit.SECONDS);
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> answer(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)));
        client.subscribeWith().topicFilter(responses).qos(MqttQos.AT_LEAST_ONCE).send().get(10, TimeUnit.SECONDS);
    }

    private void answer(String text) {
        long now = System.nanoTime();
        if (text.contains("\"error\"")) {
            refusal = text;
            window.release();
            return;
        }
        int at = text.indexOf("\"messageId\":\"") + 13;
        Long start = sent.remove(text.substring(at, text.indexOf('"', at)));
        if (start != null) {
            synchronized (this) {
                nanos[answered++] = now - start;
            }
            window.release();
        }
    }

    private Run run(int count, int inFlight) throws Exception {
        nanos = new long[count];
        answered = 0;
        window = new Semaphore(inFlight);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            awaitAnswers(1);
            String id = responses + "-" + number++;
            String message = "{\"waitResponse\":true,\"messageId\":\"" + id + "\",\"deviceId\":\"d\",\"command\":\"bench/echo\","
                    + "\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":{\"value\":" + i + ",\"text\":\"some payload of a usual size\"}}";
            sent.put(id, System.nanoTime());
            client.publishWith().topic(requests).qos(MqttQos.AT_LEAST_ONCE).payload(message.getBytes(StandardCharsets.UTF_8)).send();
        }
        awaitAnswers(inFlight);
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Run(sorted[count / 2] / 1e3, sorted[(int) (count * 0.99)] / 1e3, count / seconds, 0);
    }

    private void awaitAnswers(int count) throws InterruptedException {
        if (!window.tryAcquire(count, 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no answer on " + responses + ", " + sent.size() + " missing");
        }
        if (refusal != null) {
            throw new IllegalStateException("refused: " + refusal);
        }
    }

    /** A program on the other side of the broker. */
    private record Peer(String name, ProcessHandle process, BusBench bench, List<Run> alone, List<Run> together) {

        Run run(int count, int inFlight) throws Exception {
            long before = cpuMillis();
            Run run = bench.run(count, inFlight);
            return run.with((cpuMillis() - before) * 1e3 / count);
        }

        /** What it costs, also on a machine that is busy with other things. */
        private long cpuMillis() {
            return process.info().totalCpuDuration().map(java.time.Duration::toMillis).orElse(0L);
        }
    }

    /** Arguments: rounds, and {@code external} to leave out the embedded broker. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
        Path folder = Files.createTempDirectory("bus-bench");
        List<Process> processes = new ArrayList<>();
        List<Product> products = new ArrayList<>();
        try (Mosquitto broker = Mosquitto.start(folder, "max_inflight_messages 1000")) {
            Process echo = java(PahoEcho.class, broker.url(), "echo/in", "echo/out");
            processes.add(echo);
            awaitReady(echo);
            Product bus = dromedary(folder.resolve("external"), Map.of("DROMEDARY_MQTT_URL", broker.url()));
            products.add(bus);
            Peer ours = new Peer("bus", bus.process(), new BusBench(broker.port(), "command/edge", "response"), new ArrayList<>(), new ArrayList<>());
            Peer theirs = new Peer("bare Paho echo", echo.toHandle(), new BusBench(broker.port(), "echo/in", "echo/out"), new ArrayList<>(), new ArrayList<>());
            measure(List.of(ours, theirs), rounds);
            compare(ours, theirs);
            bus.close();
            if (args.length < 2 || !args[1].equals("external")) {
                embedded(folder, rounds);
            }
        } finally {
            products.forEach(Product::close);
            processes.forEach(Process::destroy);
        }
        System.exit(0);
    }

    private static void measure(List<Peer> peers, int rounds) throws Exception {
        for (Peer peer : peers) {
            peer.bench.run(WARM_UP, 64);
            peer.bench.run(ALONE, 1);
        }
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : peers) {
                peer.alone.add(peer.run(ALONE, 1));
            }
            for (Peer peer : peers) {
                peer.together.add(peer.run(TOGETHER, 64));
            }
        }
    }

    private static void compare(Peer ours, Peer theirs) {
        for (Peer peer : List.of(ours, theirs)) {
            System.out.printf("%-18s 1 in flight: p50 %6.0f us  p99 %6.0f us  processor %4.0f us | 64 in flight: %7.0f commands/s  processor %4.0f us%n", peer.name,
                    median(peer.alone, Run::p50Micros), median(peer.alone, Run::p99Micros), median(peer.alone, Run::cpuMicros),
                    median(peer.together, Run::perSecond), median(peer.together, Run::cpuMicros));
        }
        System.out.printf("ratio bus / echo:  p50 %.2f (at most 1.2) | rate %.2f (at least 0.8)%n",
                median(ours.alone, Run::p50Micros) / median(theirs.alone, Run::p50Micros),
                median(ours.together, Run::perSecond) / median(theirs.together, Run::perSecond));
    }

    private static void embedded(Path folder, int rounds) throws Exception {
        try (Product product = dromedary(folder.resolve("embedded"), Map.of())) {
            String address = product.addresses().get("mqtt");
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            Peer peer = new Peer("embedded broker", product.process(), new BusBench(port, "command/edge", "response"), new ArrayList<>(), new ArrayList<>());
            measure(List.of(peer), rounds);
            System.out.printf("%-18s 1 in flight: p50 %6.0f us (at most 2000) | 64 in flight: %7.0f commands/s%n", peer.name,
                    median(peer.alone, Run::p50Micros), median(peer.together, Run::perSecond));
        }
    }

    private static double median(List<Run> runs, java.util.function.ToDoubleFunction<Run> figure) {
        double[] values = runs.stream().mapToDouble(figure).sorted().toArray();
        return values[values.length / 2];
    }

    private static Product dromedary(Path folder, Map<String, String> address) throws Exception {
        Map<String, String> environment = new HashMap<>(address);
        environment.putAll(Map.of("DROMEDARY_FLOWS", "bus", "DROMEDARY_ROUTES_DIR", Path.of("bench/routes").toAbsolutePath().toString(), "DROMEDARY_LOG_LEVEL", "ERROR"));
        return Product.launch(Files.createDirectories(folder), environment);
    }

    private static Process java(Class<?> main, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-XX:+UseSerialGC", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void awaitReady(Process process) throws Exception {
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"ready".equals(out.readLine())) {
            throw new IllegalStateException("ended before it was ready");
        }
    }
}
