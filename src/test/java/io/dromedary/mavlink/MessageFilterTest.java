package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFilterTest {

    private final Dialect dialect = Dialect.standard();
    private long now;
    private final MessageFilter filter = new MessageFilter(() -> now);

    private MavlinkFrame frame(int system, int component, MavlinkMessage message) {
        return Frames.only(new FrameWriter(system, component).toBytes(message));
    }

    private MavlinkFrame attitude(int time, double roll) {
        return frame(1, 1, dialect.message("ATTITUDE").set("time_boot_ms", time).set("roll", roll));
    }

    private void after(long millis) {
        now += millis * 1_000_000;
    }

    @Test
    void takesNamesAndIds() {
        filter.add(dialect, "HEARTBEAT, 30");
        assertThat(filter.test(attitude(1, 1))).isTrue();
        assertThat(filter.test(frame(1, 1, dialect.message("HEARTBEAT")))).isTrue();
        assertThat(filter.test(frame(1, 1, dialect.message("PING")))).isFalse();
    }

    @Test
    void takesEverythingForAnAsterisk() {
        filter.add(dialect, "*,ATTITUDE@1");
        assertThat(filter.test(frame(1, 1, dialect.message("PING")))).isTrue();
        assertThat(filter.test(attitude(1, 1))).isTrue();
        assertThat(filter.test(attitude(2, 1))).isFalse();
    }

    @Test
    void limitsTheRateOfEachMessageAndSenderByItself() {
        filter.add(dialect, "ATTITUDE@2,PING");
        int taken = 0;
        for (int n = 0; n < 100; n++) {
            taken += filter.test(attitude(n, n)) ? 1 : 0;
            assertThat(filter.test(frame(1, 1, dialect.message("PING")))).isTrue();
            after(50);
        }
        assertThat(taken).isEqualTo(10);
        assertThat(filter.test(frame(2, 1, dialect.message("ATTITUDE")))).isTrue();
        assertThat(filter.test(frame(1, 2, dialect.message("ATTITUDE")))).isTrue();
        assertThat(filter.test(frame(1, 2, dialect.message("ATTITUDE")))).isFalse();
    }

    @Test
    void dropsWhatDidNotChangeUntilItIsOld() {
        filter.add(dialect, "*").changesOnly(1000, Set.of("time_boot_ms"));
        assertThat(filter.test(attitude(1, 0.5))).isTrue();
        after(400);
        assertThat(filter.test(attitude(2, 0.5))).isFalse();
        assertThat(filter.test(attitude(3, 0.6))).isTrue();
        after(999);
        assertThat(filter.test(attitude(4, 0.6))).isFalse();
        after(1);
        assertThat(filter.test(attitude(5, 0.6))).isTrue();
    }

    @Test
    void takesOneSenderOnly() {
        filter.add(dialect, "*").from(1, 0);
        assertThat(filter.test(attitude(1, 1))).isTrue();
        assertThat(filter.test(frame(2, 1, dialect.message("PING")))).isFalse();
        filter.from(1, 2);
        assertThat(filter.test(attitude(1, 1))).isFalse();
        assertThat(filter.test(frame(1, 2, dialect.message("PING")))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ATTITUDE@0", "ATTITUDE@-1", "ATTITUDE@x", "ATTITUDE@", "ATTITUDE@NaN", "ATTITUDE@1e20"})
    void refusesRatesThatAreNone(String list) {
        assertThatThrownBy(() -> filter.add(dialect, list)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + list + "'").hasMessageContaining("rate");
    }

    @Test
    void refusesUnknownNames() {
        assertThatThrownBy(() -> filter.add(dialect, "HEARTBEAT,ALTITUD")).hasMessage("Unknown MAVLink message 'ALTITUD'");
    }

    @Test
    void remembersABoundedNumberOfSenders() {
        filter.add(dialect, "HEARTBEAT@0.001");
        for (int n = 0; n < 5000; n++) {
            assertThat(filter.test(frame(1 + n % 255, 1 + n / 255, dialect.message("HEARTBEAT")))).isTrue();
        }
        assertThat(filter.test(frame(1, 1, dialect.message("HEARTBEAT")))).isFalse();
        assertThat(filter.test(frame(1 + 4999 % 255, 1 + 4999 / 255, dialect.message("HEARTBEAT")))).isTrue();
    }
}
