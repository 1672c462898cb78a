package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import io.dromedary.proxies.JsonClient;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;
import io.dromedary.proxies.SharedCall;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Credentials from the reference's token URL: {@code POST} without a body answers {@code accessKeyId, secretAccessKey, sessionToken}.
 * They are kept for 50 minutes of running time, whatever the clock does, or until the store refuses them.
 */
final class SessionCredentials implements AwsCredentialsProvider {

    private static final Duration LIFE = Duration.ofMinutes(50);

    private final JsonClient client;
    private final URI address;
    private final SharedCall<AwsCredentials> fetching = new SharedCall<>();
    private AwsCredentials current;
    private long fetchedAt;

    SessionCredentials(JsonClient client, URI address) {
        this.client = client;
        this.address = address;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        AwsCredentials known = usable();
        return known != null ? known : fetching.get(() -> {
            AwsCredentials fetched = usable();
            return fetched != null ? fetched : keep(fetch());
        });
    }

    private synchronized AwsCredentials usable() {
        return current != null && System.nanoTime() - fetchedAt <= LIFE.toNanos() ? current : null;
    }

    private synchronized AwsCredentials keep(AwsCredentials fresh) {
        current = fresh;
        fetchedAt = System.nanoTime();
        return fresh;
    }

    /** The store has refused them. */
    synchronized void forget() {
        current = null;
    }

    /** Whether there are any. */
    synchronized boolean isCached() {
        return current != null;
    }

    private AwsCredentials fetch() {
        JsonClient.Answer answer;
        try {
            answer = client.post(address, null, null);
        } catch (PeerAway e) {
            throw new PeerAway("Client initialization failed: " + e.getMessage(), e);
        }
        if (answer.isSuccess() && answer.json() instanceof Map<?, ?> json && json.get("accessKeyId") instanceof String id
                && json.get("secretAccessKey") instanceof String secret) {
            return AwsSessionCredentials.create(id, secret, String.valueOf(json.get("sessionToken")));
        }
        throw new ProxyFailure("Client initialization failed: No valid credentials available"
                + (answer.isSuccess() ? "" : " (" + answer.text() + ")"));
    }
}
