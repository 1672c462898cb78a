package io.dromedary.proxies;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Posts JSON and reads JSON. A request has a time limit that includes the last byte of its answer and that no change of the clock
 * moves; it is repeated up to two times, after 0.2 and 0.4 s, when the server could not be reached or said 502, 503 or 504. Answers
 * of more than 64 MiB are refused.
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
        HttpRequest.Builder request = HttpRequest.newBuilder(address).header("Accept", "application/json");
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

    /** The request's own time limit would end with the head of the answer, and is counted by the clock on the wall. */
    private Answer once(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, head -> new WholeBody());
        try {
            HttpResponse<byte[]> response = exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProxyFailure cause) {
                throw cause;
            }
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    /** Collects an answer up to the limit of its size. */
    private static final class WholeBody implements HttpResponse.BodySubscriber<byte[]> {

        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
            if (bytes.size() > MAX_ANSWER) {
                subscription.cancel();
                whole.completeExceptionally(new ProxyFailure("The answer has more than " + MAX_ANSWER + " bytes"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }
    }

    private static String reason(IOException e, URI address) {
        if (e instanceof ConnectException) {
            return "Connection refused (" + address.getHost() + ":" + address.getPort() + ")";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
