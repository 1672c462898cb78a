package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedS3;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Large files and the embedded S3: at once, as they go there, and in parts, as they go to a store elsewhere. */
class BucketTransfersTest {

    private static final int SIZE = (20 << 20) + 77;
    private static final String TYPE = "application/x-rosbag";
    private static final String KEY = "logs/a.bag";

    @TempDir
    static Path folder;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);
    private static final byte[] CONTENT = new byte[SIZE];
    private static DataDirectory data;
    private static EmbeddedS3 store;
    private static BucketClients clients;
    private static S3Client client;
    private static Path file;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder.resolve("data"));
        store = new EmbeddedS3(data, 0, "bucket");
        store.start();
        clients = clients("http://" + store.address());
        client = clients.client(new StoreClock());
        new Random(1).nextBytes(CONTENT);
        file = Files.write(folder.resolve("a.bag"), CONTENT);
    }

    private static BucketClients clients(String endpoint) {
        return new BucketClients(URI.create(endpoint), EmbeddedS3.REGION, true,
                StaticCredentialsProvider.create(AwsBasicCredentials.create(store.accessKey(), store.secretKey())));
    }

    @AfterAll
    static void stop() {
        client.close();
        store.stop();
        data.close();
        THREADS.shutdownNow();
    }

    private static BucketTransfers transfers(TransferLimits limits) {
        return new BucketTransfers(client, "bucket", null, THREADS, limits);
    }

    private static void isStored(String key, byte[] content) throws Exception {
        Path back = folder.resolve("back.bag");
        assertThat(transfers(TransferLimits.NEAR).download(key, back)).isEqualTo(content.length);
        assertThat(Files.readAllBytes(back)).isEqualTo(content);
    }

    /** S3 ends the ETag of an object that came in parts with their number. */
    static Stream<Arguments> ways() {
        return Stream.of(Arguments.of(TransferLimits.NEAR, "\"[0-9a-f]{32}\""), Arguments.of(TransferLimits.FAR, "\"[0-9a-f]{32}-3\""));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aLargeFileComesBackTheSame(TransferLimits limits, String etag) throws Exception {
        transfers(limits).upload(file, SIZE, KEY, TYPE, Map.of("vehicle", "7"));

        isStored(KEY, CONTENT);
        assertThat(client.headObject(request -> request.bucket("bucket").key(KEY))).satisfies(head -> {
            assertThat(head.eTag()).matches(etag);
            assertThat(head.contentType()).isEqualTo(TYPE);
            assertThat(head.metadata()).containsEntry("vehicle", "7");
        });
    }

    /** A log is written on while it goes up. */
    @ParameterizedTest
    @MethodSource("ways")
    void aFileThatHasGrownGoesAsItWas(TransferLimits limits, String etag) throws Exception {
        int before = SIZE - 1000;

        transfers(limits).upload(file, before, "grown.bag", TYPE, Map.of());

        isStored("grown.bag", Arrays.copyOf(CONTENT, before));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aFileThatHasShrunkIsNotStored(TransferLimits limits, String etag) {
        assertThatThrownBy(() -> transfers(limits).upload(file, SIZE + 1000, "shrunk.bag", TYPE, Map.of())).isInstanceOf(Exception.class);

        assertThatThrownBy(() -> client.headObject(request -> request.bucket("bucket").key("shrunk.bag"))).isInstanceOf(NoSuchKeyException.class);
    }

    /** S3 copies at most 5 GiB at once; this is as if it were 8 MiB. */
    @Test
    void anObjectTooLargeForOneCopyMovesInParts() throws Exception {
        transfers(TransferLimits.NEAR).upload(file, SIZE, "from.bag", TYPE, Map.of("vehicle", "7"));

        transfers(new TransferLimits(Long.MAX_VALUE, 8 << 20, Duration.ofMinutes(5), 1)).move("from.bag", "to.bag");

        isStored("to.bag", CONTENT);
        assertThat(client.headObject(request -> request.bucket("bucket").key("to.bag"))).satisfies(head -> {
            assertThat(head.eTag()).endsWith("-3\"");
            assertThat(head.contentType()).isEqualTo(TYPE);
            assertThat(head.metadata()).containsEntry("vehicle", "7");
        });
        assertThatThrownBy(() -> client.headObject(request -> request.bucket("bucket").key("from.bag"))).isInstanceOf(NoSuchKeyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:19000", "http://127.1.2.3", "https://localhost:9000/", "http://LOCALHOST", "http://[::1]:19000"})
    void aLoopbackAddressIsAStoreOnThisMachine(String endpoint) {
        assertThat(clients(endpoint).limits()).isEqualTo(TransferLimits.NEAR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.41.10.1:9000", "https://s3.example.org", "http://127.0.0.1.example.org", "http://localhost.example.org", "http://[fe80::1]:9000"})
    void anyOtherAddressIsAStoreElsewhere(String endpoint) {
        assertThat(clients(endpoint).limits()).isEqualTo(TransferLimits.FAR);
    }

    @Test
    void withoutAnAddressTheStoreIsElsewhere() {
        assertThat(new BucketClients(null, EmbeddedS3.REGION, true, null).limits()).isEqualTo(TransferLimits.FAR);
    }

    /** Through the settings, as the routes reach it. */
    @Test
    void theEmbeddedStoreGetsLargeFilesAtOnce() {
        BucketSettings settings = new BucketSettings();
        settings.setBucket("bucket");
        settings.setEndpoint("http://" + store.address());
        settings.setRegion(EmbeddedS3.REGION);
        settings.setEncryption("");
        settings.setAccessKey(store.accessKey());
        settings.setSecretKey(store.secretKey());
        try (BucketStore near = settings.store(settings.credentials())) {
            near.transfers().upload(file, SIZE, "settings.bag", TYPE, Map.of());
        }

        assertThat(client.headObject(request -> request.bucket("bucket").key("settings.bag")).eTag()).doesNotContain("-");
    }
}
