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
import io.dromedary.proxies.SharedCall;

/**
 * The access token of the cloud API: {@code POST} without a body answers {@code accessToken} and perhaps {@code expiresAt} (UTC).
 * It is renewed 600 s before it expires but not within a minute, after 3000 s when it does not say, or when the API refuses it.
 */
final class AccessTokens {

    private static final Duration MARGIN = Duration.ofSeconds(600);
    /** Nanoseconds end after 292 years. */
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);
    private static final Duration UNKNOWN_LIFE = Duration.ofSeconds(3000);

    private static final int UNAUTHORIZED = 401;

    private final JsonClient client;
    private final URI address;
    private final Clock clock;
    private final LongSupplier nanos;
    private final SharedCall<String> renewal = new SharedCall<>();
    private String token;
    private long renewAt;

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
    String current() {
        String known = usable();
        return known != null ? known : renewal.get(() -> {
            String renewed = usable();
            return renewed != null ? renewed : renew();
        });
    }

    private synchronized String usable() {
        return token != null && nanos.getAsLong() - renewAt < 0 ? token : null;
    }

    /** Forgets a token that the API has refused. */
    synchronized void refused(String old) {
        if (old.equals(token)) {
            token = null;
        }
    }

    /** Not synchronized: whoever has a token need not wait for the service of the tokens. */
    private String renew() {
        JsonClient.Answer answer;
        try {
            answer = client.post(address, null, null);
        } catch (PeerAway e) {
            throw new PeerAway("Authentication failed: " + e.getMessage(), e);
        }
        Object json = answer.isSuccess() ? answer.json() : null;
        synchronized (this) {
            if (json instanceof Map<?, ?> map && map.get("accessToken") instanceof String fresh) {
                token = fresh;
                renewAt = nanos.getAsLong() + life(map.get("expiresAt")).toNanos();
            } else if (token == null) {
                throw new ApiFailure(UNAUTHORIZED, "Request failed: No valid credentials available");
            }
            return token;
        }
    }

    /** How long a new token is used. A clock that is ahead sees it expired already: then the API is to judge. */
    private Duration life(Object expiresAt) {
        try {
            Duration left = Duration.between(clock.instant(), Instant.parse(String.valueOf(expiresAt)).minus(MARGIN));
            return left.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : left.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : left;
        } catch (DateTimeParseException e) {
            return UNKNOWN_LIFE;
        }
    }
}
