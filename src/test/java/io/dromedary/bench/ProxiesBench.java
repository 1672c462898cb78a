package io.dromedary.bench;

import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.proxies.ProxiesFixture;
import redis.clients.jedis.RedisClient;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Operations through the routes of the proxies against the bare clients, alternately; what was written is read back and compared. */
public final class ProxiesBench {

    private static final int CALLS = Integer.getInteger("calls", 2_000);

    private ProxiesBench() {
    }

    private interface Call {
        void run(int number) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        long bytes = Long.parseLong(arguments[1]) << 20;
        Path folder = Files.createTempDirectory("proxies-bench");
        DataDirectory data = DataDirectory.open(folder.resolve("data"));
        EmbeddedRedis redis = new EmbeddedRedis(data, 0);
        EmbeddedS3 s3 = new EmbeddedS3(data, 0, "bench");
        EmbeddedDatabase local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        redis.start();
        s3.start();
        local.start();
        int port = Integer.parseInt(redis.address().split(":")[1]);
        Map<String, String> settings = new HashMap<>(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", Integer.toString(port),
                "petal.s3-bucket-name", "bench", "dromedary.s3-endpoint", "http://" + s3.address(), "dromedary.s3-access-key", s3.accessKey(),
                "dromedary.s3-secret-key", s3.secretKey(), "dromedary.s3-encryption", ""));
        try (ProxiesFixture proxies = new ProxiesFixture(settings, Map.of("localDatabase", local.dataSource()), "proxies/redis", "proxies/local", "proxies/bucket");
                RedisClient bare = RedisClient.create("127.0.0.1", port);
                S3Client sdk = S3Client.builder().endpointOverride(URI.create("http://" + s3.address())).forcePathStyle(true).region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey()))).build()) {
            redis(rounds, proxies, bare);
            documents(rounds, proxies, local);
            statements(rounds, proxies, local);
            files(rounds, folder, proxies, sdk);
            upload(rounds, bytes, folder, proxies, sdk);
        } finally {
            Stream.of(local, s3, redis).forEach(server -> server.stop());
            data.close();
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void redis(int rounds, ProxiesFixture proxies, RedisClient bare) throws Exception {
        compare("redis set", rounds, number -> bare.set("bare" + number % 100, "v" + number),
                number -> call(proxies, "redis/set", "key", "k" + number % 100, "value", "v" + number));
        compare("redis get", rounds, number -> there(bare.get("bare" + number % 100)), number -> there(call(proxies, "redis/get", "key", "k" + number % 100)));
        compare("redis exists", rounds, number -> bare.exists("bare1"), number -> call(proxies, "redis/exists", "key", "k1"));
        compare("redis delete", rounds, number -> bare.del("none"), number -> call(proxies, "redis/delete", "key", "none"));
        compare("redis hset", rounds, number -> bare.hset("bareh", "f" + number % 100, "v"),
                number -> call(proxies, "redis/hset", "hash_key", "h", "field", "f" + number % 100, "value", "v"));
        compare("redis hget", rounds, number -> there(bare.hget("bareh", "f1")), number -> there(call(proxies, "redis/hget", "hash_key", "h", "field", "f1")));
        compare("redis rpush", rounds, number -> bare.rpush("barel", "v"), number -> call(proxies, "redis/rpush", "list_key", "l", "value", "v"));
        compare("redis lrange 10", rounds, number -> there(bare.lrange("barel", 0, 9)),
                number -> there(call(proxies, "redis/lrange", "list_key", "l", "start", 0, "end", 9)));
        compare("redis publish", rounds, number -> bare.publish("c", "m"), number -> call(proxies, "redis/publish", "channel", "c", "message", "m"));
    }

    /** The bare side is the same statement on the same pool. */
    private static void documents(int rounds, ProxiesFixture proxies, EmbeddedDatabase local) throws Exception {
        call(proxies, "local/set-item", "table_name", "t", "key", "k", "data", Map.of("v", 1));
        compare("local get-item", rounds, number -> {
            try (var connection = local.dataSource().getConnection();
                    var query = connection.prepareStatement("SELECT body, version FROM documents WHERE table_name = ? AND key_name = ? AND key_value = ?")) {
                query.setString(1, "t");
                query.setString(2, "id");
                query.setString(3, "k");
                try (var row = query.executeQuery()) {
                    row.next();
                    there(row.getString(1));
                }
            }
        }, number -> there(call(proxies, "local/get-item", "table_name", "t", "key", "k")));
        compare("local set-item", rounds, number -> {
            try (var connection = local.dataSource().getConnection(); var write = connection.prepareStatement(
                    "INSERT INTO documents (table_name, key_name, key_value, body, version) VALUES ('t', 'id', 'bare', ?, 1)"
                            + " ON CONFLICT (table_name, key_name, key_value) DO UPDATE SET body = excluded.body, version = documents.version + 1")) {
                write.setString(1, "{\"v\": " + number + "}");
                write.executeUpdate();
            }
        }, number -> call(proxies, "local/set-item", "table_name", "t", "key", "k", "data", Map.of("v", number)));
    }

    private static void statements(int rounds, ProxiesFixture proxies, EmbeddedDatabase local) throws Exception {
        call(proxies, "local/execute-query", "sql", "CREATE TABLE IF NOT EXISTS a (b INTEGER)");
        call(proxies, "local/insert", "table", "a", "data", Map.of("b", 7));
        compare("local fetch-one", rounds, number -> {
            try (var connection = local.dataSource().getConnection(); var query = connection.prepareStatement("SELECT b FROM a WHERE b = ?")) {
                query.setObject(1, 7);
                try (var row = query.executeQuery()) {
                    row.next();
                    there(row.getObject(1));
                }
            }
        }, number -> there(call(proxies, "local/fetch-one", "sql", "SELECT b FROM a WHERE b = ?", "params", List.of(7))));
    }

    private static void files(int rounds, Path folder, ProxiesFixture proxies, S3Client sdk) throws Exception {
        Path log = Files.write(folder.resolve("small.ulg"), new byte[] {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01});
        sdk.putObject(request -> request.bucket("bench").key("small.ulg"), RequestBody.fromFile(log));
        compare("bucket head", rounds, number -> there(sdk.headObject(request -> request.bucket("bench").key("small.ulg")).contentLength()),
                number -> call(proxies, "bucket/head-object", "s3_key", "small.ulg"));
        compare("bucket list", rounds, number -> there(sdk.listObjectsV2(request -> request.bucket("bench")).contents()),
                number -> call(proxies, "bucket/list-objects"));
        compare("bucket presign", rounds, number -> { }, number -> call(proxies, "bucket/presign", "s3_key", "small.ulg"));
    }

    private static Object call(ProxiesFixture proxies, String method, Object... parameters) {
        Map<String, Object> body = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            body.put((String) parameters[i], parameters[i + 1]);
        }
        Map<String, Object> answer = proxies.call(method, body);
        done(answer);
        return answer.get("data");
    }

    private static void there(Object value) {
        if (value == null) {
            throw new IllegalStateException("nothing was read");
        }
    }

    private static void done(Map<String, Object> answer) {
        if (answer.containsKey("error")) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static void same(Object one, Object other) {
        if (!one.equals(other)) {
            throw new IllegalStateException(one + " is not " + other);
        }
    }

    private static void compare(String name, int rounds, Call bare, Call route) throws Exception {
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double[] plain = measure(bare);
            double[] routed = measure(route);
            if (round > 0) { // the first warms up
                theirs.add(plain[0]);
                ours.add(routed[0]);
                tails.add(routed[1]);
                rates.add(routed[2]);
            }
        }
        System.out.printf("%-16s bare p50 %.3f ms, route p50 %.3f ms p99 %.3f ms %.0f/s, overhead %.3f ms%n", name, median(theirs), median(ours), median(tails),
                median(rates), median(ours) - median(theirs));
    }

    private static double[] measure(Call call) throws Exception {
        double[] millis = new double[CALLS];
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            long begin = System.nanoTime();
            call.run(i);
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        double rate = CALLS * 1e9 / (System.nanoTime() - start);
        Arrays.sort(millis);
        return new double[] {millis[CALLS / 2], millis[CALLS * 99 / 100], rate};
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static void upload(int rounds, long bytes, Path folder, ProxiesFixture proxies, S3Client sdk) throws Exception {
        Path file = folder.resolve("large.ulg");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.write(new byte[] {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01});
            large.setLength(bytes);
        }
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long begin = System.nanoTime();
            sdk.putObject(request -> request.bucket("bench").key("bare.ulg"), RequestBody.fromFile(file));
            long middle = System.nanoTime();
            done(proxies.call("bucket/upload-file", Map.of("file_path", file.toString(), "custom_s3_key", "route.ulg")));
            ours.add((System.nanoTime() - middle) / 1e9);
            theirs.add((middle - begin) / 1e9);
            same(sdk.headObject(request -> request.bucket("bench").key("route.ulg")).contentLength(), bytes);
        }
        System.out.printf("upload %d MB     SDK %.2f s, route %.2f s, ratio %.2f, heap limit %d MB%n", bytes >> 20, median(theirs), median(ours),
                median(ours) / median(theirs), Runtime.getRuntime().maxMemory() >> 20);
    }
}
