package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** What is written down in Redis and at the broker, and what is read of a message. */
class LedgerFormsTest {

    @Test
    void anEntryIsReadAsItWasWritten() {
        byte[] reply = "{\"a\":\n\"ü\"}\n".getBytes(StandardCharsets.UTF_8);
        Entry read = Entry.parse(Entry.replying("m~1", 17, "org/o/device/d/response", reply).toBytes());
        assertThat(read.state()).isEqualTo(Entry.State.REPLYING);
        assertThat(read.owner()).isEqualTo("m~1");
        assertThat(read.number()).isEqualTo(17);
        assertThat(read.topic()).isEqualTo("org/o/device/d/response");
        assertThat(read.reply()).isEqualTo(reply);
        assertThat(Entry.parse(Entry.running("m~1").toBytes())).isEqualTo(Entry.running("m~1"));
        assertThat(Entry.parse(Entry.answered("m~1").toBytes())).isEqualTo(Entry.answered("m~1"));
    }

    @Test
    void anythingElseIsRefused() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(30)];
            random.nextBytes(bytes);
            try {
                Entry.parse(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e).isNotNull();
            }
        }
        assertThatThrownBy(() -> Entry.parse(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Entry.parse("Pm\nx\nt\n".getBytes(StandardCharsets.UTF_8))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sentNumbersStaySmallWhenTheyComeNearlyInOrder() {
        List<Long> numbers = new ArrayList<>();
        for (long i = 1; i <= 10_000; i++) {
            numbers.add(i);
        }
        for (int i = 0; i + 16 <= numbers.size(); i += 16) {
            Collections.shuffle(numbers.subList(i, i + 16), new Random(i));
        }
        SentNumbers sent = new SentNumbers();
        for (long number : numbers) {
            assertThat(sent.includes(number)).isFalse();
            assertThat(sent.add(number).toString().length()).isLessThan(120);
            assertThat(SentNumbers.parse(sent.toString()).includes(number)).isTrue();
        }
        assertThat(sent).hasToString("10000;");
    }

    @Test
    void aNumberThatNeverComesDoesNotMakeThemGrow() {
        SentNumbers sent = new SentNumbers();
        for (long number = 2; number < 5_000; number++) {
            sent.add(number);
        }
        assertThat(sent.includes(4_999)).isTrue();
        assertThat(sent).hasToString("4999;1");
    }

    /** A paused member holds many back when it wakes, and sends others meanwhile; who took one of those for sent would lose it. */
    @Test
    void aNumberThatIsHeldBackIsNotTakenForSent() {
        SentNumbers sent = new SentNumbers();
        for (long number = 401; number < 5_000; number++) {
            sent.add(number);
        }
        SentNumbers read = SentNumbers.parse(sent.toString());
        for (long number = 1; number <= 400; number++) {
            assertThat(read.includes(number)).isFalse();
        }
        assertThat(read.includes(401)).isTrue();
    }

    @Test
    void aLeakOfNumbersIsBounded() {
        SentNumbers sent = new SentNumbers();
        for (long number = 2; number < 10_000; number += 2) {
            sent.add(number);
        }
        assertThat(sent.toString().length()).isLessThan(6_000);
        assertThat(sent.add(1_000_000).toString().length()).isLessThan(8_000);
    }

    @Test
    void theIdOfAMessageIsReadAsTheBusReadsIt() {
        assertThat(id("{\"payload\":{\"messageId\":\"inner\"},\"messageId\":\"m\"}")).contains("m");
        assertThat(id("{\"messageId\":17}")).contains("17");
        assertThat(id("{\"messageId\":\"\"}")).isEmpty();
        assertThat(id("{\"messageId\":null}")).isEmpty();
        assertThat(id("{\"command\":\"x\"}")).isEmpty();
        assertThat(id("[1]")).isEmpty();
        assertThat(id("{\"messageId\":\"m\"")).isEmpty();
        assertThat(id("")).isEmpty();
    }

    private static java.util.Optional<String> id(String message) {
        return MessageIds.read(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void equalIdsOfTwoDevicesAreTwoCommands() {
        assertThat(CommandLedger.key("a/", "1")).isNotEqualTo(CommandLedger.key("a/1", "")).isNotEqualTo(CommandLedger.key("b/", "1")).hasSize(22);
    }
}
