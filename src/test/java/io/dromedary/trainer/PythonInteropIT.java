package io.dromedary.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.dromedary.testing.FreePort;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our routes and the real Python package, each in both parts. */
@Timeout(180)
@RequiresPeer(python = {"autotrainer.api", "zmq", "humps"})
class PythonInteropIT {

    @Test
    void ourClientManagesThePythonService() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        try (PythonPeer service = new PythonPeer("trainer_service.py", events, commands)) {
            assertThat(service.read()).isEqualTo("ready");
            try (TrainerFlow flow = TrainerFlow.whole("trainer.devices=rig=127.0.0.1:" + events + ":" + commands, "trainer.bridge-mqtt=false")) {
                ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
                flow.camel().addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("seda:trainer-message?size=1000").process(exchange -> seen.add(
                                List.of(exchange.getVariable("device"), exchange.getVariable("topic"), exchange.getMessage().getBody())));
                    }
                });
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(seen.toString()).contains("[rig, 1001, {identifier=autotrainerDevice"));
                service.write("[4001, {\"kind\": 101, \"context\": {\"reason\": \"x\"}}]");
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(seen.stream().map(Object::toString))
                        .containsSubsequence("[rig, 2001, {kind=101, context={reason=x}}]", "[rig, 4001, {kind=101, context={reason=x}}]"));

                assertThat(ask(flow, "configuration", Map.of("path", "/home/Ubuntu/My Docs", "code", "ABC-12")))
                        .extracting("result", "command").containsExactly(100, 300);
                assertThat(ask(flow, "start", null)).extracting("result", "data").containsExactly(100, Map.of("sessionId", 7));
                assertThat(ask(flow, "stop", null)).extracting("result", "errorMessage").containsExactly(500, "boom");
            }
        }
    }

    /** Capitals and blanks survive the reference's text-level decamelise because we send them as escapes. */
    @Test
    void ourValuesReachThePythonServiceIntact() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        try (PythonPeer service = new PythonPeer("trainer_service.py", events, commands);
                PythonPeer client = new PythonPeer("trainer_client.py", events, commands)) {
            assertThat(service.read()).isEqualTo("ready");
            assertThat(client.read()).isEqualTo("ready");
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("path", "/Home/My Docs ABC É");
            data.put("n", -2.5e-7);
            client.write(new String(new TrainerCodec("double", "intact").encodeRequest(300, null, 1, data)));
            // The reply's own text passes the reference's camelise, which takes blanks away; length and capitals still show it.
            assertThat(client.read()).contains("/Home/MyDocsABC");
            client.write(new String(new TrainerCodec("double", "compatible").encodeRequest(300, null, 1, data)));
            assertThat(client.read()).doesNotContain("DocsABC");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> ask(TrainerFlow flow, String command, Object data) {
        return (Map<String, Object>) flow.template().send("direct:trainer-device-command-result", exchange -> {
            exchange.setPattern(org.apache.camel.ExchangePattern.InOut);
            exchange.setVariable("device", "rig");
            exchange.setVariable("command", command);
            exchange.getMessage().setBody(data);
        }).getMessage().getBody();
    }

    @Test
    void aClientOnLibzmqManagesOurService() throws Exception {
        try (TrainerFlow flow = TrainerFlow.device("trainer.heartbeat-interval=300ms");
                PythonPeer client = new PythonPeer("trainer_client.py", flow.eventsPort(), flow.commandsPort())) {
            assertThat(client.read()).isEqualTo("ready");
            client.write("{\"command\": 400, \"nonce\": 5}");
            assertThat(client.read()).isEqualTo("{\"nonce\":5,\"command\":400,\"result\":100,\"data\":"
                    + "{\"appStatus\":0,\"trainingMode\":100,\"animalId\":\"123456\"},\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
            client.write("not json");
            assertThat(client.read()).startsWith("{\"nonce\":0,\"command\":0,\"result\":0,");
            client.write("events 1");
            assertThat(client.read()).startsWith("[1001, {\"identifier\": \"autotrainer-device\", \"version\": \"0.9.7\", \"timestamp\": ");
            client.write("{\"command\": 200, \"nonce\": 6, \"data\": {\"reason\": \"a b\"}}");
            assertThat(client.read()).contains("\"result\":100");
            List<String> events = new ArrayList<>();
            while (events.stream().noneMatch(line -> line.startsWith("[4001"))) {
                client.write("events 1");
                events.add(client.read());
            }
            assertThat(events.stream().filter(line -> !line.startsWith("[1001"))).first().asString().startsWith("[2001, {\"kind\": 101, ")
                    .contains("{\"reason\": \"a b\"}");
        }
    }

    @Test
    void caseChangesAreThoseOfPyhumps() throws Exception {
        Random random = new Random(7);
        String alphabet = "aAbBzZ01 9__--{}\":,.\\tuéÉßİ\u00a0\u3000ǅ٣";
        try (PythonPeer python = new PythonPeer("humps_check.py")) {
            for (int i = 0; i < 3_000; i++) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(14); n > 0; n--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                python.write(PythonJson.quote(text.toString()));
                assertThat(List.of(Humps.camelise(text.toString()), Humps.decamelise(text.toString()))).as("seed 7, case %d: '%s'", i, text)
                        .isEqualTo(PythonJson.read(python.read()));
            }
        }
    }
}
