package io.dromedary.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The calls of {@link ClientProcess}. They go out one after the other, as the reference's do. */
final class ClientProcessHttp {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final Object oneAtATime = new Object();
    private final URI base;

    /** @param base where the process listens */
    ClientProcessHttp(URI base) {
        this.base = base;
    }

    /** Whether the process says within that time that it is healthy. Waits for no other call. */
    boolean isHealthy(Duration limit) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve("/health")).timeout(limit).GET().build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Calls the process.
     *
     * @throws IOException if it is away, refuses, or the thread is interrupted
     */
    void post(String path, Map<String, Object> body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_LIMIT).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))).build();
        synchronized (oneAtATime) {
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != 200 || !isSuccess(response.body())) {
                    throw new IOException("MQTT client process refused " + path + " with status " + response.statusCode());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while calling " + path, e);
            }
        }
    }

    /** Only an object with {@code success: true} and no {@code error} counts. */
    private static boolean isSuccess(byte[] body) throws IOException {
        try {
            JsonNode answer = JSON.readTree(body);
            return answer != null && answer.isObject() && answer.path("success").isBoolean() && answer.path("success").asBoolean()
                    && !answer.has("error");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** Where the process listens. */
    @Override
    public String toString() {
        return base.toString();
    }
}
