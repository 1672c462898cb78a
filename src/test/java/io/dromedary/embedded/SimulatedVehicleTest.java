package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.mavftp.FtpClient;
import io.dromedary.mavftp.FtpOptions;
import io.dromedary.mavftp.FtpTask;
import io.dromedary.mavftp.LinkFtpTransport;
import io.dromedary.mavlink.CommandRequest;
import io.dromedary.mavlink.CommandResult;
import io.dromedary.mavlink.CommandSender;
import io.dromedary.mavlink.FrameQueue;
import io.dromedary.mavlink.MavlinkFrame;
import io.dromedary.mavlink.MavlinkMessage;
import io.dromedary.mavlink.VehicleEvent;
import io.dromedary.testing.SimulatedFleet;

/** What the simulated vehicle does on a real link. */
@Timeout(90)
class SimulatedVehicleTest {

    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private SimulatedFleet fleet;

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private CommandResult command(int command, double... params) throws Exception {
        return CommandSender.of(fleet.link).execute(CommandRequest.of(1, 1, command, params));
    }

    private MavlinkMessage message(String name) {
        return fleet.link.dialect().message(name).set("target_system", 1).set("target_component", 1);
    }

    private static FtpTask<?> get(FtpClient files, String path, Path target) {
        return files.get(path, target, FtpTask.Priority.NORMAL, (done, total) -> { });
    }

    @Test
    void showsItselfAsAQuadrotorWithTelemetryAtItsRates() throws Exception {
        fleet = SimulatedFleet.start(SimulatedVehicleSettings.px4(folder));
        assertThat(fleet.known().autopilot()).isEqualTo(12);
        Set<String> heard = new HashSet<>();
        try (FrameQueue all = fleet.link.queue(frame -> true, 1000)) {
            await().atMost(SECONDS).until(() -> {
                MavlinkFrame frame = all.poll(1, TimeUnit.SECONDS);
                heard.add(frame.definition().name());
                return heard.containsAll(List.of("HEARTBEAT", "SYS_STATUS", "SYSTEM_TIME", "GPS_RAW_INT", "ATTITUDE", "GLOBAL_POSITION_INT",
                        "DISTANCE_SENSOR", "FLIGHT_INFORMATION"));
            });
        }
        assertThat(command(511, 30, -1).accepted()).isTrue();
        assertThat(command(511, 99999, 0).result()).isEqualTo(4);
        try (FrameQueue attitude = fleet.link.queue(frame -> frame.messageId() == 30, 10)) {
            // One may have been on its way.
            attitude.poll(200, TimeUnit.MILLISECONDS);
            assertThat(attitude.poll(500, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void answersCommandsWithEveryResult() throws Exception {
        fleet = SimulatedFleet.start(SimulatedFleet.quiet(folder));
        assertThat(command(12345).result()).isEqualTo(3);
        assertThat(command(22).result()).isEqualTo(1);
        assertThat(command(241, 1).result()).isZero();
        List<Integer> progress = new ArrayList<>();
        fleet.vehicle.acknowledge(31010, 5, 5, 4);
        CommandResult result = CommandSender.of(fleet.link).execute(CommandRequest.of(1, 1, 31010).withProgress(progress::add));
        assertThat(result.result()).isEqualTo(4);
        assertThat(progress).containsExactly(0, 33);
        for (int code : new int[] {0, 1, 2, 3, 4, 6}) {
            fleet.vehicle.acknowledge(31011, code);
            assertThat(command(31011).result()).isEqualTo(code);
        }
    }

    @Test
    void isReallySilentWhenItRebootsAndComesBack() throws Exception {
        fleet = SimulatedFleet.start(SimulatedVehicleSettings.px4(folder).logs(0).outage(Duration.ofSeconds(4)));
        List<VehicleEvent.Kind> events = new ArrayList<>();
        fleet.link.subscribeVehicles(event -> events.add(event.kind()));
        assertThat(command(246, 1).accepted()).isTrue();
        await().atMost(SECONDS).until(() -> events.contains(VehicleEvent.Kind.LOST));
        await().atMost(SECONDS).until(() -> events.contains(VehicleEvent.Kind.RETURNED));
    }

    @Test
    void fliesAndWritesALogOfIt() throws Exception {
        fleet = SimulatedFleet.start(SimulatedFleet.quiet(folder));
        assertThat(command(400, 1).accepted()).isTrue();
        assertThat(command(22).accepted()).isTrue();
        await().atMost(SECONDS).until(() -> fleet.vehicle.flight().flying());
        await().atMost(SECONDS).until(() -> fleet.known().armed());
        Path log = fleet.vehicle.flight().currentLog();
        assertThat(command(400, 0).result()).as("disarm in the air").isEqualTo(2);
        assertThat(command(21).accepted()).isTrue();
        await().atMost(SECONDS).until(() -> !fleet.vehicle.flight().armed());
        assertThat(ulogRecords(log)).isGreaterThan(10);
    }

    @Test
    void writesTheSameLogsForTheSameSeed() throws Exception {
        Instant start = Instant.parse("2026-05-01T10:00:00Z");
        Path one = new SimulatedFlight(SimulatedVehicleSettings.px4(folder.resolve("a")), 5).record(start, Duration.ofSeconds(30));
        Path two = new SimulatedFlight(SimulatedVehicleSettings.px4(folder.resolve("b")), 5).record(start, Duration.ofSeconds(30));
        assertThat(one.toString()).endsWith("a/fs/microsd/log/2026-05-01/10_00_00.ulg");
        assertThat(one).hasSameBinaryContentAs(two);
        assertThat(ulogRecords(one)).isEqualTo(900);
        assertThat(Files.getLastModifiedTime(one).toInstant()).isEqualTo(start.plusSeconds(30));
    }

    /** Walks through a ULog file as its description says and counts the data records; fails on anything out of order. */
    private static int ulogRecords(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        in.get(magic).getLong();
        assertThat(magic).startsWith('U', 'L', 'o', 'g', 1, 0x12, 0x35);
        int records = 0;
        Set<Integer> subscribed = new HashSet<>();
        Set<String> formats = new HashSet<>();
        while (in.hasRemaining()) {
            byte[] body = new byte[in.getShort() & 0xFFFF];
            char type = (char) in.get();
            in.get(body);
            String text = new String(body, StandardCharsets.ISO_8859_1);
            switch (type) {
                case 'F' -> formats.add(text.substring(0, text.indexOf(':')));
                case 'A' -> {
                    assertThat(formats).contains(text.substring(3));
                    subscribed.add(body[1] & 0xFF);
                }
                case 'D' -> {
                    assertThat(subscribed).contains(body[0] & 0xFF);
                    records++;
                }
                default -> assertThat("BIPL").contains(String.valueOf(type));
            }
        }
        return records;
    }

    @Test
    void offersItsLogsByMessagesAndByFileTransfer() throws Exception {
        fleet = SimulatedFleet.start(SimulatedVehicleSettings.px4(folder.resolve("vehicle")).telemetry(false).logs(2));
        List<Path> logs;
        try (Stream<Path> all = Files.walk(folder)) {
            logs = all.filter(path -> path.toString().endsWith(".ulg")).sorted().toList();
        }
        assertThat(logs).hasSize(2);
        TreeMap<Long, byte[]> blocks = new TreeMap<>();
        try (FrameQueue entries = fleet.link.queue(frame -> frame.messageId() == 118, 10);
             FrameQueue data = fleet.link.queue(frame -> frame.messageId() == 120, 100_000)) {
            fleet.link.send(message("LOG_REQUEST_LIST").set("end", 0xFFFF));
            for (int n = 0; n < 2; n++) {
                MavlinkMessage entry = entries.poll(5, TimeUnit.SECONDS).message();
                assertThat(entry.getInt("id")).isEqualTo(n);
                assertThat(entry.getLong("size")).isEqualTo(Files.size(logs.get(n)));
                assertThat(entry.getLong("time_utc")).isEqualTo(Files.getLastModifiedTime(logs.get(n)).toMillis() / 1000);
            }
            fleet.link.send(message("LOG_REQUEST_DATA").set("id", 1).set("ofs", 90).set("count", 900));
            for (int n = 0; n < 10; n++) {
                MavlinkMessage block = data.poll(5, TimeUnit.SECONDS).message();
                blocks.put(block.getLong("ofs"), java.util.Arrays.copyOf(block.getBytes("data"), block.getInt("count")));
            }
        }
        byte[] content = Files.readAllBytes(logs.get(1));
        blocks.forEach((offset, block) -> assertThat(block)
                .isEqualTo(java.util.Arrays.copyOfRange(content, offset.intValue(), offset.intValue() + 90)));
        Path copy = folder.resolve("copy.ulg");
        try (FtpClient files = new FtpClient(new LinkFtpTransport(fleet.link), 1, 1, FtpOptions.DEFAULT)) {
            get(files, "/" + folder.resolve("vehicle").relativize(logs.get(0)), copy).future().get(20, TimeUnit.SECONDS);
        }
        assertThat(copy).hasSameBinaryContentAs(logs.get(0));
        fleet.link.send(message("LOG_ERASE"));
        await().atMost(SECONDS).until(() -> logs.stream().noneMatch(Files::exists));
    }

    @Test
    void survivesItsFaultsInAFileTransfer() throws Exception {
        fleet = SimulatedFleet.start(SimulatedVehicleSettings.px4(folder.resolve("vehicle")).telemetry(false).logs(1).heartbeatHz(4));
        fleet.vehicle.faults().loseEofs(2).rebootInTransfer(60, Duration.ofSeconds(2)).link(2, 0.05);
        fleet.vehicle.faults().fromVehicle().reorder(0.05, 4).duplicate(0.05).rate(500_000, 200_000);
        Path log;
        try (Stream<Path> all = Files.walk(folder)) {
            log = all.filter(path -> path.toString().endsWith(".ulg")).findFirst().orElseThrow();
        }
        Path copy = folder.resolve("copy.ulg");
        try (FtpClient files = new FtpClient(new LinkFtpTransport(fleet.link), 1, 1, FtpOptions.DEFAULT)) {
            get(files, "/" + folder.resolve("vehicle").relativize(log), copy).future().get(60, TimeUnit.SECONDS);
            assertThat(copy).hasSameBinaryContentAs(log);
            fleet.vehicle.limitFreeBytes(1000);
            assertThat(files.put(copy, "/fs/microsd/full.ulg", (done, total) -> { }).future())
                    .failsWithin(Duration.ofSeconds(30)).withThrowableThat().withMessageContaining("no space");
        }
    }

    @Test
    void losesTheSameFramesInEveryRunWithTheSameSeed() throws Exception {
        List<List<Boolean>> runs = new ArrayList<>();
        for (long seed : new long[] {7, 7, 8}) {
            LinkModel model = new LinkModel(seed).loss(0.3);
            List<Boolean> fates = new ArrayList<>();
            for (int n = 0; n < 500; n++) {
                fates.add(model.send(n, 30, n % 50).length > 0);
            }
            runs.add(fates);
            assertThat(fates.stream().filter(arrived -> !arrived).count()).isBetween(100L, 200L);
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
    }

    @Test
    void hasAboutAThousandParameters() {
        ParameterTable table = ParameterTable.px4();
        assertThat(table.names()).hasSizeBetween(1000, 1200).isSorted().doesNotHaveDuplicates().allMatch(name -> name.length() <= 16);
        assertThat(table.value("SYS_AUTOSTART")).isEqualTo(4001);
        int hash = table.hash();
        table.put("SYS_AUTOSTART", 4002);
        assertThat(table.hash()).isNotEqualTo(hash);
    }
}
