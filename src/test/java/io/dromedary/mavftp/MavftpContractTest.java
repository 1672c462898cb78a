package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mavlink.Dialect;
import io.dromedary.mavlink.FrameParser;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkFrame;
import io.dromedary.mavlink.MavlinkLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our bytes and results against what was recorded between the reference (pymavlink's client) and a vehicle. */
class MavftpContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path root;

    private static JsonNode golden(String name) throws IOException {
        return JSON.readTree(Files.readAllBytes(Path.of("src/test/resources/golden/petal-proxies/mavftp_" + name + ".json")));
    }

    private static List<MavlinkFrame> frames(JsonNode recording, String type) {
        List<MavlinkFrame> frames = new ArrayList<>();
        FrameParser parser = new FrameParser(Dialect.standard(), frame -> frames.add(frame.copy()));
        for (JsonNode frame : recording.path("frames")) {
            if (frame.path("type").asText().equals(type)) {
                byte[] bytes = HexFormat.of().parseHex(frame.path("hex").asText());
                parser.datagram(bytes, 0, bytes.length);
            }
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(strings = {"list_ulogs", "download", "delete_all", "cancel", "delete_protected"})
    void writesEveryRecordedPayloadAsItWas(String name) throws Exception {
        List<MavlinkFrame> frames = frames(golden(name), "FILE_TRANSFER_PROTOCOL");
        assertThat(frames).hasSizeGreaterThan(3);
        for (MavlinkFrame frame : frames) {
            FtpPayload payload = FtpPayload.decode(frame.buffer(), frame.payloadOffset() + 3, frame.payloadLength() - 3);
            byte[] full = new byte[FtpPayload.MAX_LENGTH];
            frame.copyPayload(3, full, 0, full.length);
            byte[] ours = new byte[FtpPayload.MAX_LENGTH];
            payload.encode(ours, 0);
            assertThat(ours).as(payload.toString()).isEqualTo(full);
        }
    }

    @Test
    void listsLogsAsTheReferenceDid() throws Exception {
        JsonNode recording = golden("list_ulogs");
        JsonNode expected = recording.path("steps").get(0).path("result");
        for (JsonNode file : expected) {
            Path path = root.resolve(file.path("remote_path").asText());
            Files.createDirectories(path.getParent());
            Files.write(path, new byte[file.path("size_bytes").asInt()]);
        }
        List<MavlinkFrame> entries = frames(recording, "LOG_ENTRY");
        assertThat(entries).hasSize(3);
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4);
             MavlinkLink.Subscription logs = vehicle.link.subscribe(frame -> {
                 if (frame.messageId() == 117) {
                     entries.forEach(e -> vehicle.link.send(e.message()));
                 }
             });
             MavlinkLink link = MavlinkLink.open(LinkSettings.of(vehicle.address()));
             FtpClient client = new FtpClient(new LinkFtpTransport(link), 1, 1, FtpOptions.DEFAULT)) {
            List<Map<String, Object>> listed = new VehicleLogs(link, 1, 1).ulogs(client, "fs/microsd/log");
            assertThat(JSON.<JsonNode>valueToTree(listed)).hasToString(expected.toString());
        }
    }

    /** Where the reference leaves nothing, ours leaves what has come already, under another name, and goes on from there next time. */
    @Test
    void aCancelledDownloadLeavesNoFileAndIsAnErrorAsRecorded() throws Exception {
        JsonNode recording = golden("cancel");
        JsonNode left = recording.path("steps").get(1).path("result");
        byte[] content = new byte[4_000_000];
        new Random(7).nextBytes(content);
        Files.write(root.resolve("a.ulg"), content);
        Path target = root.resolve("local/a.ulg");
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4);
             MavlinkLink link = MavlinkLink.open(LinkSettings.of(vehicle.address()));
             FtpClient client = new FtpClient(new LinkFtpTransport(link), 1, 1, FtpOptions.DEFAULT.withMaxWindow(4))) {
            AtomicReference<FtpTask<FtpTransfer>> running = new AtomicReference<>();
            CountDownLatch known = new CountDownLatch(1);
            running.set(client.get("a.ulg", target, FtpTask.Priority.NORMAL, (done, total) -> {
                if (done * 10 >= total) {
                    awaitQuietly(known);
                    running.get().cancel();
                }
            }));
            known.countDown();
            assertThatThrownBy(() -> running.get().await()).hasMessageContaining("cancel");
            assertThat(Files.exists(target)).isEqualTo(left.path("local_file_left").asBoolean());
            client.get("a.ulg", target, FtpTask.Priority.NORMAL, FtpProgress.NONE).await();
            assertThat(target).hasBinaryContent(content);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete_all", "delete_shell", "delete_protected"})
    void stopsTheLoggerWithTheRecordedShellInput(String name) throws Exception {
        MavlinkFrame recorded = frames(golden(name), "SERIAL_CONTROL").get(0);
        List<MavlinkFrame> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4);
             MavlinkLink.Subscription shell = vehicle.link.subscribe(frame -> {
                 if (frame.messageId() == 126) {
                     seen.add(frame.copy());
                 }
             });
             MavlinkLink link = MavlinkLink.open(LinkSettings.of(vehicle.address()))) {
            new VehicleLogs(link, 1, 1).logger(false);
            org.awaitility.Awaitility.await().until(() -> !seen.isEmpty());
            assertThat(seen.get(0).message().toMap()).isEqualTo(recorded.message().toMap());
        }
    }
}
