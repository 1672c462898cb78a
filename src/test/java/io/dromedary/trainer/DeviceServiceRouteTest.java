package io.dromedary.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.dromedary.trainer.Golden.Case;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** The device service's routes as its clients see them, over TCP. */
@Timeout(90)
class DeviceServiceRouteTest {

    private static final String UNRECOGNIZED =
            "{\"nonce\":0,\"command\":0,\"result\":0,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}";

    private final ZContext zmq = new ZContext();
    private TrainerFlow flow;

    @AfterEach
    void stop() {
        zmq.close();
        if (flow != null) {
            flow.close();
        }
    }

    private ZMQ.Socket client() {
        ZMQ.Socket socket = zmq.createSocket(SocketType.REQ);
        socket.setReceiveTimeOut(15_000);
        socket.setHandshakeIvl(1_000);
        socket.connect("tcp://127.0.0.1:" + flow.commandsPort());
        return socket;
    }

    private static String ask(ZMQ.Socket client, String request) {
        client.send(request);
        return client.recvStr();
    }

    private void publish(long topic, Object body) {
        flow.template().sendBodyAndProperty("direct:trainer-publish-test", body, "t", topic);
    }

    /** A subscriber that is known to be connected. */
    private ZMQ.Socket subscriber(byte[] prefix) throws Exception {
        if (flow.camel().getRoute("test-publish") == null) {
            addPublisher();
        }
        ZMQ.Socket socket = zmq.createSocket(SocketType.SUB);
        socket.setHandshakeIvl(1_000);
        socket.subscribe(prefix);
        socket.subscribe("\u0007\u0007");
        socket.connect("tcp://127.0.0.1:" + flow.eventsPort());
        socket.setReceiveTimeOut(50);
        await().until(() -> {
            publish(0x0707, "ready");
            return socket.recv() != null;
        });
        socket.setReceiveTimeOut(300);
        while (socket.recv() != null) {
            // The rest of the messages that found out whether the subscription had arrived.
            continue;
        }
        socket.setReceiveTimeOut(15_000);
        return socket;
    }

    private void addPublisher() throws Exception {
        flow.camel().addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:trainer-publish-test").routeId("test-publish").setVariable("topic", exchangeProperty("t")).to("direct:trainer-publish");
            }
        });
    }

    private static List<byte[]> frames(ZMQ.Socket socket) {
        List<byte[]> frames = new ArrayList<>();
        ZMsg message = ZMsg.recvMsg(socket);
        assertThat(message).isNotNull();
        message.forEach(frame -> frames.add(frame.getData()));
        return frames;
    }

    @Test
    void publishesRecordedMessagesToTheByteInOrderAndEmergenciesFirst() throws Exception {
        flow = TrainerFlow.device("trainer.values=compatible", "trainer.heartbeat-interval=1h");
        ZMQ.Socket subscriber = subscriber(new byte[0]);
        for (String file : List.of("topics", "event-kinds", "emergency-duplication")) {
            for (Case test : Golden.cases(file).toList()) {
                Object body = test.node().has("string") ? new TrainerCodec.RawText(test.node().get("string").asText())
                        : test.node().has("bytes_hex") ? test.hex("bytes_hex").get(0) : PythonJson.read(test.node().get("message_json").asText());
                publish(test.node().get("topic").asLong(), body);
                for (var expected : test.node().get("received")) {
                    assertThat(Golden.show(frames(subscriber))).as(test.toString()).isEqualTo(Golden.show(Golden.bytes(expected.get("frames_hex"))));
                }
            }
        }
    }

    @Test
    void subscriptionsActOnTheBytesOfTheTopic() throws Exception {
        flow = TrainerFlow.device("trainer.heartbeat-interval=1h");
        for (Case test : Golden.cases("subscription-prefix").toList()) {
            ZMQ.Socket subscriber = subscriber(test.hex("subscribe_hex").get(0));
            List<Long> received = new ArrayList<>();
            test.node().get("published_topics").forEach(topic -> publish(topic.asLong(), Map.of("x", 1)));
            publish(0x0707, "end");
            long topic = TrainerTopic.parse(frames(subscriber).get(0));
            while (topic != 0x0707) {
                received.add(topic);
                topic = TrainerTopic.parse(frames(subscriber).get(0));
            }
            List<Long> expected = new ArrayList<>();
            test.node().get("received_topics").forEach(number -> expected.add(number.asLong()));
            assertThat(received).as(test.id()).isEqualTo(expected);
        }
    }

    @Test
    void valuesArriveIntactUnlessCompatibilityIsAskedFor() throws Exception {
        flow = TrainerFlow.device("trainer.heartbeat-interval=1h");
        ZMQ.Socket subscriber = subscriber(new byte[0]);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("signed_value", -5.25e-7);
        body.put("data_path", "/data/raw_local/2026-01-02 B");
        body.put("deep", List.of(Map.of("under_key", -1)));
        flow.template().sendBody("direct:trainer-property-change", body);
        List<byte[]> frames = frames(subscriber);
        assertThat(frames.get(0)).isEqualTo(TrainerTopic.frame(TrainerTopic.PROPERTY_CHANGE));
        assertThat(new String(frames.get(1), UTF_8)).isEqualTo("\"{\\\"signedValue\\\":-5.25e-07,"
                + "\\\"dataPath\\\":\\\"/data/raw_local/2026-01-02 B\\\",\\\"deep\\\":[{\\\"underKey\\\":-1}]}\"");
    }

    @Test
    void plainCodecWritesJsonOnce() throws Exception {
        flow = TrainerFlow.device("trainer.codec=plain", "trainer.heartbeat-interval=1h");
        ZMQ.Socket subscriber = subscriber(new byte[0]);
        flow.template().sendBody("direct:trainer-property-change", Map.of("some_key", "a b"));
        assertThat(new String(frames(subscriber).get(1), UTF_8)).isEqualTo("{\"someKey\": \"a b\"}");
    }

    @Test
    void callerLearnsThatAnEventCannotBeSent() throws Exception {
        flow = TrainerFlow.device();
        assertThatThrownBy(() -> flow.template().sendBody("direct:trainer-event", Map.of("x", new Object())))
                .hasStackTraceContaining("not JSON serializable");
    }

    @Test
    void answersEveryRecordedCommandWithTheShippedRoutes() throws Exception {
        flow = TrainerFlow.device("trainer.values=compatible");
        ZMQ.Socket client = client();
        Case tool = Golden.cases("tools").filter(test -> test.id().equals("remote-console")).findFirst().orElseThrow();
        assertThat(ask(client, "{\"command\": 300, \"nonce\": 4}")).isEqualTo("{\"nonce\":4,\"command\":300,\"result\":100,\"data\":"
                + "{\"deviceId\":\"000000\",\"configurationLocation\":\"/home/ubuntu/Autotrainer\","
                + "\"dataLocation\":\"/home/ubuntu/Documents/RawDataLocal\",\"animalLocation\":\"/home/ubuntu/Autotrainer/animals\","
                + "\"logLocation\":\"/home/ubuntu/Documents/RawDataLocal/logs\",\"inferenceModel\":\"/home/ubuntu/Autotrainer/inferenceModel\"},"
                + "\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
        assertThat(tool.node().get("stdout_and_stderr").toString()).contains("'inferenceModel': '/home/ubuntu/Autotrainer/inferenceModel'");
        assertThat(ask(client, "{\"command\": 400, \"nonce\": 5}")).isEqualTo("{\"nonce\":5,\"command\":400,\"result\":100,\"data\":"
                + "{\"appStatus\":0,\"trainingMode\":100,\"animalId\":\"123456\"},\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
        for (int command : new int[] {0, 100, 110, 200, 210}) {
            assertThat(ask(client, "{\"command\": " + command + ", \"nonce\": 1}")).isEqualTo("{\"nonce\":1,\"command\":" + command
                    + ",\"result\":100,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
        }
    }

    @Test
    void droppingAFileAddsACommand() throws Exception {
        flow = TrainerFlow.device();
        ZMQ.Socket client = client();
        String request = "{\"command\":99999,\"custom_command\":17,\"nonce\":42,\"data\":{\"foo_bar\":20}}";
        String head = "{\"nonce\":42,\"command\":99999,";
        assertThat(ask(client, request)).isEqualTo(head + "\"result\":9999,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
        flow.add("seventeen", """
                - route:
                    id: auto-trainer.seventeen
                    description: Echoes
                    from:
                      uri: direct:trainer-custom-command/17
                      steps:
                        - setVariable:
                            name: errorCode
                            expression:
                              constant:
                                expression: "3"
                                resultType: int
                """);
        assertThat(ask(client, request)).isEqualTo(head + "\"result\":100,\"data\":{\"fooBar\":20},\"errorKind\":2,\"errorCode\":3,\"errorMessage\":null}");
        assertThat(ask(client, "{\"command\":12345,\"nonce\":42}"))
                .isEqualTo(head + "\"result\":9999,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
    }

    @Test
    void answersExceptionsWithTheirText() throws Exception {
        flow = TrainerFlow.device("trainer.values=compatible");
        flow.add("boom", """
                - route:
                    id: auto-trainer.boom
                    description: Fails
                    from:
                      uri: direct:trainer-custom-command/boom
                      steps:
                        - throwException:
                            exceptionType: java.lang.IllegalStateException
                            message: "boom: bad_thing happened -1"
                """);
        assertThat(ask(client(), "{\"command\":99999,\"custom_command\":\"boom\",\"nonce\":7}")).isEqualTo("{\"nonce\":7,\"command\":99999,"
                + "\"result\":500,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":\"boom:badThinghappened1\"}");
    }

    @Test
    void publishesTheResultOfACommandThatTakesLongerThanItsSenderWaits() throws Exception {
        flow = TrainerFlow.device("trainer.command-timeout=1500");
        ZMQ.Socket subscriber = subscriber(TrainerTopic.frame(TrainerTopic.COMMAND_RESULT));
        CountDownLatch release = new CountDownLatch(1);
        flow.camel().addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:trainer-custom-command/slow").process(exchange -> {
                    assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
                    exchange.getMessage().setBody(Map.of("session_id", 7));
                });
            }
        });
        assertThat(ask(client(), "{\"command\":99999,\"custom_command\":\"slow\",\"nonce\":501}")).isEqualTo("{\"nonce\":501,\"command\":99999,"
                + "\"result\":201,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
        release.countDown();
        List<byte[]> late = frames(subscriber);
        assertThat(new String(late.get(1), UTF_8)).isEqualTo("\"{\\\"result\\\":100,\\\"data\\\":{\\\"sessionId\\\":7},\\\"errorCode\\\":0,"
                + "\\\"errorMessage\\\":null,\\\"command\\\":99999,\\\"nonce\\\":501}\"");
    }

    @Test
    void refusesAtOnceWhenAllWorkersAreBusyAndTheQueueIsFull() throws Exception {
        flow = TrainerFlow.device("trainer.command-timeout=60000", "trainer.command-workers=1", "trainer.command-queue=1");
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        flow.camel().addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:trainer-custom-command/slow").process(exchange -> {
                    running.countDown();
                    assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
                });
            }
        });
        ZMQ.Socket first = client();
        first.send("{\"command\":99999,\"custom_command\":\"slow\",\"nonce\":1}");
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        ZMQ.Socket second = zmq.createSocket(SocketType.DEALER);
        second.setReceiveTimeOut(15_000);
        second.setHandshakeIvl(1_000);
        second.connect("tcp://127.0.0.1:" + flow.commandsPort());
        for (int nonce = 2; nonce < 100; nonce++) {
            second.sendMore("");
            second.send("{\"command\":0,\"nonce\":" + nonce + "}");
        }
        for (int nonce = 3; nonce < 100; nonce++) {
            second.recv();
            assertThat(second.recvStr()).startsWith("{\"nonce\":" + nonce + ",\"command\":0,\"result\":9999,");
        }
        release.countDown();
        second.recv();
        assertThat(second.recvStr()).startsWith("{\"nonce\":2,\"command\":0,\"result\":100,");
        assertThat(first.recvStr()).contains("\"result\":100");
    }

    @Test
    void aRouteMayAnswerPendingAndSendItsResultLater() throws Exception {
        flow = TrainerFlow.device("trainer.values=compatible");
        ZMQ.Socket subscriber = subscriber(TrainerTopic.frame(TrainerTopic.COMMAND_RESULT));
        flow.add("calibrate", """
                - route:
                    id: auto-trainer.calibrate
                    description: Starts a calibration and answers at once
                    from:
                      uri: direct:trainer-custom-command/calibrate
                      steps:
                        - to:
                            uri: seda:calibrate
                            parameters:
                              waitForTaskToComplete: Never
                        - setVariable:
                            name: result
                            expression:
                              constant:
                                expression: "201"
                                resultType: int
                - route:
                    id: auto-trainer.calibrate-work
                    description: Calibrates and publishes what came of it
                    from:
                      uri: seda:calibrate
                      steps:
                        - setVariable:
                            name: result
                            expression:
                              constant:
                                expression: "400"
                                resultType: int
                        - setVariable:
                            name: errorCode
                            expression:
                              constant:
                                expression: "42"
                                resultType: int
                        - setVariable:
                            name: errorMessage
                            expression:
                              constant:
                                expression: camera_0 not-found
                        - to:
                            uri: direct:trainer-command-result
                """);
        Case recorded = Golden.cases("async-commands").filter(test -> test.id().equals("async-1")).findFirst().orElseThrow();
        assertThat(ask(client(), "{\"command\":99999,\"custom_command\":\"calibrate\",\"nonce\":501}"))
                .isEqualTo(recorded.node().get("immediate_reply_text").asText().replace("\"command\":110", "\"command\":99999"));
        assertThat(new String(frames(subscriber).get(1), UTF_8))
                .isEqualTo(recorded.node().get("then_published").get(1).get("frame1_text").asText().replace("\\\"command\\\":110", "\\\"command\\\":99999"));
    }

    @Test
    void livesThroughEveryMalformedRequestAndAnswersAsIntended() throws Exception {
        flow = TrainerFlow.device("trainer.values=compatible");
        ZMQ.Socket client = client();
        for (Case test : Golden.cases("malformed-requests").toList()) {
            List<byte[]> request = test.hex("request_hex");
            for (int i = 0; i < request.size(); i++) {
                client.send(request.get(i), i < request.size() - 1 ? ZMQ.SNDMORE : 0);
            }
            assertThat(client.recvStr()).as(test.id()).isEqualTo(test.node().get("intended_reply_text").asText());
        }
        for (Case test : Golden.cases("command-requests").filter(c -> !c.node().path("service_thread_alive_after").asBoolean(true)).toList()) {
            client.send(test.hex("request_hex").get(0));
            assertThat(client.recvStr()).as(test.id()).isEqualTo(UNRECOGNIZED);
        }
        client.sendMore("{\"command\":0}");
        client.send("second frame");
        assertThat(client.recvStr()).isEqualTo(UNRECOGNIZED);
        assertThat(ask(client, "{\"command\":0,\"nonce\":9}")).contains("\"result\":100");
    }

    @Test
    void beatsOneIntervalAfterTheStartAndStopsWithTheCommands() throws Exception {
        flow = TrainerFlow.device("trainer.heartbeat-interval=600ms", "trainer.identifier=rig_01 left", "trainer.values=compatible");
        ZMQ.Socket subscriber = subscriber(TrainerTopic.frame(TrainerTopic.HEARTBEAT));
        assertThat(new String(frames(subscriber).get(1), UTF_8))
                .matches("\"\\{\\\\\"identifier\\\\\":\\\\\"rig01left\\\\\",\\\\\"version\\\\\":\\\\\"0.9.7\\\\\",\\\\\"timestamp\\\\\":\\d+\\.\\d+\\}\"");
        flow.camel().getRouteController().stopRoute("trainer-command");
        subscriber.setReceiveTimeOut(1_500);
        await().untilAsserted(() -> assertThat(subscriber.recv()).isNull());
    }

    @Test
    void takesVariablesOfTheSenderNeverForEndpointNames() throws Exception {
        flow = TrainerFlow.device();
        ZMQ.Socket client = client();
        for (String custom : List.of("\"x?block=true\"", "\"../y\"", "-7", "{}", "null", "1.5", "\"A\"")) {
            assertThat(ask(client, "{\"command\":99999,\"custom_command\":" + custom + ",\"nonce\":1}")).as(custom).contains("\"result\":9999");
        }
    }
}
