package io.dromedary.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A registry that does what a test tells it: it serves what was pushed, and faults are put in front of chosen requests. It is there for
 * the answers that a real registry gives only when it is broken; everything else is also tested against a real one.
 */
public final class FakeRegistry implements AutoCloseable {

    /** Takes the place of an answer; returns false to let the request go on. */
    @FunctionalInterface
    public interface Fault {
        boolean answer(HttpExchange exchange) throws Exception;
    }

    /** A request as it came in. */
    public record Request(String method, String path, String accept, String authorization, String range, String userAgent) {
    }

    /** One layer to push. */
    public record Layer(String mediaType, byte[] content) {
    }

    private record Stored(String mediaType, byte[] content) {
    }

    private record Rule(Predicate<Request> when, Fault fault, int[] times) {
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Stored> blobs = new ConcurrentHashMap<>();
    private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private volatile boolean ranges = true;

    private FakeRegistry(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public static FakeRegistry start() throws IOException {
        return new FakeRegistry(0);
    }

    public String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    public List<Request> requests() {
        return requests;
    }

    /** Settings that reach this registry, with waits fit for a test. */
    public RegistrySettings settings() {
        return RegistrySettings.defaults().withPlainHttp(java.util.Set.of(host()));
    }

    public void withoutRanges() {
        ranges = false;
    }

    /** Puts a fault in front of the next {@code times} requests that match. */
    public void fault(int times, Predicate<Request> when, Fault fault) {
        rules.add(new Rule(when, fault, new int[] {times}));
    }

    /** Stores an image manifest with these layers and returns its digest. */
    public String push(String repository, String tag, Layer... layers) {
        StringBuilder list = new StringBuilder();
        for (Layer layer : layers) {
            blobs.put(digest(layer.content()), new Stored(layer.mediaType(), layer.content()));
            list.append(list.length() == 0 ? "" : ",").append("{\"mediaType\":\"").append(layer.mediaType()).append("\",\"digest\":\"")
                    .append(digest(layer.content())).append("\",\"size\":").append(layer.content().length).append('}');
        }
        return pushManifest(repository, tag, "application/vnd.oci.image.manifest.v1+json",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[" + list + "]}");
    }

    public String push(String repository, String tag, byte[] content) {
        return push(repository, tag, new Layer("application/wasm", content));
    }

    /** Stores any text as a manifest and returns its digest. */
    public String pushManifest(String repository, String tag, String mediaType, String json) {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        Stored stored = new Stored(mediaType, content);
        manifests.put(repository + "/manifests/" + digest(content), stored);
        if (tag != null) {
            manifests.put(repository + "/manifests/" + tag, stored);
        }
        return digest(content);
    }

    public static String digest(byte[] content) {
        return "sha256:" + java.util.HexFormat.of().formatHex(new Digest("sha256", "").function().digest(content));
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(), header(exchange, "Accept"),
                header(exchange, "Authorization"), header(exchange, "Range"), header(exchange, "User-Agent"));
        requests.add(request);
        try (exchange) {
            for (Rule rule : rules) {
                if (rule.when().test(request) && take(rule) && rule.fault().answer(exchange)) {
                    return;
                }
            }
            serve(exchange, exchange.getRequestURI().getPath());
        } catch (IOException e) {
            // The client went away, as several tests want it to.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static synchronized boolean take(Rule rule) {
        return rule.times()[0]-- > 0;
    }

    private static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private void serve(HttpExchange exchange, String path) throws IOException {
        Stored stored = path.contains("/blobs/") ? blobs.get(path.substring(path.lastIndexOf('/') + 1)) : manifests.get(path.replaceFirst("^/v2/", ""));
        if (stored == null) {
            answer(exchange, 404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}");
            return;
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest(stored.content()));
        exchange.getResponseHeaders().set("Content-Type", stored.mediaType());
        String range = header(exchange, "Range");
        byte[] content = stored.content();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
        } else if (range != null && ranges) {
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
        } else {
            send(exchange, 200, content);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? -1 : content.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(content);
        }
    }

    /** Answers with a status, a body, and headers given as name, value, name, value. */
    public static Fault status(int status, String body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            answer(exchange, status, body);
            return true;
        };
    }

    /** Announces the whole blob, sends its first bytes and closes the connection. The client may see the end before it has looked at the beginning. */
    public Fault cutAfter(int bytes) {
        return cutAfter(bytes, new CountDownLatch(0));
    }

    /** The same; the connection stays until the latch is at 0, or ten seconds. */
    public Fault cutAfter(int bytes, CountDownLatch until) {
        return exchange -> {
            byte[] content = blobs.get(exchange.getRequestURI().getPath().replaceFirst(".*/", "")).content();
            String range = header(exchange, "Range");
            int from = range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            if (from > 0) {
                exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            exchange.getResponseBody().write(content, from, Math.min(bytes, content.length - from));
            exchange.getResponseBody().flush();
            until.await(10, TimeUnit.SECONDS);
            throw new IOException("cut on purpose");
        };
    }

    /** Sends the blob with one byte changed, its length and digest header as they were. */
    public Fault corrupted() {
        return exchange -> {
            String digest = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
            byte[] content = blobs.get(digest).content().clone();
            content[content.length / 2] ^= 1;
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
            send(exchange, 200, content);
            return true;
        };
    }

    /** Asks for a user and a password on every request. */
    public void requireBasic(String username, String password) {
        String expected = "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        fault(Integer.MAX_VALUE, request -> !expected.equals(request.authorization()),
                status(401, "{}", "WWW-Authenticate", "Basic realm=\"fake\""));
    }

    /** Asks for a token that {@code realm} hands out. */
    public void requireBearer(String realm, String token) {
        fault(Integer.MAX_VALUE, request -> request.path().startsWith("/v2/") && !("Bearer " + token).equals(request.authorization()),
                status(401, "{}", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"fake service\",scope=\"repository:wasm/app:pull\""));
    }

    /** Requests for blobs. */
    public static Predicate<Request> blob() {
        return request -> request.path().contains("/blobs/");
    }

    /** Requests for manifests with this method. */
    public static Predicate<Request> manifest(String method) {
        return request -> request.path().contains("/manifests/") && request.method().equals(method);
    }

    /** The requests so far as {@code METHOD path}. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        requests.forEach(request -> lines.add(request.method() + " " + request.path()));
        return lines;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
