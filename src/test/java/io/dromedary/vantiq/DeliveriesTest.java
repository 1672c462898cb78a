package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.dromedary.vantiq.VantiqSettings.DeliveryConfirmation;

class DeliveriesTest {

    private final MemoryNotificationStore store = new MemoryNotificationStore(100, 10_000);
    private long now;
    private final Deliveries deliveries = new Deliveries(store, DeliveryConfirmation.auto, () -> { }, () -> now);
    private long cursor;

    private boolean write(int count) {
        for (int i = 0; i < count; i++) {
            store.append(new byte[] {1});
            cursor++;
        }
        return deliveries.written(cursor);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void connect() {
        deliveries.connected(store.first(), Duration.ofMillis(1));
    }

    @Test
    void asksAfterAStreamAtOnceAndAfterASingleOneWhenTheWindowIsOver() {
        connect();
        assertThat(write(1)).isFalse();
        assertThat(deliveries.look()).isFalse();
        pass(Duration.ofMillis(250));
        assertThat(deliveries.look()).isTrue();
        deliveries.ponged(1);
        assertThat(store.size()).isZero();
        assertThat(deliveries.waiting()).isFalse();
        assertThat(write(3)).isTrue();
        assertThat(write(3)).isFalse();
        deliveries.ponged(4);
        assertThat(store.size()).isEqualTo(3);
    }

    /** The server had not read them: it stalled, and then was cut. */
    @Test
    void keepsWhatAStalledServerMayNotHaveReadHoweverLongTheConnectionLived() {
        connect();
        write(5);
        for (int second = 0; second < 9; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(deliveries.look()).isFalse();
        }
        pass(Duration.ofHours(1));
        assertThat(deliveries.disconnected(cursor, false)).isEqualTo(5);
        assertThat(store.size()).isEqualTo(5);
    }

    @Test
    void goesByTimeWithAServerThatAnswersNoPings() {
        connect();
        write(5);
        pass(Duration.ofSeconds(10));
        deliveries.look();
        assertThat(store.size()).isZero();
        assertThat(write(5)).isFalse();
        pass(Duration.ofMillis(250));
        deliveries.look();
        assertThat(store.size()).isZero();
    }

    @Test
    void trustsAcknowledgementsAndAsksNothingMore() {
        connect();
        write(1);
        deliveries.acknowledged(cursor);
        assertThat(store.size()).isZero();
        assertThat(write(5)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(deliveries.look()).isFalse();
        deliveries.acknowledged(cursor);
        assertThat(store.size()).isEqualTo(4);
        pass(Duration.ofSeconds(30));
        deliveries.look();
        assertThat(store.size()).isZero();
    }
}
