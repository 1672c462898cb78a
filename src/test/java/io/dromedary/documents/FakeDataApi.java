package io.dromedary.documents;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The reference's backend as the recordings show it: scripted answers, and a list of what was asked. */
public final class FakeDataApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a request is answered with. */
    public record Reply(int status, String body) {
    }

    private final HttpServer server;
    private final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<JsonNode, Reply> script;

    public FakeDataApi(Function<JsonNode, Reply> script) throws IOException {
        this(0, script);
    }

    public FakeDataApi(int port, Function<JsonNode, Reply> script) throws IOException {
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    void script(Function<JsonNode, Reply> now) {
        script = now;
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String address() {
        return "http://127.0.0.1:" + port();
    }

    /** Requests in the form of the recordings, since the last call. */
    List<JsonNode> takeAsked() {
        synchronized (asked) {
            List<JsonNode> taken = new ArrayList<>(asked);
            asked.clear();
            return taken;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("server", "backend").put("method", exchange.getRequestMethod())
                .put("path", exchange.getRequestURI().getPath());
        byte[] body = exchange.getRequestBody().readAllBytes();
        request.set("body", body.length == 0 ? null : JSON.readTree(body));
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) {
            request.put("authorization", authorization);
        }
        asked.add(request);
        Reply reply = script.apply(request);
        byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    public static Reply json(Object value) {
        return new Reply(200, JSON.valueToTree(value).toString());
    }

    public static Map<String, Object> token(String text, String expires) {
        return Map.of("accessToken", text, "expiresAt", expires);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
