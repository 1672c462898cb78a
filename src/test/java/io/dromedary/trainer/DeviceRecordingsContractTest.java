package io.dromedary.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.FreePort;
import io.dromedary.trainer.Golden.Case;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The recorded connections and life cycle of the reference's service, against ours. What differs is in decision 0074. */
@Timeout(120)
class DeviceRecordingsContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String EVENT = "direct:trainer-event";
    private static final String SUBSCRIBE_31 = "040e09535542534352494245a10f0000";
    private static final String SUBSCRIBE_30 = "000501a10f0000";
    private static final String READY_REP = "04190552454144590b536f636b65742d5479706500000003524550";
    private static final String READY_ROUTER = "04290552454144590b536f636b65742d5479706500000006524f55544552084964656e7469747900000000";
    private static final String CANCEL_31 = "040b0643414e43454ca10f0000";
    private static final String CANCEL_30 = "000500a10f0000";

    static Stream<Case> connections() {
        return Golden.cases("zmtp-stream");
    }

    /**
     * A recorded client's bytes get the recorded answers. Only the minor version we announce is 0 for 1, so that a client subscribes in
     * the form of ZMTP 3.0, and commands are taken by a ROUTER, which says so in its READY.
     */
    @ParameterizedTest
    @MethodSource("connections")
    void aRecordedConnectionGetsTheRecordedBytes(Case recorded) throws Exception {
        boolean subscriber = recorded.id().equals("zmtp-SUB");
        try (TrainerFlow flow = TrainerFlow.device("trainer.values=compatible", "trainer.heartbeat-interval=1h");
                Socket socket = new Socket("127.0.0.1", subscriber ? flow.eventsPort() : flow.commandsPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            boolean subscribed = false;
            for (JsonNode part : recorded.node().get("stream")) {
                String hex = part.get("hex").asText();
                if (part.get("from").asText().equals("client")) {
                    socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(SUBSCRIBE_31, SUBSCRIBE_30).replace(CANCEL_31, CANCEL_30)));
                    subscribed = hex.contains(SUBSCRIBE_31);
                    continue;
                }
                if (subscribed) {
                    publishUntilItArrives(flow, socket);
                }
                String expected = hex.replaceFirst("^014e554c4c", "004e554c4c").replace(READY_REP, READY_ROUTER);
                byte[] got = socket.getInputStream().readNBytes(expected.length() / 2);
                assertThat(HexFormat.of().formatHex(got)).as("%s: %s", recorded, part).isEqualTo(expected);
            }
        }
    }

    /** When the subscription has arrived is not to be seen from here. */
    private static void publishUntilItArrives(TrainerFlow flow, Socket socket) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            flow.template().sendBody(EVENT, Map.of("kind", 1101));
            return socket.getInputStream().available() > 0;
        });
    }

    static Stream<Case> steps() {
        return Golden.cases("lifecycle").filter(test -> !test.node().get("step").asText().startsWith("create_api_service"));
    }

    /** Every recorded step but the two on the Python factory's options; where the reference loses or hides something, ours does not, as the comment at the step says. */
    @ParameterizedTest
    @MethodSource("steps")
    void aRecordedStepOfLifeEndsNoWorse(Case recorded) throws Exception {
        String step = recorded.node().get("step").asText();
        try (ZContext zmq = new ZContext()) {
            switch (step.replaceFirst(":.*", "")) {
                // The reference says true and loses it; the sender of ours is told.
                case "send_dict before start", "messages sent before start, received after start" -> beforeStart();
                // As the reference: no error, and it can be started yet.
                case "stop before start", "stop twice" -> stopsWithoutError();
                // The reference raises; routes that run simply go on, and routes that have stopped can start again.
                case "start twice", "start after stop" -> startsAgain();
                case "stop with 200 queued" -> assertThat(stopWith200Queued(zmq)).as("the reference sent %s", recorded.node().get("received")).isEqualTo(200);
                // The reference says false; the sender of ours is told by an exception.
                case "send_dict after stop" -> afterStop();
                case "new instance on same ports, same subscriber socket" -> assertThat(afterARestart(zmq)).isEqualTo(recorded.node().get("received").asInt());
                // The reference's caller hears nothing and its service is dead; ours does not start.
                case "second service on used ports" -> portInUse();
                default -> throw new AssertionError("no replay for " + recorded + " " + step);
            }
        }
    }

    /** A flow whose routes are there, but not started. */
    private static TrainerFlow notStarted() throws Exception {
        return TrainerFlow.device(camel -> {
            camel.setAutoStartup(false);
            camel.getComponent("direct", DirectComponent.class).setBlock(false);
        });
    }

    private static void beforeStart() throws Exception {
        try (TrainerFlow flow = notStarted()) {
            assertThatThrownBy(() -> flow.template().sendBody(EVENT, Map.of("kind", 1101)))
                    .hasRootCauseInstanceOf(DirectConsumerNotAvailableException.class);
        }
    }

    private static void stopsWithoutError() throws Exception {
        try (TrainerFlow flow = notStarted()) {
            flow.camel().getRouteController().stopAllRoutes();
            flow.camel().getRouteController().startAllRoutes();
            assertAnswers(flow);
            flow.close();
        }
    }

    private static void startsAgain() throws Exception {
        try (TrainerFlow flow = TrainerFlow.device()) {
            flow.camel().start();
            flow.camel().getRouteController().startAllRoutes();
            assertAnswers(flow);
            flow.camel().getRouteController().stopAllRoutes();
            flow.camel().getRouteController().startAllRoutes();
            assertAnswers(flow);
        }
    }

    private static void assertAnswers(TrainerFlow flow) {
        try (ZContext zmq = new ZContext()) {
            ZMQ.Socket client = zmq.createSocket(SocketType.REQ);
            client.setHandshakeIvl(1_000);
            client.setReceiveTimeOut((int) LIMIT.toMillis());
            client.connect("tcp://127.0.0.1:" + flow.commandsPort());
            client.send("{\"command\": 0, \"nonce\": 1}");
            assertThat(client.recvStr()).contains("\"result\":100");
        }
    }

    private static int stopWith200Queued(ZContext zmq) throws Exception {
        TrainerFlow flow = quiet(FreePort.next());
        ZMQ.Socket subscriber = subscriber(zmq, flow);
        for (int i = 0; i < 200; i++) {
            flow.template().sendBody(EVENT, Map.of("kind", 1101, "index", i));
        }
        flow.close();
        return count(subscriber);
    }

    private static void afterStop() throws Exception {
        TrainerFlow flow = TrainerFlow.device();
        flow.close();
        assertThatThrownBy(() -> flow.template().sendBody(EVENT, Map.of("kind", 1101))).isInstanceOf(Exception.class);
    }

    private static int afterARestart(ZContext zmq) throws Exception {
        int port = FreePort.next();
        TrainerFlow first = quiet(port);
        ZMQ.Socket subscriber = subscriber(zmq, first);
        first.close();
        try (TrainerFlow second = quiet(port)) {
            awaitSubscription(second, subscriber);
            second.template().sendBody(EVENT, Map.of("kind", 1101));
            subscriber.setReceiveTimeOut((int) LIMIT.toMillis());
            assertThat(subscriber.recv()).isEqualTo(TrainerTopic.frame(TrainerTopic.EVENT));
            subscriber.recv();
        }
        return 1 + count(subscriber);
    }

    private static void portInUse() throws Exception {
        try (TrainerFlow first = TrainerFlow.device()) {
            assertThatThrownBy(() -> TrainerFlow.device("trainer.command-addresses=tcp://127.0.0.1:" + first.commandsPort()))
                    .hasStackTraceContaining("Cannot bind tcp://127.0.0.1:" + first.commandsPort() + ": Address already in use");
        }
    }

    private static TrainerFlow quiet(int port) throws Exception {
        return TrainerFlow.device("trainer.heartbeat-interval=1h", "trainer.publish-addresses=tcp://127.0.0.1:" + port, "trainer.subscriber-port=" + port);
    }

    /** A subscriber whose subscription has arrived. */
    private static ZMQ.Socket subscriber(ZContext zmq, TrainerFlow flow) {
        ZMQ.Socket socket = zmq.createSocket(SocketType.SUB);
        socket.setHandshakeIvl(1_000);
        socket.subscribe(new byte[0]);
        socket.connect(flow.camel().resolvePropertyPlaceholders("{{trainer.publish-addresses}}"));
        awaitSubscription(flow, socket);
        return socket;
    }

    private static void awaitSubscription(TrainerFlow flow, ZMQ.Socket socket) {
        socket.setReceiveTimeOut(50);
        await().atMost(LIMIT).until(() -> {
            flow.template().sendBody("direct:trainer-property-change", "ready");
            return socket.recv() != null;
        });
        count(socket);
    }

    /** Reads all that comes, until nothing has come for a while; how many of it were events. */
    private static int count(ZMQ.Socket socket) {
        socket.setReceiveTimeOut(500);
        int events = 0;
        byte[] frame = socket.recv();
        while (frame != null) {
            events += Arrays.equals(frame, TrainerTopic.frame(TrainerTopic.EVENT)) ? 1 : 0;
            frame = socket.recv();
        }
        return events;
    }
}
