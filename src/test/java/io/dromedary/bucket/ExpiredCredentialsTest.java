package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that knows one key only, and a service that hands out keys one after the other. */
class ExpiredCredentialsTest {

    @TempDir
    private Path folder;

    private final AtomicInteger handedOut = new AtomicInteger();
    private final List<String> stored = new CopyOnWriteArrayList<>();
    private volatile String good = "KEY2";
    private HttpServer server;
    private BucketProxy proxy;
    private Path log;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", call -> reply(call, 200, "{\"accessKeyId\":\"KEY" + handedOut.incrementAndGet()
                + "\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\"}"));
        server.createContext("/files", this::store);
        server.start();
        log = Files.write(folder.resolve("a.ulg"), new byte[] {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01});
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        BucketSettings settings = new BucketSettings();
        settings.setBucket("files");
        settings.setEndpoint(address);
        settings.setRegion("us-east-1");
        settings.setSessionTokenUrl(address + "/token");
        proxy = new BucketProxy();
        proxy.setMachineId("m");
        proxy.setSettings(settings);
        proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.stop();
        server.stop(0);
    }

    private void store(HttpExchange call) throws IOException {
        call.getRequestBody().readAllBytes();
        if (!call.getRequestHeaders().getFirst("Authorization").contains("Credential=" + good + "/")) {
            if (call.getRequestMethod().equals("HEAD")) { // which has a status and no words
                call.sendResponseHeaders(400, -1);
                call.close();
                return;
            }
            reply(call, 400, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>");
            return;
        }
        if (call.getRequestMethod().equals("PUT")) {
            stored.add(call.getRequestURI().getPath());
        }
        call.getResponseHeaders().add("ETag", "\"1\"");
        call.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        if (call.getRequestMethod().equals("HEAD")) {
            call.getResponseHeaders().add("Content-Length", "8");
            call.sendResponseHeaders(200, -1);
            call.close();
            return;
        }
        reply(call, 200, call.getRequestMethod().equals("GET") ? "12345678" : "");
    }

    private static void reply(HttpExchange call, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    private Map<String, Object> upload() {
        return proxy.uploadFile(Map.of("file_path", log.toString(), "custom_s3_key", "x/a.ulg"));
    }

    @Test
    void areFetchedAnewOnceAndTheUploadGoesOn() {
        assertThat(upload()).containsEntry("success", true);
        assertThat(stored).containsExactly("/files/x/a.ulg");
        assertThat(handedOut).hasValue(2);
        assertThat(upload()).containsEntry("success", true);
        assertThat(handedOut).hasValue(2);
    }

    @Test
    void thatStayExpiredFailTheUploadAndStoreNothing() {
        good = "NONE";
        assertThat(upload()).containsEntry("error", "Upload failed: ExpiredToken").doesNotContainKey("success");
        assertThat(stored).isEmpty();
        assertThat(handedOut).hasValue(2);
    }

    /** To the first question the store answers by a status alone. */
    @Test
    void areFetchedAnewForWhatIsReadToo() {
        assertThat(proxy.headObject(Map.of("s3_key", "x/a.ulg"))).containsEntry("success", true).containsEntry("content_length", 8L);
        assertThat(handedOut).hasValue(2);
        good = "KEY3";
        Path target = folder.resolve("back.ulg");
        assertThat(proxy.downloadFile(Map.of("s3_key", "x/a.ulg", "local_path", target.toString()))).containsEntry("file_size", 8L);
        assertThat(handedOut).hasValue(3);
        assertThat(target).hasContent("12345678");
        good = "NONE";
        assertThat(proxy.headObject(Map.of("s3_key", "x/a.ulg"))).containsEntry("error", "Head failed: 400");
    }
}
