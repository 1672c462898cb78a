package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.exceptions.JedisConnectionException;

@Timeout(30)
class PatienceTest {

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void callsUntilRedisIsBack() throws Exception {
        assertThat(new Patience(() -> false).patiently(() -> {
            if (calls.incrementAndGet() < 3) {
                throw new JedisConnectionException("away");
            }
            return "back";
        })).isEqualTo("back");
    }

    @Test
    void givesUpWhenThereIsNoMoreTime() {
        assertThatThrownBy(() -> new Patience(() -> calls.get() == 2).patiently(() -> {
            calls.incrementAndGet();
            throw new JedisConnectionException("away");
        })).isInstanceOf(IOException.class).hasMessage("Redis is away and this instance stops");
        assertThat(calls).hasValue(2);
    }
}
