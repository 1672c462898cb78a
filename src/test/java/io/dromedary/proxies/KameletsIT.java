package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.testing.Wait;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kamelets of the proxies on real services. */
class KameletsIT {

    @TempDir
    static Path folder;
    private static DataDirectory data;
    private static EmbeddedRedis redis;
    private static EmbeddedDatabase local;
    private static EmbeddedDatabase cloud;
    private static EmbeddedS3 s3;
    private static ProxiesFixture proxies;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder);
        redis = new EmbeddedRedis(data, 0);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        cloud = new EmbeddedDatabase(data, "cloud", EmbeddedDatabase.Durability.PROCESS);
        s3 = new EmbeddedS3(data, 0, "files");
        redis.start();
        local.start();
        cloud.start();
        s3.start();
        Map<String, String> settings = new HashMap<>(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", redis.address().split(":")[1],
                "petal.s3-bucket-name", "files", "dromedary.s3-endpoint", "http://" + s3.address(), "dromedary.s3-access-key", s3.accessKey(),
                "dromedary.s3-secret-key", s3.secretKey(), "dromedary.s3-encryption", ""));
        settings.put("dromedary.data-dir", folder.toString());
        proxies = new ProxiesFixture(settings, Map.of("localDatabase", local.dataSource(), "cloudDatabase", cloud.dataSource()),
                "proxies/redis", "proxies/cloud", "proxies/local", "proxies/bucket");
    }

    @AfterAll
    static void stop() {
        proxies.close();
        Stream.of(redis, local, cloud, s3).forEach(server -> server.stop());
        data.close();
    }

    private static Object call(String kamelet, Object body) {
        return proxies.template().requestBody("kamelet:" + kamelet, body);
    }

    @Test
    void everyKameletOfAProxyCanBeLoaded() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
            List<String> names = files.map(file -> file.getFileName().toString().replace(".kamelet.yaml", ""))
                    .filter(name -> name.matches("(redis|cloud|local|bucket)-.*-action")).toList();
            assertThat(names).hasSizeGreaterThan(40);
            for (String name : names) {
                // Wrong on purpose: whatever it needs is missing, and it says so instead of failing.
                Object answer = call(name + "?failOnError=false", Map.of("nonsense", 1));
                assertThat(name.startsWith("redis") || answer instanceof Map<?, ?> map && String.valueOf(map.get("error")).startsWith("Unknown parameter 'nonsense'"))
                        .as(name + ": " + answer).isTrue();
            }
        }
    }

    @Test
    void redisValuesHashesAndLists() {
        assertThat(call("redis-set-action?key=k&ex=60", "hello, you")).isEqualTo(true);
        assertThat(call("redis-get-action?key=k", null)).isEqualTo("hello, you");
        assertThat(call("redis-hset-action?hash_key=h&field=f&value=v", null)).isEqualTo(1L);
        assertThat(call("redis-hgetall-action?hash_key=h", null)).isEqualTo(Map.of("f", "v"));
        call("redis-rpush-action?list_key=l", "a");
        assertThat(call("redis-lrange-action?list_key=l", null)).isEqualTo(List.of("a"));
        assertThat(call("redis-exists-action", Map.of("key", "k"))).isEqualTo(true);
        assertThatThrownBy(() -> call("redis-get-action?key=l", null)).isInstanceOf(CamelExecutionException.class).hasRootCauseMessage(
                "WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThat(call("redis-get-action?key=l&failOnError=false", null)).isNull();
    }

    @Test
    void documentsStatementsAndFiles() throws Exception {
        call("cloud-put-item-action?table_name=t", Map.of("item", Map.of("id", "1", "v", 2)));
        assertThat((Map<?, ?>) call("cloud-scan-table-action?table_name=t", Map.of("filters", Map.of("v", 2)))).extracting("data").asList().hasSize(1);
        call("local-execute-query-action", Map.of("sql", "CREATE TABLE IF NOT EXISTS a (b INTEGER)"));
        call("local-insert-action?table=a", Map.of("data", Map.of("b", 7)));
        assertThat(((Map<?, ?>) call("local-fetch-one-action?sql=SELECT b FROM a WHERE b = ?", Map.of("params", List.of(7)))).get("data")).isEqualTo(Map.of("b", 7));
        Path log = Files.write(folder.resolve("a.ulg"), new byte[] {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01});
        assertThat((Map<?, ?>) call("bucket-upload-file-action?custom_s3_key=x/a.ulg", Map.of("file_path", log.toString()))).extracting("s3_key").isEqualTo("x/a.ulg");
        assertThat((Map<?, ?>) call("bucket-list-objects-action?prefix=x/", null)).extracting("total_count").isEqualTo(1);
    }

    @Test
    void subscriptionsComeBackAfterTheServerHasBeenRestarted() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        proxies.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:redis-subscribe-source?channels=news").process(exchange -> heard.add(exchange.getMessage().getBody(String.class)));
                from("kamelet:redis-pattern-subscribe-source?patterns=/petal-*").process(exchange -> heard.add(exchange.getMessage().getBody(String.class)));
            }
        });
        Wait.until(() -> received("news", "one") && received("/petal-x", "two"));
        int port = Integer.parseInt(redis.address().split(":")[1]);
        redis.stop();
        assertThat(proxies.call("redis/set", Map.of("key", "down", "value", "x"))).containsKey("error");
        redis = new EmbeddedRedis(data, port);
        redis.start();
        Wait.until(() -> received("news", "three") && received("/petal-x", "four"));
        Wait.until(() -> heard.contains("three") && heard.contains("four"));
        assertThat(heard.poll(1, TimeUnit.SECONDS)).isNotNull();
        assertThat(proxies.call("redis/set", Map.of("key", "up", "value", "x"))).containsEntry("data", true);
    }

    private static boolean received(String channel, String message) {
        return Long.valueOf(1).equals(proxies.call("redis/publish", Map.of("channel", channel, "message", message)).get("data"));
    }
}
