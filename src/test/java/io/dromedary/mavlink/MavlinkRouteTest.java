package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The component in routes, against an autopilot on a real socket. */
@Timeout(60)
class MavlinkRouteTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ProducerTemplate template;
    private int port;

    @BeforeEach
    void start() throws Exception {
        try (UdpPeer free = new UdpPeer(1, 1, 1)) {
            port = free.port();
        }
        camel.getComponent("mavlink", MavlinkComponent.class).getConfiguration().setAddress("udpin:127.0.0.1:" + port);
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        camel.close();
    }

    private FakeAutopilot vehicle(BiConsumer<MavlinkMessage, FakeAutopilot> handler) {
        FakeAutopilot vehicle = new FakeAutopilot(1, 1, port, handler);
        open.add(vehicle);
        return vehicle;
    }

    private MockEndpoint route(String from) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to("mock:out");
            }
        });
        return camel.getEndpoint("mock:out", MockEndpoint.class);
    }

    private Map<?, ?> ask(String uri, Object body) {
        return template.requestBody(uri, body, Map.class);
    }

    @Test
    void handsMessagesToTheRouteAsMapsReadyForJson() throws Exception {
        MockEndpoint out = route("mavlink:messages?messages=STATUSTEXT,BATTERY_STATUS");
        out.expectedMessageCount(2);
        FakeAutopilot vehicle = vehicle((message, v) -> { });
        vehicle.send(vehicle.message("STATUSTEXT").set("severity", 3).set("text", "low battery ü"));
        vehicle.send(vehicle.message("BATTERY_STATUS").set("voltages", List.of(3700, 3710)).set("energy_consumed", -1));
        out.assertIsSatisfied();
        Exchange text = out.getExchanges().get(0);
        assertThat(text.getMessage().getHeaders()).containsEntry(MavlinkConstants.MESSAGE, "STATUSTEXT")
                .containsEntry(MavlinkConstants.MESSAGE_ID, 253).containsEntry(MavlinkConstants.SYSTEM_ID, 1)
                .containsEntry(MavlinkConstants.COMPONENT_ID, 1);
        String json = new ObjectMapper().writeValueAsString(text.getMessage().getBody());
        assertThat(json).isEqualTo("{\"severity\":3,\"text\":\"low battery ü\",\"id\":0,\"chunk_seq\":0}");
        assertThat(new ObjectMapper().writeValueAsString(out.getExchanges().get(1).getMessage().getBody()))
                .contains("\"voltages\":[3700,3710,0,0,0,0,0,0,0,0]").contains("\"energy_consumed\":-1");
    }

    @Test
    void joinsTheChunksOfALongTextInAnyOrder() throws Exception {
        MockEndpoint out = route("mavlink:messages?messages=STATUSTEXT");
        out.expectedMessageCount(3);
        // The letter ü lies across the first two chunks.
        byte[] whole = ("x".repeat(49) + "ü and " + "y".repeat(60)).getBytes(StandardCharsets.UTF_8);
        FakeAutopilot vehicle = vehicle((message, v) -> { });
        for (int chunk : new int[] {0, 2, 1}) {
            vehicle.send(chunk(vehicle, 7, chunk, Arrays.copyOfRange(whole, chunk * 50, Math.min(whole.length, chunk * 50 + 50))));
        }
        vehicle.send(vehicle.message("STATUSTEXT").set("severity", 6).set("text", "z".repeat(50)));
        // Its middle never comes.
        vehicle.send(chunk(vehicle, 8, 0, "a".repeat(50).getBytes()));
        vehicle.send(chunk(vehicle, 8, 2, "end".getBytes()));
        out.assertIsSatisfied();
        assertThat(out.getExchanges()).extracting(exchange -> exchange.getMessage().getBody(Map.class).get("text"))
                .containsExactly(new String(whole, StandardCharsets.UTF_8), "z".repeat(50), "a".repeat(50) + "...end");
    }

    private static MavlinkMessage chunk(FakeAutopilot vehicle, int id, int sequence, byte[] text) {
        return vehicle.message("STATUSTEXT").set("severity", 4).set("id", id).set("chunk_seq", sequence).set("text", text);
    }

    @Test
    void keepsFewTextsThatAreNeverCompleted() {
        StatusTexts texts = new StatusTexts();
        int given = 0;
        for (int id = 1; id <= 1_000; id++) {
            MavlinkMessage chunk = Dialect.standard().message("STATUSTEXT").set("id", id).set("text", "b".repeat(50));
            given += texts.add(Frames.only(new FrameWriter(1, 1).toBytes(chunk)), 0).size();
        }
        assertThat(given).isEqualTo(1_000 - 64);
        assertThat(texts.overdue(TimeUnit.SECONDS.toNanos(2))).hasSize(64);
    }

    @Test
    void handsOnMessagesNobodyKnows() throws Exception {
        MockEndpoint out = route("mavlink:messages?messages=*");
        out.expectedMessageCount(1);
        byte[] unknown = {(byte) 0xFD, 2, 0, 0, 0, 1, 1, 9, 9, 9, 5, 6, 0, 0};
        FrameCodecTest.seal(unknown, 77);
        UdpPeer peer = new UdpPeer(1, 1, port);
        open.add(peer);
        peer.send(unknown);
        out.assertIsSatisfied();
        assertThat(out.getExchanges().get(0).getMessage().getHeader(MavlinkConstants.MESSAGE)).isEqualTo("592137");
        assertThat(out.getExchanges().get(0).getMessage().getBody(Map.class)).hasEntrySatisfying("payload",
                p -> assertThat((byte[]) p).containsExactly(5, 6));
    }

    @Test
    void tellsTheRouteOfVehicles() throws Exception {
        camel.getComponent("mavlink", MavlinkComponent.class).getConfiguration().setVehicleTimeout(300);
        MockEndpoint out = route("mavlink:events");
        out.expectedMessageCount(3);
        FakeAutopilot vehicle = vehicle((message, v) -> { });
        await().until(() -> out.getReceivedCounter() == 1);
        vehicle.close();
        await().until(() -> out.getReceivedCounter() == 2);
        vehicle((message, v) -> { });
        out.assertIsSatisfied();
        assertThat(out.getExchanges()).extracting(e -> e.getMessage().getHeader(MavlinkConstants.EVENT))
                .containsExactly("DISCOVERED", "LOST", "RETURNED");
        assertThat(out.getExchanges().get(1).getMessage().getBody(Map.class)).containsEntry("event", "LOST").containsEntry("system_id", 1)
                .containsEntry("autopilot", 12).containsEntry("present", false);
    }

    @Test
    void tellsARouteThatStartsLaterOfTheVehiclesThatAreThere() throws Exception {
        route("mavlink:messages?messages=STATUSTEXT");
        vehicle((message, v) -> { });
        await().untilAsserted(() -> assertThat((List<?>) ask("mavlink:status", null).get("vehicles")).hasSize(1));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("mavlink:events?fromSystem=1").to("mock:late");
                from("mavlink:events?fromSystem=2").to("mock:other");
            }
        });
        MockEndpoint late = camel.getEndpoint("mock:late", MockEndpoint.class);
        late.expectedHeaderReceived(MavlinkConstants.EVENT, "DISCOVERED");
        late.expectedMessageCount(1);
        late.assertIsSatisfied();
        assertThat(camel.getEndpoint("mock:other", MockEndpoint.class).getReceivedCounter()).isZero();
    }

    @Test
    void sendsACommandByNameFromOptionsHeadersAndBody() {
        FakeAutopilot vehicle = vehicle((message, v) -> v.ack(message, 0));
        assertThat(ask("mavlink:command?command=MAV_CMD_COMPONENT_ARM_DISARM&params=1,21196", null))
                .isEqualTo(Map.of("command", 400, "accepted", true, "result", 0, "result_name", "ACCEPTED", "result_param2", 0, "sent", 1,
                        "form", "COMMAND_LONG"));
        template.requestBodyAndHeader("mavlink:command", null, MavlinkConstants.COMMAND, "401");
        Map<String, Object> body = new HashMap<>(Map.of("command", "DO_SET_MODE", "params", Arrays.asList(1, null, 3), "param7", "7.5"));
        body.put("param6", null);
        ask("mavlink:command", body);
        assertThat(vehicle.received).extracting(m -> m.getInt("command")).containsExactly(400, 401, 176);
        assertThat(vehicle.received.get(0).getFloat("param2")).isEqualTo(21196f);
        assertThat(vehicle.received.get(2).toMap()).containsEntry("param1", 1f).containsEntry("param2", null).containsEntry("param3", 3f)
                .containsEntry("param6", null).containsEntry("param7", 7.5f).containsEntry("param4", 0f);
    }

    @Test
    void failsTheExchangeWhenTheVehicleRefusesUnlessToldOtherwise() {
        vehicle((message, v) -> v.ack(message, 2));
        assertThatThrownBy(() -> ask("mavlink:command?command=400", null)).isInstanceOf(CamelExecutionException.class)
                .hasRootCauseInstanceOf(CommandRefusedException.class).hasRootCauseMessage("Command 400 was answered with DENIED");
        assertThat(ask("mavlink:command?command=400&throwExceptionOnFailure=false", null).get("result_name")).isEqualTo("DENIED");
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        vehicle((message, v) -> v.ack(message, 0));
        assertThatThrownBy(() -> ask("mavlink:command", null)).hasRootCauseMessage("'command' is missing");
        assertThatThrownBy(() -> ask("mavlink:command?command=MAV_CMD_FLY_TO_MOON", null)).hasRootCauseMessage("Unknown MAV_CMD 'MAV_CMD_FLY_TO_MOON'");
        assertThatThrownBy(() -> ask("mavlink:command", Map.of("command", 1, "param1", "x"))).hasRootCauseMessage("'param1' is not a number: 'x'");
        assertThatThrownBy(() -> ask("mavlink:command?command=1&params=1,2,3,4,5,6,7,8", null)).hasRootCauseMessage("'params' has 8 numbers, at most 7 are possible");
        assertThatThrownBy(() -> ask("mavlink:command?command=1&targetSystem=300", null)).hasRootCauseMessage("'targetSystem' is 0 to 255, not 300");
        assertThatThrownBy(() -> ask("mavlink:send?message=PING", "text")).hasRootCauseMessage("The body of a message is a map of its fields, not String");
        assertThatThrownBy(() -> ask("mavlink:send?message=PING", Map.of("seq", -1)))
                .hasRootCauseMessage("Value -1 out of range for UINT32 [0, 4294967295]");
        assertThatThrownBy(() -> ask("mavlink:send?message=PING", Map.of("seqq", 1))).hasRootCauseMessage("Message PING has no field 'seqq'");
        assertThatThrownBy(() -> ask("mavlink:set-interval?message=ATTITUDE&rate=-2", null)).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ask("mavlink:fly", null)).hasStackTraceContaining("mavlink:fly is no operation of a producer; there are [actuator-test, await-vehicle, command,");
        assertThatThrownBy(() -> route("mavlink:command")).hasStackTraceContaining("is no operation of a consumer");
    }

    @Test
    void saysThatThereIsNoVehicle() {
        assertThatThrownBy(() -> ask("mavlink:command?command=400&vehicleWait=50", null))
                .hasRootCauseInstanceOf(IOException.class)
                .hasRootCauseMessage("No vehicle was heard on [udpin:127.0.0.1:" + port + "] within 50 ms");
    }

    @Test
    void requestsAMessage() {
        FakeAutopilot vehicle = vehicle((message, v) -> {
            if (message.name().equals("COMMAND_LONG") && message.getFloat("param1") == 148) {
                v.ack(message, 0);
                v.send(v.message("AUTOPILOT_VERSION").set("capabilities", 1L << 40).set("flight_sw_version", 17));
            } else {
                v.ack(message, 3);
            }
        });
        assertThat(ask("mavlink:request-message?message=AUTOPILOT_VERSION", null)).isInstanceOfSatisfying(Map.class, m -> {
            assertThat(m.get("capabilities")).isEqualTo(1L << 40);
            assertThat(m.get("flight_sw_version")).isEqualTo(17L);
        });
        assertThat(vehicle.received.get(0).getInt("command")).isEqualTo(512);
        assertThatThrownBy(() -> ask("mavlink:request-message?message=ATTITUDE", null)).hasRootCauseMessage("Command 512 was answered with UNSUPPORTED");
    }

    @Test
    void acceptsTheMessageEvenWhenTheAcknowledgementIsLostAndNoticesWhenItDoesNotCome() {
        vehicle((message, v) -> {
            if (message.getFloat("param1") == 30) {
                v.send(v.message("ATTITUDE").set("roll", 1));
            } else {
                v.ack(message, 0);
            }
        });
        assertThat(ask("mavlink:request-message?message=ATTITUDE&ackTimeout=100&resends=1", null).get("roll")).isEqualTo(1f);
        assertThatThrownBy(() -> ask("mavlink:request-message?message=ALTITUDE&messageTimeout=100", null))
                .hasRootCauseInstanceOf(TimeoutException.class).hasStackTraceContaining("accepted to send ALTITUDE but did not within 100 ms");
    }

    @Test
    void setsTheIntervalOfAMessage() {
        FakeAutopilot vehicle = vehicle((message, v) -> v.ack(message, 0));
        ask("mavlink:set-interval?message=ATTITUDE&rate=50", null);
        ask("mavlink:set-interval?message=ATTITUDE&rate=0", null);
        ask("mavlink:set-interval", Map.of("message", "ATTITUDE", "rate", -1));
        assertThat(vehicle.received).extracting(m -> m.getFloat("param2")).containsExactly(20000f, -1f, 0f);
        assertThat(vehicle.received).allSatisfy(m -> assertThat(m.getInt("command")).isEqualTo(511));
    }

    @Test
    void sendsAMessageToTheVehicleOrToWhomTheBodySays() {
        FakeAutopilot vehicle = vehicle((message, v) -> { });
        ask("mavlink:send?message=PING", Map.of("seq", 7));
        ask("mavlink:send", Map.of("message", "PING", "seq", 8, "target_system", 0));
        ask("mavlink:send?message=MANUAL_CONTROL", Map.of("target", 1, "x", -1000));
        await().until(() -> vehicle.received.size() == 3);
        assertThat(vehicle.received).extracting(MavlinkMessage::name).containsExactly("PING", "PING", "MANUAL_CONTROL");
        assertThat(vehicle.received.get(0).toMap()).containsEntry("seq", 7L).containsEntry("target_system", 1).containsEntry("target_component", 1);
        assertThat(vehicle.received.get(1).toMap()).containsEntry("target_system", 0);
        assertThat(vehicle.received.get(2).toMap()).containsEntry("x", -1000);
    }

    @Test
    void showsVehiclesAndCounters() {
        vehicle((message, v) -> { });
        await().untilAsserted(() -> assertThat((List<?>) ask("mavlink:status", null).get("vehicles")).hasSize(1));
        assertThat((Map<?, ?>) ask("mavlink:status", null).get("counters")).extracting("checksum_errors").isEqualTo(0L);
    }

    @Test
    void neverStallsTheLinkForASlowRoute() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("mavlink:messages?messages=PING&queueSize=2").process(e -> camel.getRegistry().lookupByNameAndType("gate",
                        CountDownLatch.class).await()).to("mock:slow");
            }
        });
        CountDownLatch gate = new CountDownLatch(1);
        camel.getRegistry().bind("gate", gate);
        MockEndpoint fast = route("mavlink:messages?messages=PING");
        fast.expectedMessageCount(50);
        UdpPeer peer = new UdpPeer(1, 1, port);
        open.add(peer);
        for (int n = 0; n < 50; n++) {
            peer.send(peer.dialect.message("PING").set("seq", n));
        }
        fast.assertIsSatisfied();
        gate.countDown();
        MockEndpoint slow = camel.getEndpoint("mock:slow", MockEndpoint.class);
        // One was in the route when the gate was shut, two waited, all between were dropped.
        slow.expectedMinimumMessageCount(2);
        slow.assertIsSatisfied();
        await().untilAsserted(() -> assertThat(slow.getExchanges().get(slow.getReceivedCounter() - 1).getMessage().getBody(Map.class))
                .containsEntry("seq", 49L));
        assertThat(slow.getReceivedCounter()).isLessThan(50);
    }

    @Test
    void refusesSigningWithoutAKeyAndTwoMindsAboutOneLink() throws Exception {
        assertThatThrownBy(() -> route("mavlink:events?signing=REQUIRE")).hasStackTraceContaining("camel.component.mavlink.signing-key is not set");
        assertThatThrownBy(() -> route("mavlink:events?heartbeatFrequency=-1")).hasStackTraceContaining("heartbeatFrequency is 0 to 1000 a second, not -1");
        route("mavlink:events");
        assertThatThrownBy(() -> ask("mavlink:status?systemId=9", null)).hasStackTraceContaining("already open");
    }

    @Test
    void freesTheAddressWhenARouteCannotStart() throws Exception {
        assertThatThrownBy(() -> route("mavlink:messages?messages=ALTITUD")).hasStackTraceContaining("Unknown MAVLink message 'ALTITUD'");
        MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:" + port)).close();
    }

    @Test
    void freesTheAddressWithTheLastRoute() throws Exception {
        route("mavlink:events");
        assertThatThrownBy(() -> MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:" + port))).isInstanceOf(IOException.class);
        camel.stop();
        MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:" + port).withHeartbeat(6, Duration.ofSeconds(1))).close();
    }
}
