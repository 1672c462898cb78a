package io.dromedary.trainer;

import static io.dromedary.trainer.Golden.show;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.trainer.Golden.Case;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compatible codec against every recorded exchange, to the byte, as device and as client. */
class TrainerCodecContractTest {

    private final TrainerCodec codec = new TrainerCodec("double", "compatible");

    static Stream<Case> published() {
        return Stream.of("topics", "event-kinds", "emergency-duplication", "serialization").flatMap(Golden::cases);
    }

    /** Values that JSON cannot carry in the recording. */
    private static Object special(Case test) throws Exception {
        return switch (test.id()) {
            case "datetime-aware" -> Map.of("when", OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"));
            case "datetime-before-epoch" -> Map.of("when", OffsetDateTime.parse("1969-12-31T23:59:59.5Z"));
            case "plain-enum" -> Map.of("v", Thread.State.NEW);
            case "bytes" -> Map.of("v", new byte[1]);
            case "dataclass-nested" -> Map.of("v", CommandReply.of(1));
            case "dataclass-top" -> CommandReply.of(1);
            case "uuid-key" -> Map.of(new UUID(0, 1), 1);
            case "decimal", "complex", "numpy-float32", "numpy-int64", "numpy-array" -> Map.of("v", new Object());
            default -> throw new IllegalStateException("No value for " + test);
        };
    }

    private static Object message(Case test) throws Exception {
        JsonNode node = test.node();
        if (node.has("string")) {
            return new TrainerCodec.RawText(node.get("string").asText());
        }
        if (node.has("bytes_hex")) {
            return test.hex("bytes_hex").get(0);
        }
        return node.has("message_json") ? PythonJson.read(node.get("message_json").asText()) : special(test);
    }

    @ParameterizedTest
    @MethodSource("published")
    void publishesWhatTheReferencePublishes(Case test) throws Exception {
        long topic = test.node().get("topic").asLong();
        Object body = message(test);
        List<List<byte[]>> sent = new ArrayList<>();
        if (test.node().get("received").isEmpty()) {
            assertThatThrownBy(() -> codec.encodeMessage(topic, body)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(".*(not JSON serializable|Keys must be).*");
        } else {
            if (topic == TrainerTopic.EVENT && TrainerCodec.isEmergency(body)) {
                sent.add(codec.encodeMessage(TrainerTopic.EMERGENCY, body));
            }
            sent.add(codec.encodeMessage(topic, body));
        }
        List<List<String>> expected = new ArrayList<>();
        test.node().get("received").forEach(message -> expected.add(show(Golden.bytes(message.get("frames_hex")))));
        assertThat(sent.stream().map(Golden::show).toList()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("published")
    void subscriberReadsWhatTheReferencePublishes(Case test) throws Exception {
        for (JsonNode message : test.node().get("received")) {
            TrainerCodec.Message read = codec.decodeMessage(Golden.bytes(message.get("frames_hex")));
            assertThat(read.topic()).isEqualTo(message.get("topic").asLong());
            if (message.has("decoded")) {
                assertThat(PythonJson.write(read.body(), PythonJson.Style.PYTHON))
                        .isEqualTo(recorded(message.get("decoded")));
            } else if (!message.has("inner_text")) {
                assertThat(read.body()).isEqualTo(message.get("frame1_text").asText());
            } else {
                assertThat(read.body()).isEqualTo(message.get("inner_text").asText());
            }
        }
    }

    /** The recording writes what JSON lacks as {@code "<NaN>"}. */
    private static String recorded(JsonNode value) throws Exception {
        return PythonJson.write(PythonJson.read(value.toString()), PythonJson.Style.PYTHON).replaceAll("\"<(NaN|Infinity)>\"", "$1");
    }

    static Stream<Case> requests() {
        return Stream.of("commands", "command-requests", "command-responses").flatMap(Golden::cases);
    }

    /** Those that the original's client could read the reply of. */
    static Stream<Case> answeredRequests() {
        return requests().filter(test -> test.node().has("reply_decoded"));
    }

    /** What the recorded delegate returned, by its description. */
    private static CommandReply delegate(Case test) throws Exception {
        String text = test.node().get("delegate").asText();
        Map<String, Object> seen = new LinkedHashMap<>(Map.of("seen", true));
        Object odd = new Object();
        return switch (text) {
            case "SUCCESS, no data", "SUCCESS with command=STOP, nonce=999 (ignored)" -> CommandReply.success(null);
            case "SUCCESS, data {\"seen\": true}" -> CommandReply.success(seen);
            case "SUCCESS, data {\"seen\": true, \"snake_key\": \"v w\"}" -> {
                seen.put("snake_key", "v w");
                yield CommandReply.success(seen);
            }
            case "PENDING" -> CommandReply.of(TrainerCommand.RESULT_PENDING);
            case "PENDING_WITH_NOTIFICATION, data {job_id: 3}" ->
                new CommandReply(TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION, Map.of("job_id", 3), 0, null);
            case "FAILED, error_code 12, message" -> failed(12, "motor_x not-ready now");
            case "raises RuntimeError('boom: bad_thing happened -1')" -> CommandReply.exception("boom: bad_thing happened -1");
            case "none registered" -> CommandReply.of(TrainerCommand.RESULT_UNAVAILABLE);
            case "data='a b_c'" -> CommandReply.success("a b_c");
            case "data=-3.5" -> CommandReply.success(-3.5);
            case "data={}" -> CommandReply.success(Map.of());
            case "data={'v': nan}" -> CommandReply.success(Map.of("v", Double.NaN));
            case "data={'v': UUID}" -> CommandReply.success(Map.of("v", UUID.randomUUID()));
            case "data={'v': datetime}" -> CommandReply.success(Map.of("v", OffsetDateTime.now()));
            case "error_message=object()" -> failed(0, odd);
            case "error_code=object()" -> failed(odd, null);
            case "FAILED, error_code=-7" -> failed(-7, "x");
            case "SUCCESS, error_code=3" -> new CommandReply(TrainerCommand.RESULT_SUCCESS, null, 3, null);
            case "error_code='E_1'" -> failed("E_1", null);
            case "result=777" -> CommandReply.of(777);
            case "result=None" -> new CommandReply(null, null, 0, null);
            case "UNRECOGNIZED" -> CommandReply.of(TrainerCommand.RESULT_UNRECOGNIZED);
            case "returns None" -> CommandReply.exception("'NoneType' object has no attribute 'error_code'");
            case "returns a dict" -> CommandReply.exception("'dict' object has no attribute 'error_code'");
            case "raises ValueError()" -> CommandReply.exception("");
            case "raises KeyError('a_b')" -> CommandReply.exception("'a_b'");
            case "raises RuntimeError with newline" -> CommandReply.exception("line one\nline_two\t3");
            case "data=ConfigurationResponse(...)", "data=StatusResponse(ACQUIRING, MANUAL_WITH_PROTOCOL, 'M-12')" -> records(test);
            default -> throw new IllegalStateException("No delegate for: " + text);
        };
    }

    private static CommandReply failed(Object code, Object message) {
        return new CommandReply(TrainerCommand.RESULT_FAILED, null, code, message);
    }

    private static CommandReply records(Case test) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (test.id().startsWith("status")) {
            data.put("app_status", 100);
            data.put("training_mode", 200);
            data.put("animal_id", "M-12");
        } else {
            data.put("device_id", "rig-01");
            data.put("configuration_location", "/home/ubuntu/Autotrainer");
            data.put("data_location", "/data/raw_local");
            data.put("animal_location", "/data/animals");
            data.put("log_location", "/data/logs");
            data.put("inference_model", "model_v2-final");
        }
        return CommandReply.success(data);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void serviceSeesAndAnswersWhatTheReferenceDoes(Case test) throws Exception {
        if (test.node().path("service_thread_alive_after").asBoolean(true)) {
            CommandRequest request = codec.decodeRequest(test.hex("request_hex"));
            JsonNode saw = test.node().get("delegate_saw");
            if (saw != null) {
                Map<String, Object> members = new LinkedHashMap<>();
                members.put("command", request.command());
                members.put("custom_command", request.customCommand());
                members.put("nonce", request.nonce());
                members.put("data", request.data());
                assertThat(PythonJson.write(members, PythonJson.Style.PYTHON))
                        .isEqualTo(PythonJson.write(PythonJson.read(saw.toString()), PythonJson.Style.PYTHON));
            }
            assertThat(show(List.of(codec.encodeReply(request, delegate(test))))).isEqualTo(show(test.hex("reply_hex")));
        } else {
            assertThatThrownBy(() -> codec.decodeRequest(test.hex("request_hex"))).isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("answeredRequests")
    void clientReadsTheRecordedReply(Case test) throws Exception {
        assertThat(PythonJson.write(codec.decodeReply(test.hex("reply_hex")), PythonJson.Style.PYTHON))
                .isEqualTo(recorded(test.node().get("reply_decoded")));
    }

    @ParameterizedTest
    @MethodSource("toolRequests")
    void clientWritesWhatThePythonClientWrites(String recorded) throws Exception {
        Map<?, ?> members = (Map<?, ?>) PythonJson.read(recorded);
        for (String values : List.of("compatible", "intact")) {
            byte[] written = new TrainerCodec("double", values).encodeRequest((Integer) members.get("command"), members.get("custom_command"),
                    members.get("nonce"), members.get("data"));
            assertThat(new String(written, UTF_8)).isEqualTo(recorded);
        }
    }

    static Stream<String> toolRequests() {
        Stream<String> tool = Golden.cases("tools").filter(test -> test.node().has("requests_sent_text"))
                .flatMap(test -> test.node().get("requests_sent_text").findValuesAsText("").isEmpty()
                        ? java.util.stream.StreamSupport.stream(test.node().get("requests_sent_text").spliterator(), false).map(JsonNode::asText)
                        : Stream.empty());
        Stream<String> commands = Golden.cases("commands").map(test -> test.node().get("request_text").get(0).asText());
        Stream<String> async = Golden.cases("async-commands").map(test -> test.node().get("request_text").asText());
        return Stream.of(tool, commands, async).flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void answersMalformedRequestsAsTheReferenceMeantTo(Case test) {
        assertThatThrownBy(() -> codec.decodeRequest(test.hex("request_hex"))).isInstanceOf(MalformedMessageException.class);
        assertThat(new String(codec.encodeReply(CommandRequest.UNREADABLE, CommandReply.of(TrainerCommand.RESULT_UNRECOGNIZED)), UTF_8))
                .isEqualTo(test.node().get("intended_reply_text").asText());
    }

    static Stream<Case> malformed() {
        return Golden.cases("malformed-requests");
    }

    @ParameterizedTest
    @MethodSource("asynchronous")
    void publishesLateResultsAsTheReferenceDoes(Case test) throws Exception {
        CommandRequest request = codec.decodeRequest(test.hex("request_hex"));
        assertThat(show(List.of(codec.encodeReply(request, CommandReply.of(TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION)))))
                .isEqualTo(show(test.hex("immediate_reply_hex")));
        Map<?, ?> last = (Map<?, ?>) PythonJson.read(test.node().get("final").toString());
        CommandReply reply = new CommandReply(last.get("result"), last.get("data"), last.get("error_code"), last.get("error_message"));
        JsonNode published = test.node().get("then_published");
        assertThat(show(codec.encodeMessage("COMMAND_RESULT", reply.toResult(request.command(), request.nonce()))))
                .isEqualTo(show(Golden.bytes(published.get(published.size() - 1).get("frames_hex"))));
    }

    static Stream<Case> asynchronous() {
        return Golden.cases("async-commands");
    }

    @ParameterizedTest
    @MethodSource("heartbeats")
    void beatsAsTheReferenceDoes(Case test) throws Exception {
        for (JsonNode beat : test.node().get("heartbeats")) {
            Map<?, ?> read = (Map<?, ?>) codec.decodeMessage(Golden.bytes(beat.get("frames_hex"))).body();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("identifier", test.node().get("identifier").asText());
            body.put("version", "0.9.7");
            body.put("timestamp", read.get("timestamp"));
            assertThat(show(codec.encodeMessage("HEARTBEAT", body))).isEqualTo(show(Golden.bytes(beat.get("frames_hex"))));
        }
    }

    static Stream<Case> heartbeats() {
        return Golden.cases("heartbeat");
    }

    @ParameterizedTest
    @MethodSource("badCalls")
    void refusesBadPublishCallsInsteadOfDying(Case test) {
        Object topic = switch (test.node().get("topic_repr").asText()) {
            case "4294967296" -> 4294967296L;
            case "'a'" -> "a";
            default -> 4001;
        };
        Object body = test.id().equals("dict-unserialisable") ? Map.of("x", new Object()) : new byte[1];
        if (Set.of("string-none", "bytes-is-str", "string-int").contains(test.id())) {
            // Types that Java's signatures exclude: null, text and a number are valid JSON bodies here.
            assertThat(codec.encodeMessage(topic, null)).hasSize(2);
        } else {
            assertThatThrownBy(() -> codec.encodeMessage(topic, body)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    static Stream<Case> badCalls() {
        return Golden.cases("bad-publish-calls");
    }

    @Test
    void everyRecordingIsUsed() {
        assertThat(Stream.of("topics", "event-kinds", "emergency-duplication", "serialization", "commands", "command-requests",
                "command-responses", "malformed-requests", "async-commands", "heartbeat", "bad-publish-calls", "tools")
                .map(file -> Golden.cases(file).count())).allMatch(count -> count > 0);
    }
}
