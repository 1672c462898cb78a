package io.dromedary.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class SendPaceTest {

    private final SendPace pace = new SendPace(false);

    /** However busy the machine is, some dozens of calls follow each other closely sooner or later. */
    private void awaitStream() {
        await().pollInSameThread().until(() -> {
            for (int i = 0; i < 1_000 && !pace.next(); i++) {
                continue;
            }
            return pace.next();
        });
    }

    @Test
    void fewMessagesAreNoStream() {
        for (int i = 0; i < 32; i++) {
            assertThat(pace.next()).isFalse();
        }
        assertThat(pace.moment(true)).isFalse();
    }

    @Test
    void manyCloseTogetherAreOneUntilNothingComes() {
        awaitStream();
        assertThat(pace.moment(true)).isTrue();
        assertThat(pace.moment(false)).isTrue();
        assertThat(pace.moment(true)).isTrue();
        assertThat(pace.moment(false)).isTrue();
        assertThat(pace.moment(false)).isTrue();
        assertThat(pace.moment(false)).isFalse();
        assertThat(pace.next()).isFalse();
    }

    @Test
    void aSocketThatAlsoReceivesHasNone() {
        SendPace off = new SendPace(true);
        for (int i = 0; i < 10_000; i++) {
            assertThat(off.next()).isFalse();
        }
        assertThat(off.moment(true)).isFalse();
    }
}
