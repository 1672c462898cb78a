package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.processor.errorhandler.DefaultErrorHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Messages nobody should send. After each of them the next good command is answered. */
class BadCommandTest {

    @TempDir
    private static Path folder;
    private static BusFixture bus;
    private static int number;

    @BeforeAll
    static void start() throws Exception {
        bus = new BusFixture(folder, Map.of(), "classpath:routes/petal-example/petal-example.camel.yaml",
                "classpath:routes/petal-checked/*.camel.yaml", "classpath:routes/commands/petal-flight-log/cancel_clear_all_ulogs.camel.yaml");
    }

    @AfterAll
    static void stop() {
        bus.close();
    }

    private static String id() {
        return "bad-" + number++;
    }

    @AfterEach
    void theNextGoodMessageWorks() throws Exception {
        List<BusFixture.Sent> sent = bus.exchange(BusFixture.envelope(id(), "petal-example/echo", Map.of("x", 1)));
        assertThat(sent).singleElement().satisfies(reply -> assertThat(reply.message()).containsEntry("x", 1).containsEntry("status", "success"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "not json", "[1,2]", "\"text\"", "7", "null", "{\"messageId\":\"x\",}", "\u0000\u0001",
            "{\"command\":\"petal-example/echo\",\"waitResponse\":true} {}"})
    void parksWhatIsNotAJsonObject(String text) throws Exception {
        assertThat(bus.exchange(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(lastParked()).contains("\"reason\":\"NOT_A_COMMAND\"");
    }

    @Test
    void parksWhatIsNestedWithoutEnd() throws Exception {
        String deep = "{\"command\":\"petal-example/echo\",\"payload\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(bus.exchange(deep.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(lastParked()).contains("NOT_A_COMMAND");
    }

    @Test
    void refusesAMessageOfFiveMegabytesAndTellsItsSender() throws Exception {
        Map<String, Object> envelope = BusFixture.envelope("large", "petal-example/echo", Map.of("x", "y".repeat(5_000_000)));
        assertThat(bus.exchange(envelope)).singleElement().satisfies(reply -> assertThat(reply.message())
                .containsEntry("messageId", "large").containsEntry("error_code", "MESSAGE_TOO_LARGE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"petal-example/../../etc/passwd", "petal-example/echo?bridgeErrorHandler=true", "petal-example/echo&x=1",
            "petal-example/", "petal-example/${header.x}", "petal-example//echo", "petal-example/ECHO", "petal-example/echo ", "petal-example/%65cho"})
    void tellsThatANameMadeOfOtherThingsIsUnknown(String name) throws Exception {
        assertThat(bus.exchange(BusFixture.envelope(id(), name, Map.of()))).singleElement().satisfies(reply -> assertThat(reply.message())
                .containsEntry("error_code", "UNKNOWN_COMMAND").containsEntry("message", "Unknown command: " + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct:bus-publish", "file:/tmp?delete=true", "../../x", "", "/", "petal-other/x"})
    void leavesCommandsOfOthersAlone(String name) throws Exception {
        assertThat(bus.exchange(BusFixture.envelope(id(), name, Map.of()))).isEmpty();
    }

    /** Camel's logger is shared: its line about one sender's mistake can get the level of another's. */
    @Test
    void isNotLoggedByCamelAsWell() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(DefaultErrorHandler.class);
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        try {
            bus.exchange(BusFixture.envelope(id(), "petal-example/unknown", Map.of()));
            bus.exchange("not json".getBytes(StandardCharsets.UTF_8));
            assertThat(lines.list).isEmpty();
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
    }

    @Test
    void offersTheNameThatWasProbablyMeant() throws Exception {
        assertThat(bus.exchange(BusFixture.envelope(id(), "petal-example/ehco", Map.of())).get(0).message())
                .doesNotContainKey("nearest_commands");
        assertThat(bus.exchange(BusFixture.envelope(id(), "petal-example/do_somethin", Map.of())).get(0).message())
                .containsEntry("nearest_commands", List.of("petal-example/do_something"));
    }

    @Test
    void leavesTheHintOutWhereAnswersAreThoseOfTheReference() throws Exception {
        assertThat(bus.exchange(BusFixture.envelope(id(), "petal-flight-log/cancel_clear_all_ulog", Map.of())).get(0).message()).containsOnlyKeys("messageId",
                "phase", "timestamp", "status", "message", "error_code", "available_commands", "deviceId");
    }

    @Test
    void tellsEveryFindingOfTheSchema() throws Exception {
        for (Object payload : Arrays.asList(Map.of("a", "text"), Map.of(), Map.of("a", 1, "b", 2), List.of(1), "text", 5, null)) {
            assertThat(bus.exchange(BusFixture.envelope(id(), "petal-checked/add", payload))).singleElement()
                    .satisfies(reply -> assertThat(reply.message()).containsEntry("error_code", "VALIDATION_ERROR")
                            .extractingByKey("message").asString().startsWith("Invalid request parameters: "));
        }
        assertThat(bus.exchange(BusFixture.envelope(id(), "petal-checked/add", Map.of("a", 1))).get(0).message()).containsEntry("a", 1);
    }

    @Test
    void repliesWithTheTypesOfTheReferenceToACommandThatIsNoText() throws Exception {
        assertThat(reply(5)).isEqualTo("Master command handler error: 'int' object has no attribute 'startswith'");
        assertThat(reply(1.5)).isEqualTo("Master command handler error: 'float' object has no attribute 'startswith'");
        assertThat(reply(true)).isEqualTo("Master command handler error: 'bool' object has no attribute 'startswith'");
        assertThat(reply(List.of())).isEqualTo("Master command handler error: unhashable type: 'list'");
        assertThat(reply(Map.of())).isEqualTo("Master command handler error: unhashable type: 'dict'");
    }

    private static Object reply(Object command) throws Exception {
        Map<String, Object> envelope = BusFixture.envelope(id(), "", Map.of());
        envelope.put("command", command);
        return bus.exchange(envelope).get(0).message().get("message");
    }

    @Test
    void dropsARepeatedIdUntilAThousandOthersHaveCome() throws Exception {
        assertThat(bus.exchange(BusFixture.envelope("again", "petal-example/echo", Map.of()))).hasSize(1);
        assertThat(bus.exchange(BusFixture.envelope("again", "petal-example/echo", Map.of()))).isEmpty();
        bus.exchangeAll(echoes("other-", 999));
        assertThat(bus.exchange(BusFixture.envelope("again", "petal-example/echo", Map.of()))).isEmpty();
        bus.exchangeAll(echoes("another-", 1_000));
        assertThat(bus.exchange(BusFixture.envelope("again", "petal-example/echo", Map.of()))).hasSize(1);
    }

    private static List<Map<String, Object>> echoes(String ids, int count) {
        return IntStream.range(0, count).mapToObj(i -> BusFixture.envelope(ids + i, "petal-example/echo", Map.of())).toList();
    }

    @Test
    void noHeaderOrFieldFromOutsideSteersARoute() throws Exception {
        Map<String, Object> envelope = BusFixture.envelope(id(), "petal-example/echo", Map.of("CamelFileName", "${body}"));
        envelope.put("CamelDirectOverride", "x");
        envelope.put("reply", "none");
        envelope.put("busTopic", "elsewhere");
        assertThat(bus.exchange(envelope)).singleElement().satisfies(reply -> {
            assertThat(reply.topic()).isEqualTo("response");
            assertThat(reply.message()).containsEntry("CamelFileName", "${body}");
        });
    }

    @Test
    void keepsParkedMessagesWithinTwoFiles() throws Exception {
        ParkingLot lot = new ParkingLot();
        lot.setAccounts(bus.accounts());
        lot.setFolder(folder.resolve("small").toString());
        lot.setMaxFileBytes(2_000);
        org.apache.camel.Exchange exchange = org.apache.camel.builder.ExchangeBuilder.anExchange(bus.context()).withBody("x".repeat(300)).build();
        long before = bus.accounts().received("bus");
        for (int i = 0; i < 50; i++) {
            bus.accounts().received(exchange);
            lot.park(exchange, ErrorCodes.HANDLER_ERROR, "number " + i);
        }
        assertThat(bus.accounts().received("bus")).isEqualTo(before + 50);
        try (var files = Files.list(folder.resolve("small"))) {
            assertThat(files.toList()).hasSize(2).allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(2_000));
        }
        assertThat(Files.readString(folder.resolve("small/parked.jsonl"))).contains("number 49");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"waitResponse\":true,"})
    void halfACharacterIsKeptAndTakesNothingElseWithIt(String more) throws Exception {
        byte[] message = ("{" + more + "\"messageId\":\"" + id() + "\",\"command\":\"petal-example/\\ud800\"}").getBytes(StandardCharsets.UTF_8);
        List<BusFixture.Sent> sent = bus.exchange(message);
        assertThat(more.isEmpty() ? lastParked() : String.valueOf(sent.get(0).message())).contains("Unknown command: petal-example/");
    }

    @Test
    void parksAPayloadAsTheJsonThatItWas() throws Exception {
        Map<String, Object> envelope = BusFixture.envelope(id(), "petal-example/boom", Map.of("a", List.of(1, "text")));
        envelope.remove("waitResponse");
        assertThat(bus.exchange(envelope)).isEmpty();
        assertThat(lastParked()).contains("\"body\":\"{\\\"a\\\":[1,\\\"text\\\"]}\"");
    }

    private static String lastParked() throws Exception {
        List<String> lines = Files.readAllLines(folder.resolve("parked/parked.jsonl"));
        return lines.get(lines.size() - 1);
    }
}
