package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import io.dromedary.mavftp.FtpClient;
import io.dromedary.mavftp.FtpOptions;
import io.dromedary.mavftp.FtpProgress;
import io.dromedary.mavftp.FtpResult;
import io.dromedary.mavftp.FtpTask.Priority;
import io.dromedary.mavftp.FtpTransfer;
import io.dromedary.mavftp.LinkFtpTransport;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.embedded.LinkModel;
import io.dromedary.testing.Peers;
import io.dromedary.testing.PythonPeer;
import io.dromedary.testing.UdpLinkSimulator;

/**
 * Downloads and listings from MAVSDK's FTP server through a simulated link, with our client and with MAVSDK's and pymavlink's in turns.
 * Every file is compared byte by byte. Started by {@code bench/mavftp}.
 *
 * <p>Arguments: {@code [--runs n] [--clients ours,mavsdk,…] [--limit seconds] scenario…}; no scenario runs all. Interpreters:
 * {@code DROMEDARY_PYTHON} with mavsdk 4 and pymavlink, {@code DROMEDARY_PYTHON_MAVSDK3} with mavsdk 3 for the scenarios that end in 3.
 */
public final class MavftpBench {

    /** Bytes of a full data packet on the link, and of the content in it. */
    private static final double CONTENT_SHARE = 239.0 / 266.0;

    private record Scenario(String name, int fileBytes, double delayMillis, double loss, double reorder, double duplicate,
            double bytesPerSecond, double target, boolean mavsdk3) {

        LinkModel direction(long seed, boolean down) {
            LinkModel model = new LinkModel(seed).delayMillis(delayMillis).loss(loss).reorder(reorder, 4).duplicate(duplicate);
            return bytesPerSecond > 0 ? model.rate(bytesPerSecond, down ? 1 << 20 : 1 << 20) : model;
        }

        double possible() {
            return bytesPerSecond * CONTENT_SHARE;
        }
    }

    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        for (boolean three : new boolean[] {false, true}) {
            String suffix = three ? "-3" : "";
            add(new Scenario("loopback" + suffix, 10_000_000, 0, 0, 0, 0, 0, 0, three));
            add(new Scenario("rtt20" + suffix, 10_000_000, 10, 0, 0, 0, 1e6, 0.93, three));
            add(new Scenario("rtt100-loss5" + suffix, 10_000_000, 50, 0.05, 0, 0, 1e6, 0.85, three));
            add(new Scenario("serial" + suffix, 65_536, 20, 0, 0, 0, 5000, 0.90, three));
            add(new Scenario("reorder" + suffix, 1_000_000, 10, 0, 0.02, 0.01, 1e6, 0.90, three));
            add(new Scenario("list20" + suffix, 0, 10, 0, 0, 0, 1e6, 0, three));
            add(new Scenario("list-loss5" + suffix, 0, 10, 0.05, 0, 0, 1e6, 0, three));
            add(new Scenario("loss10" + suffix, 200_000, 10, 0.10, 0, 0, 1e6, 0, three));
        }
    }

    private final Path python = Path.of(Peers.python());
    private final Path vehicle = Files.createTempDirectory("mavftp-bench-vehicle");
    private final Path target = Files.createTempDirectory("mavftp-bench-target");
    private int runs = 3;
    private double limit = 120;
    private List<String> clients = List.of("ours", "mavsdk", "mavsdk-noburst", "pymavlink");
    private long seed = 1;

    private MavftpBench() throws IOException {
    }

    private static void add(Scenario scenario) {
        SCENARIOS.put(scenario.name, scenario);
    }

    public static void main(String[] args) throws Exception {
        MavftpBench bench = new MavftpBench();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--runs" -> bench.runs = Integer.parseInt(args[++i]);
                case "--limit" -> bench.limit = Double.parseDouble(args[++i]);
                case "--clients" -> bench.clients = List.of(args[++i].split(","));
                default -> names.add(args[i]);
            }
        }
        if (!SCENARIOS.keySet().containsAll(names)) {
            System.err.println("Unknown scenario; there are " + SCENARIOS.keySet());
            System.exit(2);
        }
        boolean three = System.getenv("DROMEDARY_PYTHON_MAVSDK3") != null;
        for (Scenario scenario : SCENARIOS.values()) {
            if (names.isEmpty() ? three || !scenario.mavsdk3 : names.contains(scenario.name)) {
                bench.run(scenario);
            }
        }
        System.exit(0);
    }

    private void run(Scenario scenario) throws Exception {
        boolean list = scenario.name.startsWith("list");
        byte[] content = new byte[scenario.fileBytes];
        new Random(scenario.fileBytes).nextBytes(content);
        Files.write(vehicle.resolve("file.bin"), content);
        Path many = Files.createDirectories(vehicle.resolve("many"));
        for (int i = 0; list && i < 200; i++) {
            Files.write(many.resolve(String.format("log_%03d_flight.ulg", i)), new byte[i]);
        }
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        Map<String, Integer> failures = new LinkedHashMap<>();
        Map<String, String> notes = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (String client : scenario.mavsdk3 ? List.of("ours") : clients) {
                double taken = attempt(scenario, client, list, content, notes);
                if (taken > 0) {
                    seconds.computeIfAbsent(client, c -> new ArrayList<>()).add(taken);
                } else {
                    failures.merge(client, 1, Integer::sum);
                }
            }
        }
        for (String client : scenario.mavsdk3 ? List.of("ours") : clients) {
            double[] sorted = seconds.getOrDefault(client, List.of()).stream().mapToDouble(d -> d).sorted().toArray();
            double median = sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
            double goodput = scenario.fileBytes / median;
            System.out.printf(Locale.ROOT, "%-16s %-15s %d/%d complete  median %8.3f s  max %8.3f s  %9.1f kB/s  share %5s%s  %s%n",
                    scenario.name, client, sorted.length, sorted.length + failures.getOrDefault(client, 0), median,
                    sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1], goodput / 1000,
                    scenario.bytesPerSecond > 0 && !list ? String.format(Locale.ROOT, "%.3f", goodput / scenario.possible()) : "-",
                    scenario.target > 0 && client.equals("ours") ? " (wanted " + scenario.target + ")" : "", notes.getOrDefault(client, ""));
        }
    }

    /** @return seconds, or -1 when the client did not finish or the content differs */
    private double attempt(Scenario scenario, String client, boolean list, byte[] content, Map<String, String> notes) throws Exception {
        Path local = target.resolve("file.bin");
        Files.deleteIfExists(local);
        seed += 2;
        String serverPython = scenario.mavsdk3 ? System.getenv("DROMEDARY_PYTHON_MAVSDK3") : python.toString();
        try (UdpLinkSimulator link = new UdpLinkSimulator(scenario.direction(seed, false), scenario.direction(seed + 1, true));
             PythonPeer server = new PythonPeer(serverPython, "mavsdk_ftp_server.py",
                     List.of("udpout://127.0.0.1:" + link.vehiclePort(), vehicle.toString()))) {
            if (client.equals("ours")) {
                return list ? listOurs(link, server, scenario.mavsdk3) : getOurs(link, server, scenario.mavsdk3, local, content, notes);
            }
            String address = "127.0.0.1:" + link.clientPort();
            List<String> arguments = list ? List.of(client, "--list", address, "many")
                    : List.of(client, address, target.toString(), String.valueOf(limit), "file.bin");
            try (PythonPeer peer = new PythonPeer(python.toString(), "ftp_get.py", arguments)) {
                String line = peer.awaitLine("{", (long) limit + 40);
                double taken = Double.parseDouble(line.replaceAll(".*\"seconds\": ([0-9.e-]+).*", "$1"));
                boolean ok = list ? line.contains("\"count\": 200") : line.contains("\"ok\": true") && Arrays.equals(Files.readAllBytes(local), content);
                notes.put(client, ok ? "" : line);
                return ok ? taken : -1;
            } catch (IllegalStateException e) {
                notes.put(client, e.getMessage());
                return -1;
            }
        }
    }

    private double getOurs(UdpLinkSimulator simulator, PythonPeer server, boolean three, Path local, byte[] content, Map<String, String> notes) throws Exception {
        try (MavlinkLink link = open(simulator, three);
             FtpClient client = client(link, server, three)) {
            long start = System.nanoTime();
            FtpResult<FtpTransfer> result = client.get("file.bin", local, Priority.BULK, FtpProgress.NONE).await((long) (limit * 1000));
            double taken = (System.nanoTime() - start) / 1e9;
            var s = result.statistics();
            notes.put("ours", String.format(Locale.ROOT, "%s, %d requests, %d retries, %d duplicates, loss %.3f, rtt %.1f ms",
                    result.value().verification(), s.requests(), s.retries(), s.duplicates(), s.loss(), s.rttSeconds() * 1000));
            return Arrays.equals(Files.readAllBytes(local), content) ? taken : -1;
        } catch (IOException e) {
            notes.put("ours", e.getMessage());
            return -1;
        }
    }

    private double listOurs(UdpLinkSimulator simulator, PythonPeer server, boolean three) throws Exception {
        try (MavlinkLink link = open(simulator, three);
             FtpClient client = client(link, server, three)) {
            long start = System.nanoTime();
            int count = client.list("many").await((long) (limit * 1000)).value().size();
            return count == 200 ? (System.nanoTime() - start) / 1e9 : -1;
        }
    }

    /** MAVSDK 3 starts its plugins only after it has heard an autopilot, so we say we are one. */
    private static MavlinkLink open(UdpLinkSimulator simulator, boolean three) throws IOException {
        LinkSettings settings = LinkSettings.of("udpout:127.0.0.1:" + simulator.clientPort());
        return MavlinkLink.open(three ? settings.withIds(7, 1).withHeartbeat(2, Duration.ofMillis(500)) : settings);
    }

    private static FtpClient client(MavlinkLink link, PythonPeer server, boolean three) throws InterruptedException {
        server.awaitLine("serving", 30);
        int system = three ? 245 : link.awaitVehicle(0, 1, Duration.ofSeconds(20)).map(Vehicle::systemId)
                .orElseThrow(() -> new IllegalStateException("no autopilot heard"));
        return new FtpClient(new LinkFtpTransport(link), system, three ? 191 : 1, FtpOptions.DEFAULT);
    }
}
