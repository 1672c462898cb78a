package io.dromedary.redis;

import static io.dromedary.proxies.ProxiesFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.admin.AdminHttp;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.Wait;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** The Redis methods on a real server, their results against those recorded from the reference. */
class RedisContractIT {

    @TempDir
    static Path folder;
    private static DataDirectory data;
    private static EmbeddedRedis server;
    private static ProxiesFixture proxies;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder);
        server = new EmbeddedRedis(data, 0);
        server.start();
        proxies = new ProxiesFixture(Map.of("petal.redis-port", server.address().split(":")[1], "petal.redis-host", "127.0.0.1"), Map.of(), "proxies/redis",
                "file:src/test/resources/routes/redis-listeners.camel.yaml");
    }

    @AfterAll
    static void stop() {
        proxies.close();
        server.stop();
        data.close();
    }

    @Test
    void theHealthMessageComesAtItsInterval() throws Exception {
        BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
        String[] address = server.address().split(":");
        try (Jedis listener = new Jedis(address[0], Integer.parseInt(address[1]), 60_000)) {
            JedisPubSub subscription = new JedisPubSub() {
                @Override
                public void onMessage(String channel, String message) {
                    try {
                        heard.add(ProxiesFixture.JSON.readTree(message));
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            };
            Thread thread = new Thread(() -> listener.subscribe(subscription, "/controller-dashboard/petals-status"));
            thread.start();
            try (ProxiesFixture health = new ProxiesFixture(Map.of("petal.redis-port", address[1], "petal.redis-host", "127.0.0.1", "dromedary.data-dir",
                    folder.resolve("health").toString(), "petal.redis-health-message-period", "300"), Map.of("adminHttp", new AdminHttp()), "proxies/redis", "proxies/health")) {
                for (int i = 0; i < 3; i++) {
                    JsonNode message = heard.poll(30, TimeUnit.SECONDS);
                    assertThat(message).isNotNull();
                    assertThat(message.get("title").asText()).isEqualTo("Petal App Manager");
                    JsonNode recorded = ProxiesFixture.golden("health_published_on_redis").get("steps").get(0).get("data");
                    assertThat(message.fieldNames()).toIterable().containsExactlyElementsOf(recorded::fieldNames);
                    assertThat(message.get("services").get(0).fieldNames()).toIterable().containsExactlyElementsOf(recorded.get("services").get(0)::fieldNames);
                    assertThat(message.findValuesAsText("component_name")).contains("petal_app_manager", "organization_manager", "redis");
                }
            } finally {
                subscription.unsubscribe();
                thread.join(30_000);
            }
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Object call(String method, Object... parameters) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put((String) parameters[i], parameters[i + 1]);
        }
        return proxies.call("redis/" + method, map).get("data");
    }

    private static void returns(JsonNode recording, String step, Object ours) {
        assertThat(String.valueOf((JsonNode) ProxiesFixture.JSON.valueToTree(ours))).as(step).isEqualTo(step(recording, step).get("result").toString());
    }

    @Test
    void keysAndValuesAsRecorded() throws Exception {
        JsonNode recording = ProxiesFixture.golden("redis_key_value");
        returns(recording, "set('telemetry:latest','{\"a\":1}', ex=60)", call("set", "key", "telemetry:latest", "value", "{\"a\":1}", "ex", 60));
        returns(recording, "get('telemetry:latest')", call("get", "key", "telemetry:latest"));
        returns(recording, "get('missing')", call("get", "key", "missing"));
        returns(recording, "set('n', 5)", call("set", "key", "n", "value", 5));
        returns(recording, "get('n')", call("get", "key", "n"));
        returns(recording, "set('f', 1.5)", call("set", "key", "f", "value", 1.5));
        returns(recording, "get('f')", call("get", "key", "f"));
        returns(recording, "set('none', None)", call("set", "key", "none", "value", null));
        returns(recording, "set('d', {'a':1})", call("set", "key", "d", "value", Map.of("a", 1)));
        returns(recording, "set('b', True)", call("set", "key", "b", "value", true));
        returns(recording, "set('e','x', ex=0)", call("set", "key", "e", "value", "x", "ex", 0));
        returns(recording, "set('e','x', ex=-1)", call("set", "key", "e", "value", "x", "ex", -1));
        returns(recording, "set('u','é漢')", call("set", "key", "u", "value", "é漢"));
        returns(recording, "get('u')", call("get", "key", "u"));
        returns(recording, "exists('u')", call("exists", "key", "u"));
        returns(recording, "exists('missing')", call("exists", "key", "missing"));
        returns(recording, "delete('u')", call("delete", "key", "u"));
        returns(recording, "delete('missing')", call("delete", "key", "missing"));
        try (Jedis raw = new Jedis("127.0.0.1", Integer.parseInt(server.address().split(":")[1]))) {
            raw.set("bin".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
            raw.hset("h", "a", "b");
            assertThat(raw.ttl("telemetry:latest")).isBetween(50L, 60L);
        }
        returns(recording, "get('bin') where the stored bytes are ff fe 00 (not UTF-8)", call("get", "key", "bin"));
        returns(recording, "get('h') where h is a hash", call("get", "key", "h"));
        assertThat(proxies.call("redis/get", Map.of("key", "h")).get("error")).asString().contains("WRONGTYPE");
    }

    @Test
    void hashesAndListsOfThePage() {
        assertThat(call("hset", "hash_key", "drone", "field", "state", "value", "armed")).isEqualTo(1L);
        assertThat(call("hset", "hash_key", "drone", "field", "state", "value", "flying")).isEqualTo(0L);
        assertThat(call("hget", "hash_key", "drone", "field", "state")).isEqualTo("flying");
        assertThat(call("hget", "hash_key", "drone", "field", "missing")).isNull();
        assertThat(call("hgetall", "key", "drone")).isEqualTo(Map.of("state", "flying"));
        assertThat(call("rpush", "list_key", "queue", "value", "b")).isEqualTo(1L);
        assertThat(call("lpush", "list_key", "queue", "value", "a")).isEqualTo(2L);
        assertThat(call("lrange", "list_key", "queue", "start", 0, "end", -1)).isEqualTo(List.of("a", "b"));
        assertThat(call("lrange", "list_key", "queue", "start", -1, "end", -1)).isEqualTo(List.of("b"));
    }

    @Test
    void scansByPatternAndFindsApplications() {
        for (int i = 0; i < 250; i++) {
            call("set", "key", "job:" + i, "value", i);
        }
        call("set", "key", "app:leaf:online", "value", "1");
        assertThat((List<?>) call("scan-keys", "pattern", "job:*", "count", 10)).hasSize(250).doesNotHaveDuplicates();
        assertThat(call("scan", "pattern", "nothing:*")).isEqualTo(List.of());
        assertThat(call("list-online-applications")).isEqualTo(List.of("leaf"));
    }

    /** Where the reference answers before its start, ours answers without a server. */
    @Test
    void withoutAServerAsBeforeTheStart() throws Exception {
        JsonNode recording = ProxiesFixture.golden("redis_before_start");
        try (ProxiesFixture absent = new ProxiesFixture(Map.of("petal.redis-host", ""), Map.of(), "proxies/redis")) {
            returns(recording, "get('k') before start()", absent.call("redis/get", Map.of("key", "k")).get("data"));
            returns(recording, "set('k','v') before start()", absent.call("redis/set", Map.of("key", "k", "value", "v")).get("data"));
            returns(recording, "delete('k') before start()", absent.call("redis/delete", Map.of("key", "k")).get("data"));
            returns(recording, "exists('k') before start()", absent.call("redis/exists", Map.of("key", "k")).get("data"));
            returns(recording, "scan_keys('*') before start()", absent.call("redis/scan-keys", Map.of("pattern", "*")).get("data"));
            returns(recording, "publish('c','m') before start()", absent.call("redis/publish", Map.of("channel", "c", "message", "m")).get("data"));
        }
    }

    @Test
    void hasTheMethodsThatTheReferenceOnlyDocuments() throws Exception {
        for (JsonNode step : ProxiesFixture.golden("redis_documented_methods_missing").get("steps")) {
            String call = step.get("call").asText();
            if (call.startsWith("has attribute ")) {
                assertThat(proxies.context().hasEndpoint("direct://redis/" + call.split(" ")[2])).as(call).isNotNull();
            }
        }
    }

    private static List<String> heard(String endpoint) {
        return proxies.context().getEndpoint("mock:" + endpoint, MockEndpoint.class).getReceivedExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody(String.class)).toList();
    }

    /** Publishes until so many receive it as was recorded, and it is heard: what comes in the moment of a subscription may be missed. */
    private static void receivers(JsonNode recording, String step, String channel, String message, String endpoint) {
        long expected = step(recording, step).get("result").asLong();
        Wait.until(() -> ((Number) call("publish", "channel", channel, "message", message)).longValue() == expected
                && (expected == 0 || heard(endpoint).contains(message)));
    }

    @Test
    void channelsAsRecorded() throws Exception {
        JsonNode recording = ProxiesFixture.golden("redis_pubsub");
        receivers(recording, "publish('ch','nobody')", "nobody listens", "nobody", "heard");
        receivers(recording, "publish('ch','one')", "news", "one", "heard");
        receivers(recording, "publish('bad','x') twice", "bad", "x", "failed");
        receivers(recording, "publish('bad','y')", "bad", "y", "failed");
        assertThat(heard("heard")).containsOnly("one");
    }

    /** However many come: the reference starts a task for each. */
    @Test
    void messagesAreHandledByFewThreads() {
        Wait.until(() -> Long.valueOf(1).equals(call("publish", "channel", "slow", "message", "first")) && heard("slow").contains("first"));
        for (int i = 0; i < 100; i++) {
            call("publish", "channel", "slow", "message", "m" + i);
        }
        Wait.until(() -> heard("slow").contains("m50"));
        assertThat(Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains("redis-message")).count()).isBetween(1L, 8L);
        assertThat(Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains("redis-subscription")).count()).isBetween(1L, 2L);
        Wait.until(() -> heard("slow").contains("m99"));
    }

    @Test
    void refusesWhatIsNoValue() {
        assertThat(proxies.call("redis/set", Map.of("key", "big", "value", "x".repeat(2_000_000))).get("error")).asString().contains("at most 1048576");
        assertThat(proxies.call("redis/set", Map.of("key", "a\0b", "value", "x")).get("error")).asString().contains("binary data");
        assertThat(proxies.call("redis/set", Map.of("key", "k", "value", "x", "px", 5)).get("error")).asString().contains("Unknown parameter 'px'");
        assertThat(call("exists", "key", "big")).isEqualTo(false);
    }

    @Test
    void answersNeutralValuesWithoutAServerAsRecorded() throws Exception {
        JsonNode recording = ProxiesFixture.golden("redis_server_restart");
        try (ProxiesFixture away = new ProxiesFixture(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", "1"), Map.of(), "proxies/redis")) {
            returns(recording, "server down: get('k')", away.call("redis/get", Map.of("key", "k")).get("data"));
            returns(recording, "server down: set('k','v')", away.call("redis/set", Map.of("key", "k", "value", "v")).get("data"));
            returns(recording, "server down: exists('k')", away.call("redis/exists", Map.of("key", "k")).get("data"));
            returns(recording, "server down: delete('k')", away.call("redis/delete", Map.of("key", "k")).get("data"));
            returns(recording, "server down: scan_keys('*')", away.call("redis/scan-keys", Map.of("pattern", "*")).get("data"));
            returns(recording, "server down: publish('c','m')", away.call("redis/publish", Map.of("channel", "c", "message", "m")).get("data"));
            assertThat(away.call("redis/get", Map.of("key", "k")).get("error")).asString().startsWith("Redis: ");
        }
        try (ProxiesFixture absent = new ProxiesFixture(Map.of("petal.redis-host", ""), Map.of(), "proxies/redis")) {
            assertThat(absent.call("redis/get", Map.of("key", "k"))).containsEntry("error", "Redis is not configured");
        }
    }
}
