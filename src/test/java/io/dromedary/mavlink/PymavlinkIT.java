package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.mavlink.LinkSettings.SigningPolicy;
import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;

/** Our link against pymavlink, which is the reference for many: each field of each message both know, commands, signatures. */
@RequiresPeer(python = "pymavlink")
@Timeout(120)
class PymavlinkIT {

    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final Duration SECONDS = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();
    private final Random random = new Random(7);
    private Process peer;
    private BufferedReader received;
    private Writer orders;
    private MavlinkLink link;

    @AfterEach
    void close() throws Exception {
        if (orders != null) {
            orders.close();
            if (!peer.waitFor(10, TimeUnit.SECONDS)) {
                peer.destroyForcibly();
            }
        }
        if (link != null) {
            link.close();
        }
    }

    private void start(String connection, int system, int component, String... key) throws IOException {
        List<String> command = new ArrayList<>(List.of(Peers.python(), "src/test/python/mavlink_peer.py", connection, String.valueOf(system),
                String.valueOf(component)));
        command.addAll(List.of(key));
        peer = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        received = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
        orders = new OutputStreamWriter(peer.getOutputStream(), StandardCharsets.UTF_8);
    }

    private void startVehicle(LinkSettings settings, String... key) throws Exception {
        link = MavlinkLink.open(settings);
        start("udpout:127.0.0.1:" + link.localPorts().get(0), 1, 1, key);
        assertThat(link.awaitVehicle(1, 1, SECONDS)).isPresent();
    }

    private Map<?, ?> next(String name) throws IOException {
        while (true) {
            Map<?, ?> message = json.readValue(received.readLine(), Map.class);
            if (message.get("name").equals(name)) {
                return message;
            }
        }
    }

    private void order(String name, Map<String, ?> fields) throws IOException {
        orders.write(json.writeValueAsString(Map.of("name", name, "fields", fields)) + "\n");
        orders.flush();
    }

    private Object random(MessageField field) {
        if (field.isText()) {
            return "x".repeat(random.nextInt(field.arrayLength() + 1));
        }
        if (field.arrayLength() == 0) {
            return number(field.type());
        }
        List<Object> list = new ArrayList<>();
        for (int n = 0; n < field.arrayLength(); n++) {
            list.add(number(field.type()));
        }
        return list;
    }

    private Object number(FieldType type) {
        return switch (type) {
            case FLOAT, DOUBLE -> random.nextInt(1 << 20) / 8f - 1000;
            case UINT64 -> new BigInteger(64, random);
            case INT64 -> random.nextLong();
            case UINT32 -> random.nextInt() & 0xFFFFFFFFL;
            case INT32 -> random.nextInt();
            case UINT16 -> random.nextInt(1 << 16);
            case INT16 -> (int) (short) random.nextInt();
            case INT8 -> (int) (byte) random.nextInt();
            default -> random.nextInt(256);
        };
    }

    @Test
    void readsEveryMessageThatWeSend() throws Exception {
        startVehicle(LinkSettings.of("udpin:127.0.0.1:0").withHeartbeat(6, Duration.ZERO));
        int compared = 0;
        for (Class<?> type : DronefleetDefinitions.of("ardupilotmega").messageClasses()) {
            MessageDefinition definition = link.dialect().find(DronefleetDefinitions.define(type).id());
            if (definition.name().equals("HEARTBEAT") || definition.name().equals("COMMAND_LONG") || definition.name().equals("COMMAND_INT")) {
                continue;
            }
            MavlinkMessage message = MavlinkMessage.of(definition);
            definition.fields().forEach(field -> message.set(field.name(), random(field)));
            for (String target : List.of("target_system", "target_component")) {
                if (definition.has(target)) {
                    message.set(target, 1);
                }
            }
            link.send(message);
            // A message that pymavlink no longer knows, or knows with another CRC_EXTRA, is not printed; the PING behind it is.
            link.send(link.dialect().message("PING").set("seq", 4_000_000_000L));
            Map<?, ?> printed = json.readValue(received.readLine(), Map.class);
            boolean isMarker = printed.get("name").equals("PING") && ((Map<?, ?>) printed.get("fields")).get("seq").equals(4_000_000_000L);
            if (!isMarker && printed.get("name").equals(definition.name())) {
                compare(message, (Map<?, ?>) printed.get("fields"));
                compared++;
            }
            if (!isMarker) {
                next("PING");
            }
        }
        assertThat(compared).isGreaterThan(270);
    }

    private void compare(MavlinkMessage ours, Map<?, ?> theirs) throws IOException {
        Map<?, ?> mine = json.readValue(json.writeValueAsString(ours.toMap()), Map.class);
        mine.forEach((name, value) -> {
            // Its definitions lack a few extensions.
            if (theirs.containsKey(name) || !ours.definition().field(name.toString()).extension()) {
                assertThat(plain(theirs.get(name))).as("%s.%s", ours.name(), name).isEqualTo(plain(value));
            }
        });
    }

    /** One element arrays are numbers to pymavlink, and all numbers are compared by value. */
    private static Object plain(Object value) {
        if (value instanceof List<?> list) {
            return list.size() == 1 ? plain(list.get(0)) : list.stream().map(PymavlinkIT::plain).toList();
        }
        return value instanceof Number number ? new BigDecimal(number.toString()).stripTrailingZeros() : value;
    }

    @Test
    void isUnderstoodByUs() throws Exception {
        startVehicle(LinkSettings.of("udpin:127.0.0.1:0"));
        try (FrameQueue queue = link.queue(frame -> frame.messageId() == 24 || frame.messageId() == 435, 10)) {
            order("GPS_RAW_INT", Map.of("time_usec", 1_700_000_000_000_000L, "fix_type", 3, "lat", -338_000_000, "lon", 1_512_000_000, "alt", 90_000,
                    "eph", 65535, "epv", 1, "vel", 2, "cog", 3, "satellites_visible", 17));
            assertThat(queue.poll(30, TimeUnit.SECONDS).message().toMap()).containsEntry("time_usec", 1_700_000_000_000_000L)
                    .containsEntry("lat", -338_000_000).containsEntry("lon", 1_512_000_000).containsEntry("eph", 65535)
                    .containsEntry("satellites_visible", 17).containsEntry("yaw", 0);
            assertThat(link.statistics().checksumErrors()).isZero();
        }
    }

    @Test
    void acknowledgesOurCommand() throws Exception {
        startVehicle(LinkSettings.of("udpin:127.0.0.1:0").withIds(245, 191));
        CommandResult result = CommandSender.of(link).execute(CommandRequest.of(1, 1, 400, 1, 21196));
        assertThat(result.accepted()).isTrue();
        assertThat(result.resultParam2()).isEqualTo(7);
        Map<?, ?> command = next("COMMAND_LONG");
        assertThat(command.get("system")).isEqualTo(245);
        assertThat(command.get("component")).isEqualTo(191);
    }

    @Test
    void sharesSignaturesWithUs() throws Exception {
        startVehicle(LinkSettings.of("udpin:127.0.0.1:0").withSigning(SigningPolicy.REQUIRE, HexFormat.of().parseHex(KEY), null), KEY);
        assertThat(CommandSender.of(link).execute(CommandRequest.of(1, 1, 400, 1)).accepted()).isTrue();
        assertThat(next("COMMAND_LONG").get("signed")).isEqualTo(true);
        assertThat(link.statistics().badSignatures()).isZero();
        assertThat(link.statistics().replays()).isZero();
    }

    @Test
    void asAGroundStationTalksToUsAsAVehicle() throws Exception {
        link = MavlinkLink.open(LinkSettings.of("tcpin:127.0.0.1:0").withIds(1, 1).withHeartbeat(2, Duration.ZERO));
        link.subscribe(frame -> {
            if (frame.messageId() == 76) {
                link.send(link.dialect().message("COMMAND_ACK").set("command", frame.message().getInt("command")).set("result", 2)
                        .set("target_system", frame.systemId()).set("target_component", frame.componentId()));
            }
        });
        start("tcp:127.0.0.1:" + link.localPorts().get(0), 255, 190);
        // Its heartbeats bring our side to know the way to it.
        try (FrameQueue beats = link.queue(frame -> frame.messageId() == 0, 1)) {
            assertThat(beats.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        order("COMMAND_LONG", command());
        Map<?, ?> ack = next("COMMAND_ACK");
        assertThat((Map<?, ?>) ack.get("fields")).extracting("command", "result", "target_system").containsExactly(511, 2, 255);
        assertThat(Collections.frequency(List.of(ack.get("system"), ack.get("component")), 1)).isEqualTo(2);
    }

    private static Map<String, Object> command() {
        Map<String, Object> fields = new HashMap<>(Map.of("target_system", 1, "target_component", 1, "command", 511, "confirmation", 0));
        for (int n = 1; n <= 7; n++) {
            fields.put("param" + n, n);
        }
        return fields;
    }
}
