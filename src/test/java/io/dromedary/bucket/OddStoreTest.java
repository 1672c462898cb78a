package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.proxies.OddServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Stores that are slow, silent or say odd things: each call ends in its time, with an error, and gives its connection back. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OddStoreTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final long LARGE = 64L << 20;

    @TempDir
    private Path folder;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static S3Client client(OddServer server) {
        return new BucketClients(URI.create(server.address()), "us-east-1", true, StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .client(new StoreClock(), LIMIT);
    }

    private static BucketTransfers transfers(S3Client client, ExecutorService threads) {
        return new BucketTransfers(client, "bucket", null, threads, new TransferLimits(Long.MAX_VALUE, Long.MAX_VALUE, LIMIT, Long.MAX_VALUE));
    }

    private static OddServer.Manner dribble(String head) {
        return (socket, out) -> {
            out.write(ascii(head));
            while (true) {
                out.write('x');
                TimeUnit.MILLISECONDS.sleep(50);
            }
        };
    }

    static Stream<OddServer.Manner> manners() {
        return Stream.of(OddServer::keepSilent, dribble("HTTP/1.1 200 OK\r\nX-Slow: "),
                (socket, out) -> out.write(ascii("HTTP/1.1 200 OK\r\nContent-Le")),
                (socket, out) -> out.write(ascii("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")),
                (socket, out) -> out.write(ascii("no HTTP at all\r\n\r\n")));
    }

    @ParameterizedTest
    @MethodSource("manners")
    void aCallEndsAndGivesItsConnectionBack(OddServer.Manner manner) throws Exception {
        try (OddServer server = new OddServer(manner); S3Client client = client(server)) {
            assertThatThrownBy(() -> client.headObject(request -> request.bucket("bucket").key("key"))).isInstanceOf(SdkException.class);
            assertThatThrownBy(() -> client.listObjectsV2(request -> request.bucket("bucket"))).isInstanceOf(SdkException.class);
            client.close();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> server.open() == 0);
        }
    }

    @Test
    void aDownloadThatDribblesOrStopsHalfWayLeavesNothing() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        for (OddServer.Manner manner : new OddServer.Manner[] {dribble("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"),
            (socket, out) -> out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))}) {
            try (OddServer server = new OddServer(manner); S3Client client = client(server)) {
                assertThatThrownBy(() -> transfers(client, threads).download("key", folder.resolve("file"))).isInstanceOf(Exception.class);
                Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> server.open() == 0);
                try (Stream<Path> left = Files.list(folder)) {
                    assertThat(left).isEmpty();
                }
            }
        }
        threads.shutdownNow();
    }

    /** Its sender waits in a write, which no time limit of a socket ends. */
    @Test
    void anUploadOfWhichTheStoreTakesNoMoreEnds() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Path file = folder.resolve("a.bag");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(LARGE);
        }
        CountDownLatch ended = new CountDownLatch(1);
        try (OddServer server = new OddServer((socket, out) -> {
            out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
            ended.await();
        }); S3Client client = client(server)) {
            assertThatThrownBy(() -> transfers(client, threads).upload(file, LARGE, "key", "application/x-rosbag", Map.of()))
                    .isInstanceOf(ApiCallTimeoutException.class);
            ended.countDown();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> server.open() == 0);
        }
        threads.shutdownNow();
    }

    /** A login page answers anything with 200. */
    @Test
    void anUploadThatSomebodyElseAnswersIsNoUpload() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Path file = Files.write(folder.resolve("a.bag"), new byte[1000]);
        String page = "<html>Log in</html>";
        try (OddServer server = new OddServer((socket, out) -> out.write(ascii("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + page.length()
                + "\r\n\r\n" + page))); S3Client client = client(server)) {
            assertThatThrownBy(() -> transfers(client, threads).upload(file, 1000, "key", "application/x-rosbag", Map.of()))
                    .hasMessageContaining("the store holds 19 of 1000 bytes");
        }
        threads.shutdownNow();
    }
}
