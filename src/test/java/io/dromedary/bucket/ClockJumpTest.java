package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedS3;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.services.s3.S3Client;

/** A device whose clock is wrong, or jumps. To the bucket a wrong clock of ours is a store whose clock is another. */
class ClockJumpTest {

    private static final DateTimeFormatter AMZ_DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX");
    private static final byte[] LOG = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};
    /** What S3 allows. */
    private static final Duration ALLOWED = Duration.ofMinutes(15);

    @TempDir
    Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile Duration ahead = Duration.ZERO;
    private BucketProxy proxy;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        BucketSettings settings = new BucketSettings();
        settings.setBucket("files");
        settings.setEndpoint("http://127.0.0.1:" + server.actualPort());
        settings.setRegion("us-east-1");
        settings.setAccessKey("key");
        settings.setSecretKey("secret");
        proxy = new BucketProxy();
        proxy.setMachineId("m");
        proxy.setSettings(settings);
        proxy.start();
    }

    @AfterEach
    void stop() throws Exception {
        // What one client has learnt, all later ones of this process begin with.
        SdkGlobalTime.setGlobalTimeOffset(0);
        proxy.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request, Buffer body) {
        Instant now = Instant.now().plus(ahead);
        request.response().putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC)))
                .putHeader("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT").putHeader("ETag", "\"1\"");
        Instant signed = ZonedDateTime.parse(request.getHeader("x-amz-date"), AMZ_DATE).toInstant();
        if (Duration.between(signed, now).abs().compareTo(ALLOWED) > 0) {
            refused.add(request.method().name());
            request.response().setStatusCode(403).end(request.method().name().equals("HEAD") ? ""
                    : "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>");
        } else if (request.method().name().equals("PUT")) {
            objects.put(request.path(), LOG);
            request.response().end();
        } else {
            byte[] object = objects.get(request.path());
            request.response().putHeader("Content-Length", Integer.toString(object.length)).end(request.method().name().equals("GET") ? Buffer.buffer(object) : Buffer.buffer());
        }
    }

    private Map<String, Object> upload(String key) throws Exception {
        Path log = Files.write(folder.resolve("a.ulg"), LOG);
        return proxy.uploadFile(Map.of("file_path", log.toString(), "custom_s3_key", key));
    }

    @ParameterizedTest
    @ValueSource(longs = {20_000, -20_000})
    void requestsAreSignedWithTheStoresTimeOnceItHasSaidIt(long daysAhead) throws Exception {
        ahead = Duration.ofDays(daysAhead);
        assertThat(upload("x/a.ulg")).containsEntry("success", true);
        assertThat(refused).hasSize(1);
        Path back = folder.resolve("back.ulg");
        assertThat(proxy.downloadFile(Map.of("s3_key", "x/a.ulg", "local_path", back.toString()))).containsEntry("success", true);
        assertThat(back).hasBinaryContent(LOG);
        assertThat(refused).as("the difference is remembered").hasSize(1);
        ahead = Duration.ZERO;
        assertThat(upload("x/b.ulg")).containsEntry("success", true);
        assertThat(refused).as("and learnt anew when the clock jumps").hasSize(2);
    }

    /** The store breaks the connection while it is sent to; the difference is what another store's time was. */
    @Test
    void aLargeFileGoesToAStoreThatRefusesItAtOnce() throws Exception {
        SdkGlobalTime.setGlobalTimeOffset((int) Duration.ofDays(300).toSeconds());
        byte[] content = new byte[16 << 20];
        Path log = Files.write(folder.resolve("large.ulg"), content);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try (DataDirectory data = DataDirectory.open(folder.resolve("data")); EmbeddedS3 store = new EmbeddedS3(data, 0, "bucket")) {
            store.start();
            BucketClients clients = new BucketClients(URI.create("http://" + store.address()), "us-east-1", true,
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(store.accessKey(), store.secretKey())));
            try (S3Client client = clients.client(new StoreClock())) {
                new BucketTransfers(client, "bucket", null, threads, TransferLimits.NEAR).upload(log, content.length, "key", "application/octet-stream", Map.of());
                assertThat(client.getObjectAsBytes(request -> request.bucket("bucket").key("key")).asByteArray()).isEqualTo(content);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whoever gets a link gets one that is good now and for as long as was asked, by the clock that judges it. */
    @Test
    void linksCountFromTheStoresTimeOnceItHasSaidIt() throws Exception {
        assertThat(Duration.between(Instant.now(), signed(link())).abs()).as("nobody was asked yet").isLessThan(ALLOWED);
        ahead = Duration.ofDays(300);
        assertThat(upload("x/a.ulg")).containsEntry("success", true);
        assertThat(Duration.between(Instant.now().plus(ahead), signed(link())).abs()).isLessThan(ALLOWED);
    }

    private String link() {
        return (String) proxy.presign(Map.of("s3_key", "x/a b+ü.ulg", "expires_in", 60)).get("url");
    }

    private static Instant signed(String link) {
        assertThat(link).contains("/files/x/a%20b%2B%C3%BC.ulg?", "X-Amz-Expires=60", "X-Amz-Signature=");
        return ZonedDateTime.parse(link.replaceAll(".*X-Amz-Date=(\\w+).*", "$1"), AMZ_DATE).toInstant();
    }

    /** HEAD has no words that would say why. */
    @Test
    void alsoWhenTheFirstQuestionIsOneWithoutWords() {
        objects.put("/files/x/a.ulg", LOG);
        ahead = Duration.ofDays(-365);
        assertThat(proxy.headObject(Map.of("s3_key", "x/a.ulg"))).containsEntry("success", true);
        assertThat(refused).containsExactly("HEAD");
    }

    /**
     * Java's timers wait for a time of the day: set back by a year, as a device does that hears the time after its start, they are
     * silent for a year. What comes at intervals begins with {@code scheduler}, which counts running time.
     */
    @Test
    void noShippedRouteWaitsForATimeOfTheDay() throws Exception {
        try (Stream<Path> files = Stream.concat(Files.walk(Path.of("src/main/resources/routes")), Files.walk(Path.of("kamelets")))) {
            List<Path> routes = files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(routes).hasSizeGreaterThan(100).allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern("uri:\\s*[\"']?timer:"));
        }
    }
}
