package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dromedary.job.TransferProgress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that takes what it is sent, over HTTP, and may refuse a first attempt. */
class UploadProgressTest {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<Long> heard = new CopyOnWriteArrayList<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private HttpServer store;
    private S3Client client;
    private long size;

    @BeforeEach
    void open() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(threads);
        store.createContext("/", this::serve);
        store.start();
        client = new BucketClients(URI.create("http://127.0.0.1:" + store.getAddress().getPort()), "us-east-1", true,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"))).client(new StoreClock());
    }

    @AfterEach
    void close() {
        TransferProgress.current(null);
        client.close();
        store.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange call) throws IOException {
        try (call) {
            call.getRequestBody().readAllBytes();
            String query = String.valueOf(call.getRequestURI().getQuery());
            if (call.getRequestMethod().equals("PUT")) {
                sent.add(call.getRequestHeaders().getFirst("x-amz-decoded-content-length") + " " + call.getRequestHeaders().getFirst("x-amz-trailer"));
            }
            if (call.getRequestMethod().equals("PUT") && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                call.sendResponseHeaders(503, -1);
                return;
            }
            call.getResponseHeaders().add("ETag", "\"1\"");
            if (call.getRequestMethod().equals("HEAD")) {
                call.getResponseHeaders().add("Content-Length", Long.toString(size));
                call.sendResponseHeaders(200, -1);
                return;
            }
            String answer = query.equals("uploads") || query.startsWith("uploads=") ? "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
                    : call.getRequestMethod().equals("POST") ? "<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>" : "";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            call.getResponseBody().write(bytes);
        }
    }

    private Path file(int mebibytes) throws IOException {
        Path file = folder.resolve("a.bag");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength((long) mebibytes * MEBIBYTE);
        }
        size = (long) mebibytes * MEBIBYTE;
        return file;
    }

    private void upload(int mebibytes, TransferLimits limits) throws IOException {
        Path file = file(mebibytes);
        TransferProgress.current((done, total) -> {
            assertThat(total).isEqualTo(size);
            heard.add(done);
        });
        new BucketTransfers(client, "bucket", null, threads, limits).upload(file, size, "key", "application/x-rosbag", Map.of());
    }

    static Stream<Arguments> ofOneRequest() {
        return Stream.of(Arguments.of(4, TransferLimits.FAR), Arguments.of(4, TransferLimits.NEAR), Arguments.of(20, TransferLimits.NEAR));
    }

    @ParameterizedTest
    @MethodSource("ofOneRequest")
    void aFileThatGoesAtOnceTellsItsBytesAsTheyGo(int mebibytes, TransferLimits limits) throws IOException {
        upload(mebibytes, limits);

        assertThat(sent).containsExactly(checked(mebibytes));
        assertThat(heard).isSorted().hasSizeGreaterThan(20);
        assertThat(heard.get(0)).isLessThan(size / 4);
        assertThat(heard.get(heard.size() - 1)).isEqualTo(size);
    }

    @Test
    void partsOfALargeFileAddUp() throws IOException {
        upload(20, TransferLimits.FAR);

        assertThat(sent).containsExactlyInAnyOrder(checked(8), checked(8), checked(4));
        assertThat(heard).hasSizeGreaterThan(100).contains(size);
        assertThat(heard).allSatisfy(done -> assertThat(done).isBetween(0L, size));
    }

    @ParameterizedTest
    @MethodSource("ofOneRequest")
    void whatIsSentAgainIsCountedOnce(int mebibytes, TransferLimits limits) throws IOException {
        refusals.set(2);

        upload(mebibytes, limits);

        assertThat(sent).hasSize(3).containsOnly(checked(mebibytes));
        assertThat(heard.stream().filter(done -> done == size).count()).isEqualTo(3);
        assertThat(heard.get(heard.size() - 1)).isEqualTo(size);
        assertThat(heard).allSatisfy(done -> assertThat(done).isBetween(0L, size));
    }

    /** What one request brings, with a checksum behind it. */
    private static String checked(int mebibytes) {
        return mebibytes * MEBIBYTE + " x-amz-checksum-crc32";
    }

    /** S3 takes at most 10,000 parts of at least 5 MiB. */
    @ParameterizedTest
    @CsvSource({"9, 8", "20, 8", "256, 8", "512, 16", "1024, 32", "2048, 32"})
    void partsGrowWithTheFileUpToALimit(long megabytes, long part) {
        assertThat(ObjectParts.size(megabytes << 20)).isEqualTo(part << 20);
    }
}
