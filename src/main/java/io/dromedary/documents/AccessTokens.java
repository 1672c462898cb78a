package io.dromedary.documents;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.LongSupplier;

import io.dromedary.proxies.JsonClient;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;

/**
 * The access token of the cloud API: {@code POST} without a body answers {@code accessToken} and perhaps {@code expiresAt} (UTC).
 * It is renewed 600 s before it expires, after 3000 s when it does not say, or when the API refuses it.
 */
final class AccessTokens {

    private static final Duration MARGIN = Duration.ofSeconds(600);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);
    private static final Duration UNKNOWN_LIFE = Duration.ofSeconds(3000);

    private final JsonClient client;
    private final URI address;
    private final Clock clock;
    private String token;
    private final LongSupplier nanos;
    private Instant renewAt = Instant.MIN;
    private long fetchedAt;
    private Duration life = Duration.ZERO;

    AccessTokens(JsonClient client, URI address, Clock clock) {
        this(client, address, clock, System::nanoTime);
    }

    /** @param nanos running time, which no change of the clock moves; the clock only tells how long a new token has */
    AccessTokens(JsonClient client, URI address, Clock clock, LongSupplier nanos) {
        this.client = client;
        this.address = address;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** A token that should work; the old one when a new one cannot be had. */
    synchronized String current() {
        if (token == null || nanos.getAsLong() - fetchedAt >= life.toNanos()) {
            renew();
        }
        return token;
    }

    /** Forgets a token that the API has refused. */
    synchronized void refused(String old) {
        if (old.equals(token)) {
            token = null;
        }
    }

    /** Whether there is a token, and until when it is used; null when there is none. */
    synchronized Instant renewAt() {
        return token == null ? null : renewAt;
    }

    private void renew() {
        JsonClient.Answer answer;
        try {
            answer = client.post(address, null, null);
        } catch (PeerAway e) {
            throw new PeerAway("Authentication failed: " + e.getMessage(), e);
        }
        if (answer.isSuccess() && answer.json() instanceof Map<?, ?> json && json.get("accessToken") instanceof String fresh) {
            token = fresh;
            renewAt = json.get("expiresAt") instanceof String text ? expiry(text) : clock.instant().plus(UNKNOWN_LIFE);
            fetchedAt = nanos.getAsLong();
            life = shorter(Duration.between(clock.instant(), renewAt));
        } else if (token == null) {
            throw new ProxyFailure("Request failed: No valid credentials available");
        }
    }

    /** Nanoseconds end after 292 years; a clock that is ahead makes a life negative. */
    private static Duration shorter(Duration life) {
        return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
    }

    private Instant expiry(String text) {
        try {
            return Instant.parse(text).minus(MARGIN);
        } catch (DateTimeParseException e) {
            return clock.instant().plus(UNKNOWN_LIFE);
        }
    }
}
