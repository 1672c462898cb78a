package io.dromedary.bench;

import static io.dromedary.bench.SideBySide.same;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.mqtt.MqttComponent;
import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Wait;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.camel.Exchange;
import org.apache.commons.dbcp2.BasicDataSource;
import redis.clients.jedis.RedisClient;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Every operation through the routes of the proxies against the bare client library, in turns; what is written is read back and compared. */
public final class ProxiesBench {

    private ProxiesBench() {
    }

    /** Arguments: rounds, and the megabytes of the large upload, 0 for none. {@code -Donly} is a pattern of names, {@code -Dcalls} the calls of a round. */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        long bytes = Long.parseLong(arguments[1]) << 20;
        Path folder = Files.createTempDirectory("proxies-bench");
        DataDirectory data = DataDirectory.open(folder.resolve("data"));
        EmbeddedRedis redis = new EmbeddedRedis(data, 0);
        EmbeddedS3 s3 = new EmbeddedS3(data, 0, "bench");
        EmbeddedDatabase local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        Stream.of(redis, s3, local).forEach(server -> server.start());
        int port = Integer.parseInt(redis.address().split(":")[1]);
        Mosquitto mqtt = Mosquitto.start(Files.createDirectories(folder.resolve("mosquitto")));
        String broker = mqtt.url();
        Map<String, String> settings = new HashMap<>(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", Integer.toString(port),
                "petal.s3-bucket-name", "bench", "dromedary.s3-endpoint", "http://" + s3.address(), "dromedary.s3-access-key", s3.accessKey(),
                "dromedary.s3-secret-key", s3.secretKey(), "dromedary.s3-encryption", "", "dromedary.mqtt-url", broker, "dromedary.data-dir", folder.toString()));
        StaticCredentialsProvider credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey()));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on").start(); BasicDataSource cloud = new BasicDataSource()) {
            cloud.setUrl(postgres.getJdbcUrl("postgres", "postgres"));
            settings.put("dromedary.sql-url", "jdbc:postgresql:");
            // Messages go through our component, as in the product: Camel's own client refuses some when it is called fast enough.
            Map<String, Object> beans = Map.of("localDatabase", local.dataSource(), "cloudDatabase", cloud, "paho-mqtt5", new MqttComponent());
            try (ProxiesFixture proxies = new ProxiesFixture(settings, beans, "proxies/redis", "proxies/local",
                    "proxies/cloud", "proxies/bucket", "file:src/test/resources/routes/publish-alone.camel.yaml");
                    RedisClient bare = RedisClient.create("127.0.0.1", port);
                    S3Client sdk = S3Client.builder().endpointOverride(URI.create("http://" + s3.address())).forcePathStyle(true).region(Region.US_EAST_1)
                            .credentialsProvider(credentials).build();
                    S3Presigner presigner = S3Presigner.builder().region(Region.US_EAST_1).credentialsProvider(credentials).build()) {
                SideBySide bench = new SideBySide(proxies, rounds);
                redis(bench, bare);
                mqtt(bench, proxies, broker);
                new ProxiesBenchSql(bench, cloud, "?::jsonb").documents("cloud", "postgres", 2);
                ProxiesBenchSql embedded = new ProxiesBenchSql(bench, local.dataSource(), "?");
                embedded.documents("local", "sqlite", 1);
                embedded.statements();
                ProxiesBenchFiles files = new ProxiesBenchFiles(bench, sdk, folder);
                files.small();
                files.links(presigner);
                if (bytes > 0) {
                    files.large(rounds, bytes);
                }
            }
        } finally {
            Stream.of(local, s3, redis).forEach(server -> server.stop());
            mqtt.close();
            data.close();
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void redis(SideBySide bench, RedisClient bare) throws Exception {
        bench.compare("redis set", 1, n -> same(bare.set("bare", "v" + n), "OK"), n -> bench.call("redis/set", Map.of("key", "k", "value", "v" + n), true));
        bare.set("k", "v");
        bench.compare("redis get", 1, n -> same(bare.get("k"), "v"), n -> bench.call("redis/get", Map.of("key", "k"), "v"));
        bench.compare("redis exists", 1, n -> same(bare.exists("k"), true), n -> bench.call("redis/exists", Map.of("key", "k"), true));
        bench.compare("redis delete", 1, n -> same(bare.del("none"), 0L), n -> bench.call("redis/delete", Map.of("key", "none"), 0L));
        bare.hset("h", "f", "v");
        bench.compare("redis hset", 1, n -> same(bare.hset("h", "f", "v"), 0L), n -> bench.call("redis/hset", Map.of("hash_key", "h", "field", "f", "value", "v"), 0L));
        bench.compare("redis hget", 1, n -> same(bare.hget("h", "f"), "v"), n -> bench.call("redis/hget", Map.of("hash_key", "h", "field", "f"), "v"));
        bench.compare("redis hgetall", 1, n -> same(bare.hlen("h") + bare.hgetAll("h").size(), 2L), n -> bench.call("redis/hgetall", Map.of("hash_key", "h"), Map.of("f", "v")));
        bench.compare("redis lpush", 1, n -> same(bare.lpush("bare-l", "v") > 0, true), n -> bench.call("redis/lpush", Map.of("list_key", "l", "value", "v")));
        bench.compare("redis rpush", 1, n -> same(bare.rpush("bare-l", "v") > 0, true), n -> bench.call("redis/rpush", Map.of("list_key", "l", "value", "v")));
        bare.del("l");
        bare.rpush("l", "a", "b", "c");
        bench.compare("redis lrange", 1, n -> same(bare.llen("l") + bare.lrange("l", 0, -1).size(), 6L), n -> bench.call("redis/lrange", Map.of("list_key", "l"), List.of("a", "b", "c")));
        bench.compare("redis publish", 1, n -> same(bare.publish("c", "m"), 0L), n -> bench.call("redis/publish", Map.of("channel", "c", "message", "m"), 0L));
        bench.compare("redis scan", 1, n -> same(bare.scan("0").getResult().isEmpty(), false), n -> same(bench.call("redis/scan-keys", Map.of("pattern", "*")).isEmpty(), false));
    }

    /** What a subscriber hears must be what both have published. */
    private static void mqtt(SideBySide bench, ProxiesFixture proxies, String broker) throws Exception {
        byte[] payload = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);
        AtomicInteger published = new AtomicInteger();
        AtomicInteger heard = new AtomicInteger();
        String[] address = broker.substring("tcp://".length()).split(":");
        Mqtt5AsyncClient listener = client(address);
        listener.subscribeWith().topicFilter("#").qos(MqttQos.AT_LEAST_ONCE).callback(message -> {
            if (Arrays.equals(message.getPayloadAsBytes(), payload)) {
                heard.incrementAndGet();
            }
        }).send().get(30, TimeUnit.SECONDS);
        Mqtt5AsyncClient client = client(address);
        Wait.until(() -> publish(proxies, "{}".getBytes(StandardCharsets.UTF_8)).getException() == null); // it connects in the background
        bench.compare("mqtt publish QoS 1", 2, n -> {
            client.publishWith().topic("bare/topic").qos(MqttQos.AT_LEAST_ONCE).payload(payload).send().get(10, TimeUnit.SECONDS);
            published.incrementAndGet();
        }, n -> {
            Exchange sent = publish(proxies, payload);
            if (sent.getException() != null) {
                throw sent.getException();
            }
            published.incrementAndGet();
        });
        Wait.until(() -> heard.get() >= published.get());
        listener.disconnect().get(30, TimeUnit.SECONDS);
        client.disconnect().get(30, TimeUnit.SECONDS);
    }

    private static Exchange publish(ProxiesFixture proxies, byte[] payload) {
        return proxies.template().request("direct:bus-publish", exchange -> {
            exchange.setVariable("busTopic", "command/web");
            exchange.getMessage().setBody(payload);
        });
    }

    private static Mqtt5AsyncClient client(String[] address) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder().serverHost(address[0]).serverPort(Integer.parseInt(address[1])).buildAsync();
        client.connect().get(30, TimeUnit.SECONDS);
        return client;
    }
}
