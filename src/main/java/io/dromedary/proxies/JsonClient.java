package io.dromedary.proxies;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Posts JSON and reads JSON. A request has a time limit; where nothing can have happened twice it is repeated up to two times,
 * after 0.2 and 0.4 s, when the server could not be reached or said 502, 503 or 504. Answers of more than 64 MiB are refused.
 */
public final class JsonClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ANSWER = 64 << 20;
    private static final int TRIES = 3;
    private static final long PAUSE_MS = 200;
    private static final Set<Integer> AWAY = Set.of(502, 503, 504);

    private final HttpClient client;
    private final Duration limit;

    /** A client whose requests take at most this long. */
    public JsonClient(Duration limit) {
        this.limit = limit;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit.compareTo(Duration.ofSeconds(10)) < 0 ? limit : Duration.ofSeconds(10)).build();
    }

    /** An answer of any status with its raw body. */
    public record Answer(int status, byte[] body) {

        /** Whether the call succeeded: 200 or 201, as the reference has it. */
        public boolean isSuccess() {
            return status == 200 || status == 201;
        }

        /** {@code HTTP code: reason}. */
        public String text() {
            return "HTTP " + status + ": " + HttpResponseStatus.valueOf(status).reasonPhrase();
        }

        /**
         * The body as maps, lists and scalars.
         *
         * @throws ProxyFailure if it is no JSON
         */
        public Object json() {
            try {
                return JSON.readValue(body, Object.class);
            } catch (JsonProcessingException e) {
                throw new ProxyFailure("Failed to parse response: " + e.getOriginalMessage(), e);
            } catch (IOException e) {
                throw new ProxyFailure("Failed to parse response: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Posts a body, or nothing when it is null.
     *
     * @param authorization the header of that name, or null
     * @throws PeerAway when there was no answer, or one that says to come back later
     */
    public Answer post(URI address, Object body, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit).header("Accept", "application/json");
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            request.POST(body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new BadParameter("The parameters cannot be written as JSON: " + e.getOriginalMessage());
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return send(request.build());
    }

    private Answer send(HttpRequest request) {
        PeerAway last = null;
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                if (tries > 0) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS << (tries - 1));
                }
                Answer answer = once(request);
                if (!AWAY.contains(answer.status)) {
                    return answer;
                }
                last = new PeerAway(answer.text(), null);
            } catch (HttpTimeoutException e) {
                throw new PeerAway("Request failed: timed out after " + limit.toSeconds() + " s", e);
            } catch (IOException e) {
                last = new PeerAway("Request failed: " + reason(e, request.uri()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PeerAway("Request failed: interrupted", e);
            }
        }
        throw last;
    }

    private Answer once(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(MAX_ANSWER + 1);
            if (body.length > MAX_ANSWER) {
                throw new ProxyFailure("The answer has more than " + MAX_ANSWER + " bytes");
            }
            return new Answer(response.statusCode(), body);
        }
    }

    private static String reason(IOException e, URI address) {
        if (e instanceof ConnectException) {
            return "Connection refused (" + address.getHost() + ":" + address.getPort() + ")";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
