package io.dromedary.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.dromedary.proxies.JsonClient;
import org.junit.jupiter.api.Test;

class AccessTokensTest {

    private final AtomicInteger handedOut = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong(-5);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource source = () -> now;
    private final Clock clock = source.withZone(ZoneOffset.UTC);

    /** A device without a battery for its clock starts in 1970, and jumps when it has heard the time. */
    @Test
    void aTokenLivesAsLongAsItHadWhenItCameWhateverTheClockDoes() throws Exception {
        try (FakeDataApi api = new FakeDataApi(request -> FakeDataApi.json(FakeDataApi.token("t" + handedOut.incrementAndGet(),
                now.plus(Duration.ofHours(1)).toString())))) {
            AccessTokens tokens = new AccessTokens(new JsonClient(Duration.ofSeconds(30)), URI.create(api.address() + "/token"), clock, nanos::get);
            assertThat(tokens.current()).isEqualTo("t1");
            now = now.plus(Duration.ofDays(20_000));
            assertThat(tokens.current()).isEqualTo("t1");
            now = Instant.EPOCH;
            assertThat(tokens.current()).isEqualTo("t1");
            nanos.addAndGet(Duration.ofMinutes(49).toNanos());
            assertThat(tokens.current()).isEqualTo("t1");
            nanos.addAndGet(Duration.ofMinutes(2).toNanos());
            assertThat(tokens.current()).isEqualTo("t2");
            tokens.refused("t2");
            assertThat(tokens.current()).isEqualTo("t3");
        }
    }
}
