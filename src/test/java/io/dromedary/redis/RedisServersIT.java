package io.dromedary.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values and channels of a real Redis in every form that can be configured. */
@RequiresPeer({"redis-server", "redis-cli", "openssl"})
class RedisServersIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;
    private final List<Process> servers = new ArrayList<>();
    private ProxiesFixture proxies;

    @AfterEach
    void stop() throws InterruptedException {
        if (proxies != null) {
            proxies.close();
        }
        for (Process server : servers) {
            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process server(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server"));
        command.addAll(List.of(settings));
        Path home = Files.createDirectories(folder.resolve("server-" + servers.size()));
        if (!settings[0].endsWith(".conf")) {
            command.addAll(List.of("--dir", home.toString(), "--save", ""));
        }
        Process server = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(home.resolve("log").toFile()).start();
        servers.add(server);
        return server;
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private void open(Map<String, String> settings) throws Exception {
        proxies = new ProxiesFixture(new HashMap<>(settings), Map.of(), "proxies/redis", "file:src/test/resources/routes/redis-listeners.camel.yaml");
    }

    private void valuesAndChannelsWork(String round) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(proxies.call("redis/set", Map.of("key", "k", "value", round))).containsEntry("data", true));
        assertThat(proxies.call("redis/get", Map.of("key", "k"))).containsEntry("data", round);
        await().atMost(LIMIT).untilAsserted(() -> {
            proxies.call("redis/publish", Map.of("channel", "news", "message", round));
            proxies.call("redis/publish", Map.of("channel", "/petal-x", "message", "pattern " + round));
            assertThat(proxies.context().getEndpoint("mock:heard", MockEndpoint.class).getReceivedExchanges().stream()
                    .map(exchange -> exchange.getMessage().getBody(String.class))).contains(round, "pattern " + round);
        });
    }

    @Test
    void anotherUserOverAUnixSocketAlsoAfterARestart() throws Exception {
        String socket = folder.resolve("redis.sock").toString();
        String settings = Files.writeString(folder.resolve("redis.conf"), String.join("\n", "port 0", "unixsocket " + socket, "dir " + folder, "save \"\"",
                "user edge on >secret ~* &* +@all", "user default off", "")).toString();
        Process first = server(settings);
        // Host and port are those of nobody: the socket precedes them.
        open(Map.of("petal.redis-unix-socket", socket, "petal.redis-host", "127.0.0.1", "petal.redis-port", "1", "petal.redis-user", "edge",
                "petal.redis-password", "secret"));
        valuesAndChannelsWork("one");
        first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        server(settings);
        valuesAndChannelsWork("two");
    }

    @Test
    void tlsWithAnAuthorityOfOurOwnAndAPassword() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        String key = own.key().toString();
        String certificate = own.certificate().toString();
        String port = Integer.toString(FreePort.next());
        server("--port", "0", "--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate,
                "--tls-auth-clients", "no", "--requirepass", "secret");
        open(Map.of("petal.redis-host", "localhost", "petal.redis-port", port, "petal.redis-password", "secret", "dromedary.redis-tls", "true",
                "dromedary.redis-tls-ca", certificate));
        valuesAndChannelsWork("one");
    }

    @Test
    void sentinelsNameTheNextMasterWhenOneDies() throws Exception {
        int first = FreePort.next();
        int second = FreePort.next();
        int sentinel = FreePort.next();
        Process master = server("--port", "" + first, "--bind", "127.0.0.1");
        server("--port", "" + second, "--bind", "127.0.0.1", "--replicaof", "127.0.0.1 " + first, "--repl-diskless-sync-delay", "0");
        Path settings = Files.writeString(folder.resolve("sentinel.conf"), String.join("\n", "port " + sentinel, "bind 127.0.0.1", "dir " + folder,
                "sentinel monitor edge 127.0.0.1 " + first + " 1", "sentinel down-after-milliseconds edge 500", "sentinel failover-timeout edge 3000", ""));
        server(settings.toString(), "--sentinel");
        await().atMost(LIMIT).until(() -> run("redis-cli", "-p", "" + sentinel, "sentinel", "replicas", "edge").contains("" + second));
        await().atMost(LIMIT).until(() -> run("redis-cli", "-p", "" + second, "info", "replication").contains("master_link_status:up"));
        open(Map.of("petal.redis-host", "", "dromedary.redis-sentinels", "127.0.0.1:" + sentinel, "dromedary.redis-sentinel-master", "edge"));
        valuesAndChannelsWork("one");

        master.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        valuesAndChannelsWork("two");
        assertThat(run("redis-cli", "-p", "" + second, "get", "k")).isEqualToIgnoringNewLines("two");
    }

    @Test
    void aClusterTakesEveryKeyWhereverItBelongs() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int port = FreePort.next();
            ports.add(port);
            // The bus between the nodes would be 10000 above, which may be no port.
            server("--port", "" + port, "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", "" + FreePort.next(), "--cluster-node-timeout", "2000");
        }
        String nodes = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
        for (int port : ports) {
            await().atMost(LIMIT).until(() -> run("redis-cli", "-p", "" + port, "ping").contains("PONG"));
        }
        run(Stream.concat(Stream.of("redis-cli", "--cluster", "create", "--cluster-yes"), Stream.of(nodes.split(","))).toArray(String[]::new));
        for (int port : ports) {
            await().atMost(LIMIT).until(() -> run("redis-cli", "-p", "" + port, "cluster", "info").contains("cluster_state:ok"));
        }
        open(Map.of("petal.redis-host", "", "dromedary.redis-cluster", nodes));
        valuesAndChannelsWork("one");
        for (int i = 0; i < 50; i++) {
            assertThat(proxies.call("redis/set", Map.of("key", "key-" + i, "value", i))).containsEntry("data", true);
        }
        assertThat((List<?>) proxies.call("redis/scan-keys", Map.of("pattern", "key-*")).get("data")).hasSize(50);
        for (int port : ports) {
            assertThat(Integer.parseInt(run("redis-cli", "-p", "" + port, "dbsize").strip())).isPositive();
        }
    }
}
