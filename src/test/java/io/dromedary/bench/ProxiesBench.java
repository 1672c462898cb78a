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

    private static final int CALLS = 2_000;

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
            compare("redis set", rounds, number -> bare.set("bare" + number % 100, "v" + number),
                    number -> done(proxies.call("redis/set", Map.of("key", "k" + number % 100, "value", "v" + number))));
            compare("redis get", rounds, number -> same(bare.get("bare" + number % 100), bare.get("bare" + number % 100)),
                    number -> { done(proxies.call("redis/get", Map.of("key", "k" + number % 100))); done(proxies.call("redis/get", Map.of("key", "k" + number % 100))); });
            compare("local get-item", rounds, number -> { try (var connection = local.dataSource().getConnection(); var query = connection.prepareStatement("SELECT 1"); var row = query.executeQuery()) { row.next(); } },
                    number -> done(proxies.call("local/get-item", Map.of("table_name", "t", "key", "k"))));
            upload(rounds, bytes, folder, proxies, sdk);
        } finally {
            Stream.of(local, s3, redis).forEach(server -> server.stop());
            data.close();
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
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
        for (int round = 0; round <= rounds; round++) {
            double[] plain = measure(bare);
            double[] routed = measure(route);
            if (round > 0) { // the first warms up
                theirs.add(plain[0]);
                ours.add(routed[0]);
                tails.add(routed[1]);
            }
        }
        System.out.printf("%-16s bare p50 %.3f ms, route p50 %.3f ms p99 %.3f ms, overhead %.3f ms%n", name, median(theirs), median(ours), median(tails),
                median(ours) - median(theirs));
    }

    private static double[] measure(Call call) throws Exception {
        double[] millis = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long begin = System.nanoTime();
            call.run(i);
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return new double[] {millis[CALLS / 2], millis[CALLS * 99 / 100]};
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
