package io.dromedary.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.dromedary.proxies.Answer;
import io.dromedary.proxies.Proxy;
import io.dromedary.testing.Wait;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the HTTP server says without a route, as Camel sets it up: a router below a router, a body handler before each route. */
class HttpErrorsTest {

    @TempDir
    Path folder;
    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Router root = Router.router(vertx);
        Router router = Router.router(vertx);
        UploadBodies.allowOn(router, folder.toString());
        HttpErrors.answerOn(router);
        BodyHandler small = BodyHandler.create(folder.toString()).setBodyLimit(1 << 20);
        router.post(UploadBodies.PATH).handler(small).handler(routing -> routing.end("took " + routing.fileUploads().get(0).size()));
        router.post("/proxies/:proxy/:method").handler(small).handler(routing -> routing.end("called"));
        router.post("/cloud/scan-table").consumes("application/json").handler(routing -> routing.end("scanned"));
        router.delete("/test/bucket/delete*").handler(routing -> routing.end("deleted"));
        root.route("/*").subRouter(router);
        server = vertx.createHttpServer().requestHandler(root).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        CompletableFuture<Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
        closed.get(30, TimeUnit.SECONDS);
    }

    /** Status line and body of a request of which only the head is sent, and this many bytes of the body. */
    private String ask(String head, byte... body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            // Whoever is refused before the body gets no end of the connection until the body is there, which it never is here.
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.write(next);
                if (next == '}') {
                    break;
                }
            }
            String answer = read.toString(StandardCharsets.UTF_8);
            return answer.substring(9, 12) + " " + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @Test
    void pathsAndMethodsThatNobodyServesAreSaidAsTheReferenceDoes() throws IOException {
        assertThat(ask("GET /nowhere HTTP/1.1")).isEqualTo("404 {\"detail\":\"Not Found\"}");
        assertThat(ask("POST /proxies/redis/get/x HTTP/1.1")).isEqualTo("404 {\"detail\":\"Not Found\"}");
        assertThat(ask("GET /proxies/redis/get HTTP/1.1")).isEqualTo("405 {\"detail\":\"Method Not Allowed\"}");
        assertThat(ask("POST /proxies/redis/get HTTP/1.1\r\nContent-Length: 0")).isEqualTo("200 called");
    }

    @Test
    void whatIsWrongWithTheTypeOfABodyIsSaid() throws IOException {
        String wanted = "415 {\"detail\":\"The body must be application/json, and the header Content-Type must say so\"}";
        assertThat(ask("POST /cloud/scan-table HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 2", (byte) '{', (byte) '}')).isEqualTo(wanted);
        assertThat(ask("POST /cloud/scan-table HTTP/1.1\r\nContent-Length: 2", (byte) '{', (byte) '}')).isEqualTo(wanted);
        assertThat(ask("POST /cloud/scan-table HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2", (byte) '{', (byte) '}')).isEqualTo("200 scanned");
        assertThat(ask("GET /cloud/scan-table HTTP/1.1")).isEqualTo("405 {\"detail\":\"Method Not Allowed\"}");
        assertThat(ask("GET /test/bucket/delete/a.ulg HTTP/1.1")).isEqualTo("405 {\"detail\":\"Method Not Allowed\"}");
        assertThat(ask("DELETE /test/bucket/delete/a.ulg HTTP/1.1")).isEqualTo("200 deleted");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
        assertThat(ask("POST /proxies/redis/set HTTP/1.1\r\nContent-Length: 1048577"))
                .isEqualTo("413 {\"detail\":\"The body is larger than what this path takes\"}");
        assertThat(ask("POST /test/bucket/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 3221225472"))
                .isEqualTo("400 {\"detail\":\"File validation failed: File too large (max 2 GiB)\"}");
        Wait.until(() -> files() == 0);
    }

    @Test
    void aFileMayBeLargerThanOtherBodiesAndIsGoneWithItsRequest() throws IOException {
        byte[] before = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ulg\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] after = "\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] form = new byte[before.length + (3 << 20) + after.length];
        System.arraycopy(before, 0, form, 0, before.length);
        System.arraycopy(after, 0, form, form.length - after.length, after.length);
        assertThat(ask("POST /test/bucket/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " + form.length, form))
                .isEqualTo("200 took " + (3 << 20));
        Wait.until(() -> files() == 0);
    }

    private long files() throws IOException {
        try (var all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void theKeyOfADownloadEndsBeforeTheQuery() throws Exception {
        BucketHttp http = new BucketHttp();
        http.setFolder(folder.toString());
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            for (String back : new String[] {"", "true"}) {
                Exchange exchange = new DefaultExchange(context);
                exchange.getMessage().setHeader(Exchange.HTTP_URI, "/test/bucket/download/m/a%20b.ulg" + (back.isEmpty() ? "" : "?return_file=true"));
                exchange.getMessage().setHeader("return_file", back);
                http.wanted(exchange);
                assertThat(exchange.getMessage().getBody(Map.class)).containsEntry("s3_key", "m/a b.ulg");
                assertThat(exchange.getVariable("returnFile")).isEqualTo(!back.isEmpty());
            }
        }
    }

    @Test
    void anAnswerOfAProxyHasTheStatusThatFits() throws Exception {
        Proxy proxy = new Proxy("redis", "RedisProxy") {
            @Override
            public void probe() {
            }
        };
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Map<String, Integer> statuses = Map.of("key", 400, "number", 422, "fine", 200, "broken", 500);
            for (var expected : statuses.entrySet()) {
                Exchange exchange = new DefaultExchange(context);
                exchange.getMessage().setBody(proxy.data(Map.of("number", "x"), parameters -> switch (expected.getKey()) {
                    case "key" -> parameters.text("key");
                    case "number" -> parameters.number("number", 0, 0, 1);
                    case "broken" -> throw new IllegalStateException("broken");
                    default -> 1;
                }));
                assertThat(exchange.getMessage().getBody()).isInstanceOf(Answer.class);
                new HttpEdge().answer(exchange);
                assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).as(expected.getKey()).isEqualTo(expected.getValue());
            }
        }
    }
}
