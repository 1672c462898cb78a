package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dromedary.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

    private static final String GOOD = "Basic " + Base64.getEncoder().encodeToString("user:word".getBytes(StandardCharsets.US_ASCII));

    private HttpServer http;
    private String host;
    private String address;

    @BeforeEach
    void startHttp() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
        host = "127.0.0.1:" + http.getAddress().getPort();
        address = "http://" + host;
    }

    @AfterEach
    void stopHttp() {
        http.stop(0);
    }

    @Test
    void isContentWhenNothingIsConfigured() {
        DoctorRun run = DoctorRun.with(Map.of("PETAL_REDIS_HOST", ""));
        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("No peer is configured; 'run' starts its own servers.\n");
        assertThat(DoctorRun.with(Map.of(), "--json").out()).isEmpty();
    }

    @Test
    void reportsEveryPeerThatCannotBeReachedAndShowsNoSecret() throws Exception {
        int closed = FreePort.next();
        Map<String, String> environment = new HashMap<>(Map.of("PROXY_REGISTRY_URL", "127.0.0.1:" + closed,
                "PETAL_TS_CLIENT_HOST", "127.0.0.1", "PETAL_TS_CLIENT_PORT", "" + closed));
        environment.putAll(Map.of("DROMEDARY_MQTT_URL", "tcp://me:hidden@127.0.0.1:" + closed, "DROMEDARY_MQTT_PASSWORD", "hidden",
                "PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", "" + closed, "PETAL_REDIS_PASSWORD", "hidden",
                "DROMEDARY_S3_ENDPOINT", "http://127.0.0.1:" + closed, "DROMEDARY_S3_SECRET_KEY", "hidden",
                "DROMEDARY_SQL_URL", "jdbc:postgresql://127.0.0.1:" + closed + "/db?password=hidden"));
        DoctorRun run = DoctorRun.with(environment, "--timeout", "60", "--json");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.lines()).hasSize(6).allSatisfy(line -> {
            assertThat(line.path("outcome").asText()).isEqualTo("unreachable");
            assertThat(line.path("reachable").asBoolean()).isFalse();
            assertThat(line.path("error").asText()).isEqualTo("connection refused");
            assertThat(line.path("authenticated").isNull()).isTrue();
        });
        assertThat(run.out() + run.err()).doesNotContain("hidden");
    }

    @Test
    void saysInWordsWhoDoesNotAnswer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            DoctorRun run = DoctorRun.with(everyPeer(silent.getLocalPort(), false), "--timeout", "60", "--json");
            assertThat(run.lines()).hasSize(7).allSatisfy(line -> {
                assertThat(line.path("outcome").asText()).isEqualTo("timed_out");
                assertThat(line.path("error").asText()).isEqualTo("no answer within 5 s");
            });
            assertThat(run.exit()).isEqualTo(4);
        }
    }

    @Test
    void saysInWordsWhoHangsUp() throws Exception {
        try (ServerSocket rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(rude, Socket::close);
            for (boolean tls : new boolean[] {false, true}) {
                assertThat(DoctorRun.with(everyPeer(rude.getLocalPort(), tls), "--timeout", "60", "--json").lines()).hasSize(7).allSatisfy(line ->
                        assertThat(line.path("error").asText()).isEqualTo("the connection was closed without an answer; perhaps only one side speaks TLS"));
            }
        }
    }

    @Test
    void saysWhichSideSpeaksNoTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(plain, socket -> {
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            });
            Map<String, String> environment = everyPeer(plain.getLocalPort(), true);
            List.of("DROMEDARY_SQL_URL", "PETAL_REDIS_HOST", "PETAL_TS_CLIENT_HOST").forEach(environment::remove);
            assertThat(DoctorRun.with(environment, "--timeout", "60", "--json").lines()).hasSize(4)
                    .allSatisfy(line -> assertThat(line.path("error").asText()).isEqualTo("what answers there does not speak TLS"));
        }
    }

    /** What a server does with a connection. */
    private interface Served {
        void take(Socket socket) throws IOException;
    }

    private static void serve(ServerSocket server, Served served) {
        new Thread(() -> {
            try {
                while (true) {
                    served.take(server.accept());
                }
            } catch (IOException e) {
                // The test has ended.
            }
        }, "peer").start();
    }

    private static Map<String, String> everyPeer(int port, boolean tls) {
        String address = "://127.0.0.1:" + port;
        Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_MQTT_URL", (tls ? "ssl" : "tcp") + address, "PROXY_MQTT_ADDRESS", (tls ? "wss" : "ws") + address,
                "PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", "" + port, "DROMEDARY_S3_ENDPOINT", (tls ? "https" : "http") + address,
                "DROMEDARY_SQL_URL", "jdbc:postgresql" + address + "/db" + (tls ? "?sslmode=require" : ""), "PROXY_REGISTRY_URL", "127.0.0.1:" + port,
                "PETAL_TS_CLIENT_HOST", "127.0.0.1", "PETAL_TS_CLIENT_PORT", "" + port));
        if (!tls) {
            environment.put("PROXY_REGISTRY_PLAIN_HTTP", "127.0.0.1:" + port);
        }
        return environment;
    }

    @Test
    void showsNoSecretOfAnAddressThatNoDriverTakes() {
        DoctorRun run = DoctorRun.with(Map.of("DROMEDARY_SQL_URL", "jdbc:nothing://x/db?password=hidden"));
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).contains("jdbc:nothing://x/db").contains("no driver").doesNotContain("hidden");
    }

    @Test
    void givesUpOnAPeerThatAcceptsAndSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            DoctorRun run = DoctorRun.with(Map.of("PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", "" + silent.getLocalPort()),
                    "--timeout", "0.3", "--json");
            assertThat(run.exit()).isEqualTo(4);
            assertThat(run.lines().get(0).path("error").asText()).isEqualTo("no answer within 0.3 s");
            assertThat(run.lines().get(0).path("outcome").asText()).isEqualTo("timed_out");
        }
    }

    @Test
    void refusesSettingsAndOptionsThatMakeNoSense() {
        assertThat(DoctorRun.with(Map.of("PETAL_REDIS_HOST", "h", "PETAL_REDIS_PORT", "x"))).satisfies(run -> {
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains("PETAL_REDIS_PORT is 'x'");
        });
        assertThat(DoctorRun.with(Map.of(), "--timeout", "0").exit()).isEqualTo(2);
        assertThat(DoctorRun.with(Map.of(), "--nonsense").exit()).isEqualTo(2);
    }

    @Test
    void asksTheProcessThatHoldsTheMqttConnection() throws Exception {
        http.createContext("/health", exchange -> answer(exchange, 200));
        Map<String, String> environment = Map.of("PETAL_TS_CLIENT_HOST", "127.0.0.1",
                "PETAL_TS_CLIENT_PORT", "" + http.getAddress().getPort());
        assertThat(DoctorRun.with(environment).exit()).isZero();
        http.removeContext("/health");
        DoctorRun ill = DoctorRun.with(environment);
        assertThat(ill.exit()).isEqualTo(1);
        assertThat(ill.out()).contains("its health request answers 404");
    }

    @Test
    void asksARegistryWithBasicAuthentication() throws Exception {
        http.createContext("/v2/", exchange -> {
            exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
            boolean good = GOOD.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!good) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"r\"");
            }
            answer(exchange, good ? 200 : 401);
        });
        assertThat(registry("word")).satisfies(run -> {
            assertThat(run.exit()).isZero();
            assertThat(run.lines().get(0).path("authenticated").asBoolean()).isTrue();
            assertThat(run.lines().get(0).path("version").asText()).isEqualTo("registry/2.0");
        });
        assertThat(registry("wrong").exit()).isEqualTo(1);
        DoctorRun anonymous = DoctorRun.with(Map.of("PROXY_REGISTRY_URL", host, "PROXY_REGISTRY_PLAIN_HTTP", host), "--json");
        assertThat(anonymous.exit()).isZero();
        assertThat(anonymous.lines().get(0).path("authenticated").isNull()).isTrue();
    }

    @Test
    void asksTheTokenServiceThatARegistryPointsTo() {
        http.createContext("/v2/", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer realm=\"" + address + "/token\",service=\"a b\"");
            answer(exchange, "Bearer t".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? 200 : 401);
        });
        http.createContext("/token", exchange -> {
            boolean good = "service=a+b".equals(exchange.getRequestURI().getRawQuery()) && GOOD.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] token = "{\"token\": \"t\"}".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(good ? 200 : 401, good ? token.length : -1);
            exchange.getResponseBody().write(good ? token : new byte[0]);
            exchange.close();
        });
        assertThat(registry("word").exit()).isZero();
        assertThat(registry("wrong").exit()).isEqualTo(1);
    }

    /** What the proxy refuses at its start, or cannot use, is no peer that is well. */
    @Test
    void takesTheRegistryAsTheProxyDoes() throws Exception {
        assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", address)).err()).startsWith("PROXY_REGISTRY_URL must be host[:port] without a scheme");
        assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", host, "HTTPS_PROXY", "socks5://me:hidden@h")).err())
                .contains("web proxy 'socks5://h' must be").doesNotContain("hidden");
        assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", host, "SSL_CERT_FILE", "/nowhere")).exit()).isEqualTo(2);
        http.createContext("/v2/", exchange -> answer(exchange, 503));
        DoctorRun ill = DoctorRun.with(Map.of("PROXY_REGISTRY_URL", host, "PROXY_REGISTRY_PLAIN_HTTP", host));
        assertThat(ill.exit()).isEqualTo(3);
        assertThat(ill.out()).contains("registry " + host + " answered 503 to GET /v2/");
    }

    private DoctorRun registry(String password) {
        return DoctorRun.with(Map.of("PROXY_REGISTRY_URL", host, "PROXY_REGISTRY_PLAIN_HTTP", host, "PROXY_AUTHENTICATE", "true", "PROXY_REGISTRY_USERNAME", "user",
                "PROXY_REGISTRY_PASSWORD", password), "--json");
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
