package io.dromedary.documents;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;

import io.dromedary.proxies.JsonClient;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;

/**
 * The access token of the cloud API: {@code POST} without a body answers {@code accessToken} and perhaps {@code expiresAt} (UTC).
 * It is renewed 600 s before it expires, after 3000 s when it does not say, or when the API refuses it.
 */
final class AccessTokens {

    private static final Duration MARGIN = Duration.ofSeconds(600);
    private static final Duration UNKNOWN_LIFE = Duration.ofSeconds(3000);

    private final JsonClient client;
    private final URI address;
    private final Clock clock;
    private String token;
    private Instant renewAt = Instant.MIN;

    AccessTokens(JsonClient client, URI address, Clock clock) {
        this.client = client;
        this.address = address;
        this.clock = clock;
    }

    /** A token that should work; the old one when a new one cannot be had. */
    synchronized String current() {
        if (token == null || !clock.instant().isBefore(renewAt)) {
            renew();
        }
        return token;
    }

    /** Forgets a token that the API has refused. */
    synchronized void refused(String old) {
        if (old.equals(token)) {
            renewAt = Instant.MIN;
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
        } else if (token == null) {
            throw new ProxyFailure("Request failed: No valid credentials available");
        }
    }

    private Instant expiry(String text) {
        try {
            return Instant.parse(text).minus(MARGIN);
        } catch (DateTimeParseException e) {
            return clock.instant().plus(UNKNOWN_LIFE);
        }
    }
}
