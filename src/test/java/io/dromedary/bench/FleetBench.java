package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.dromedary.fleet.FleetMember;
import io.dromedary.fleet.FleetTraffic;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RunningProduct;

/**
 * Three members in processes of their own, a mosquitto and a redis-server. First the cost of a command with ten
 * devices, a hundred and so on up to all; the time after which commands are answered again when Redis or the broker is back; then commands to
 * many devices while every five seconds a member is killed, and started again, or paused for ten. With 0 commands, only the first two;
 * with 0 commands per measurement of cost, only the last.
 * {@code <commands> <devices> product|bus <seconds between disturbances> [<commands per measurement of cost> [both|kills|pauses]]}
 */
public final class FleetBench implements AutoCloseable {

    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int PATIENCE_S = 180;
    private static final int PAUSE_S = 10;
    private static final int FOR_RECOVERY = 500;
    private static final int AWAY_S = 5;
    private static final int MOST_FOR_COST = 10_000;
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 6;
    /** Commands a second, below what any number of devices allows: members that are hurried do more at a time, for less. */
    private static final int RATE = 300;
    private static final int AT_ONCE = 10;
    private static final String KEEP_COMPILERS = "-XX:-UseDynamicNumberOfCompilerThreads";
    private static final int MOST_TOLD = 20;

    private final Path folder = Files.createTempDirectory("fleet");
    private final boolean product;
    private final Mosquitto broker = Mosquitto.start(folder.resolve("broker"), "persistence true", "persistence_location " + folder + "/");
    private final RedisServer redis = RedisServer.start(folder.resolve("redis"));
    private final Map<String, RunningProduct> members = new ConcurrentHashMap<>();

    private FleetBench(boolean product) throws Exception {
        this.product = product;
        for (String name : NAMES) {
            start(name);
        }
    }

    public static void main(String[] args) throws Exception {
        int commands = Integer.parseInt(args[0]);
        int devices = Integer.parseInt(args[1]);
        try (FleetBench bench = new FleetBench(args[2].equals("product"))) {
            int few = args.length > 4 ? Integer.parseInt(args[4]) : Math.min(MOST_FOR_COST, commands / 4);
            if (few > 0) {
                bench.costs(few, devices);
                bench.recovery("redis", devices, bench.redis::kill, bench.redis::start);
                bench.recovery("mosquitto", devices, bench.broker::close, bench.broker::start);
            }
            if (commands > 0) {
                bench.disturbed(commands, devices, Integer.parseInt(args[3]), args.length > 5 ? args[5] : "both");
            }
        }
        // The clients' own threads would go on.
        System.exit(0);
    }

    private void start(String name) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data-" + name));
        if (!product) {
            members.put(name, RunningProduct.start(folder.resolve(name + ".log"), Map.of(),
                    List.of(FleetMember.class.getName(), broker.url(), Integer.toString(redis.port()), name, data.toString()), "-XX:+UseSerialGC", KEEP_COMPILERS));
            return;
        }
        Path routes = Files.createDirectories(folder.resolve("routes/commands/petal-example"));
        Files.writeString(routes.resolve("echo.camel.yaml"), """
                - route:
                    id: petal-example.echo
                    description: Returns the payload
                    from:
                      uri: direct:command/petal-example/echo
                      steps:
                        - setBody:
                            expression:
                              simple:
                                expression: ${body}
                """);
        members.put(name, RunningProduct.start(folder.resolve(name + ".log"), Map.of("DROMEDARY_DATA_DIR", data.toString(), "DROMEDARY_FLOWS", "bus",
                "DROMEDARY_ROUTES_DIR", folder.resolve("routes").toString(), "DROMEDARY_HTTP_PORT", "0", "DROMEDARY_MANAGEMENT_PORT", "0",
                "DROMEDARY_FLEET_GROUP", "bench", "DROMEDARY_FLEET_MEMBER", name, "DROMEDARY_MQTT_URL", broker.url(),
                "PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", Integer.toString(redis.port())), "-XX:+UseSerialGC", KEEP_COMPILERS, "-Djdk.serialFilter=!*"));
    }

    /** Of the members that run, without their compilers. */
    private double cpuSeconds() throws IOException {
        double seconds = 0;
        for (RunningProduct member : members.values()) {
            seconds += (member.cpu().toMillis() - member.compilerCpu().toMillis()) / 1000.0;
        }
        return seconds;
    }

    /** The cost of a command with ten, a hundred and so on devices, in turns: up, then down, so that each has the same age on average. */
    private void costs(int commands, int most) throws Exception {
        List<Integer> numbers = IntStream.iterate(10, n -> n <= most, n -> n * 10).boxed().toList();
        for (int time = 0; time < WARM_UPS; time++) {
            for (int number : numbers) {
                cost("warm-up", commands, number, Integer.MAX_VALUE);
            }
        }
        Map<Integer, List<Cost>> costs = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < numbers.size(); i++) {
                int number = numbers.get(round % 2 == 0 ? i : numbers.size() - 1 - i);
                costs.computeIfAbsent(number, n -> new ArrayList<>()).add(cost("round " + (round + 1), commands, number, RATE));
            }
        }
        double[] millis = numbers.stream().mapToDouble(number -> median(costs.get(number), Cost::millis)).toArray();
        for (int i = 0; i < millis.length; i++) {
            say("median: %d devices, %.3f ms a command, %.2f of that with 10", numbers.get(i), millis[i], millis[i] / millis[0]);
        }
        double bytes = 1024 * (median(costs.get(numbers.get(numbers.size() - 1)), Cost::heap) - median(costs.get(10), Cost::heap));
        say("live heap of a member for each further device that is idle: %.0f bytes", bytes / (numbers.get(numbers.size() - 1) - 10));
    }

    /** Processor time of the members for a command, without that of their compilers, and live KiB of the first one afterwards. */
    private record Cost(double millis, double heap) {
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> of) {
        double[] sorted = costs.stream().mapToDouble(of).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private Cost cost(String title, int commands, int devices, int perSecond) throws Exception {
        double before = cpuSeconds();
        long began = System.nanoTime();
        try (FleetTraffic traffic = new FleetTraffic(broker.url(), devices, commands)) {
            for (int number = 0; number < commands; number += AT_ONCE) {
                long early = began + (long) (number * 1e9 / perSecond) - System.nanoTime();
                if (early > 0) {
                    TimeUnit.NANOSECONDS.sleep(early);
                }
                traffic.send(number, Math.min(commands, number + AT_ONCE), PATIENCE_S);
            }
            awaitAll(traffic, commands);
            double seconds = (System.nanoTime() - began) / 1e9;
            awaitRepeated();
            Cost cost = new Cost(1000 * (cpuSeconds() - before) / commands, heap());
            say("%s: %d devices, %d commands in %.1f s, %.0f/s, members' processor time %.3f ms a command, live heap of a member %.0f KiB; %s", title, devices,
                    commands, seconds, commands / seconds, cost.millis, cost.heap, traffic.report());
            return cost;
        }
    }

    /** Live bytes of the first member, from its histogram after a collection, in KiB. */
    private double heap() throws Exception {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(members.get("a").pid()),
                "GC.class_histogram").start();
        String last = new String(jcmd.getInputStream().readAllBytes()).lines().filter(line -> line.startsWith("Total")).collect(Collectors.joining());
        jcmd.waitFor(30, TimeUnit.SECONDS);
        String[] columns = last.trim().split("\\s+");
        return Long.parseLong(columns[2]) / 1024.0;
    }

    /** What takes a server away, or brings it back. */
    private interface Step {
        void run() throws Exception;
    }

    /** How long after a server is back the next command is answered, and all that were open. */
    private void recovery(String server, int devices, Step away, Step back) throws Exception {
        try (FleetTraffic traffic = new FleetTraffic(broker.url(), devices, 2 * FOR_RECOVERY)) {
            traffic.send(0, FOR_RECOVERY, PATIENCE_S);
            away.run();
            for (int number = FOR_RECOVERY; number < 2 * FOR_RECOVERY; number++) {
                traffic.send(number);
            }
            TimeUnit.SECONDS.sleep(AWAY_S);
            back.run();
            int before = traffic.answered();
            long began = System.nanoTime();
            awaitAll(traffic, before + 1);
            double first = (System.nanoTime() - began) / 1e9;
            awaitAll(traffic, 2 * FOR_RECOVERY);
            double all = (System.nanoTime() - began) / 1e9;
            say("recovery: %s back after %d s, next answer after %.2f s, all %d open after %.2f s; %s", server, AWAY_S, first,
                    2 * FOR_RECOVERY - before, all, traffic.report());
        }
    }

    private void disturbed(int commands, int devices, int everySeconds, String how) throws Exception {
        long began = System.nanoTime();
        try (FleetTraffic traffic = new FleetTraffic(broker.url(), devices, commands); FleetWitness witness = new FleetWitness(broker.url())) {
            Disturbance disturbance = new Disturbance(everySeconds, how, witness);
            disturbance.start();
            traffic.send(0, commands, PATIENCE_S);
            disturbance.end();
            awaitAll(traffic, commands);
            double seconds = (System.nanoTime() - began) / 1e9;
            awaitRepeated();
            say("disturbed: %d devices, %.1f s, %.0f/s, %d kills, %d pauses; %s", devices, seconds, commands / seconds, disturbance.kills,
                    disturbance.pauses, traffic.report());
            witness.repeats().stream().limit(MOST_TOLD).forEach(line -> say("%s", line));
            traffic.missing().stream().limit(MOST_TOLD).forEach(number -> say("missing: %d, in the ledger %s", number, traffic.ledgerKey(number)));
            boolean right = traffic.answered() == commands && traffic.wrong() == 0 && traffic.changed() == 0
                    && traffic.repeated() <= disturbance.kills;
            say(right ? "each command was answered; no more replies came again than members were killed" : "NOT AS PROMISED");
        }
    }

    private static void awaitAll(FleetTraffic traffic, int commands) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (traffic.answered() < commands && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What comes again comes soon after. */
    private static void awaitRepeated() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Kills and pauses members in turns. */
    private final class Disturbance extends Thread {
        private final Random random = new Random(1);
        private final long everySeconds;
        private final String how;
        private final FleetWitness witness;
        private volatile boolean over;
        private volatile int kills;
        private volatile int pauses;

        Disturbance(long everySeconds, String how, FleetWitness witness) {
            super("disturbance");
            this.everySeconds = everySeconds;
            this.how = how;
            this.witness = witness;
        }

        @Override
        public void run() {
            try {
                for (int i = 0; !over; i++) {
                    TimeUnit.SECONDS.sleep(everySeconds);
                    String name = NAMES.get(random.nextInt(NAMES.size()));
                    if (over) {
                        return;
                    }
                    if (how.equals("kills") || how.equals("both") && i % 2 == 0) {
                        kills++;
                        RunningProduct victim = members.get(name);
                        witness.fault("kill " + name);
                        victim.kill9();
                        FleetBench.this.start(name);
                        witness.fault("started " + name);
                    } else {
                        pauses++;
                        witness.fault("pause " + name);
                        members.get(name).signal("STOP");
                        TimeUnit.SECONDS.sleep(PAUSE_S);
                        witness.fault("wake " + name);
                        members.get(name).signal("CONT");
                    }
                }
            } catch (Exception e) {
                say("the disturbance failed: %s", e);
            }
        }

        void end() throws InterruptedException {
            over = true;
            join(Duration.ofSeconds(PATIENCE_S).toMillis());
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (RunningProduct member : members.values()) {
            member.close();
        }
        redis.close();
        broker.close();
    }
}
