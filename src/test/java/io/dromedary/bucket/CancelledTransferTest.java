package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.job.Cancellation;
import io.dromedary.job.JobConstants;
import io.dromedary.job.TransferProgress;
import io.dromedary.proxies.OddServer;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A store that never answers, or takes no more, holds a cancelled job for no longer than it takes to tell; what had come is gone. */
@Timeout(60)
class CancelledTransferTest {

    private static final long SIZE = 64L << 20;
    private static final String TYPE = "application/x-rosbag";

    @TempDir
    private Path folder;
    private final CountDownLatch halfWay = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void close() {
        cancelled.countDown();
        threads.shutdownNow();
    }

    private static S3Client client(String endpoint, String key, String secret) {
        return new BucketClients(URI.create(endpoint), "us-east-1", true, StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .client(new StoreClock());
    }

    private Path file() throws IOException {
        Path file = folder.resolve("a.bag");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(SIZE);
        }
        return file;
    }

    private void upload(S3Client client, TransferLimits limits) throws IOException {
        new BucketTransfers(client, "bucket", null, threads, limits).upload(file(), SIZE, "key", TYPE, Map.of());
    }

    private interface Upload {
        void run() throws Exception;
    }

    /** Runs it as a job, cancels that half way, and returns how it ended. */
    private Throwable cancelled(Upload upload) throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:upload").process(exchange -> {
                        try {
                            upload.run();
                        } catch (RuntimeException e) {
                            ended.complete(e);
                            throw e;
                        }
                    });
                }
            });
            camel.start();
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                Exchange started = template.request("job:start?type=Upload&route=direct:upload", exchange -> exchange.getMessage().setBody(Map.of()));
                assertThat(started.getException()).isNull();
                String id = started.getMessage().getHeader(JobConstants.ID, String.class);
                Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> halfWay.getCount() == 0 || ended.isDone());
                assertThat(ended).as("how it ended before it was half way").isNotDone();
                template.requestBody("job:cancel?jobId=" + id, (Object) null);
                assertThat(ended).isDone();
                assertThat(template.requestBody("job:state?jobId=" + id, null, Map.class)).containsEntry("status", "cancelled");
            }
        }
        return ended.get();
    }

    @Test
    void anUploadThatGetsNoAnswerEndsWithItsJob() throws Exception {
        try (OddServer store = new OddServer((socket, out) -> {
            halfWay.countDown();
            OddServer.keepSilent(socket, out);
        }); S3Client client = client(store.address(), "a", "b")) {
            assertThat(cancelled(() -> client.putObject(request -> request.bucket("b").key("k"), RequestBody.fromString("content"))))
                    .isInstanceOf(AbortedException.class);
        }
    }

    /** Its sender waits in a write, which no time limit of a socket ends. */
    @Test
    void anUploadOfWhichTheStoreTakesNoMoreEndsWithItsJob() throws Exception {
        AtomicBoolean asked = new AtomicBoolean();
        try (OddServer store = new OddServer((socket, out) -> {
            if (!asked.getAndSet(true)) {
                out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().skipNBytes(1 << 20);
            halfWay.countDown();
            cancelled.await();
        }); S3Client client = client(store.address(), "a", "b")) {
            assertThat(cancelled(() -> upload(client, TransferLimits.NEAR))).isInstanceOf(AbortedException.class);
        }
    }

    static Stream<TransferLimits> limits() {
        return Stream.of(TransferLimits.NEAR, TransferLimits.FAR);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void anUploadThatIsCancelledHalfWayLeavesNothing(TransferLimits limits) throws Exception {
        try (DataDirectory data = DataDirectory.open(folder.resolve("data")); EmbeddedS3 store = new EmbeddedS3(data, 0, "bucket")) {
            store.start();
            try (S3Client client = client("http://" + store.address(), store.accessKey(), store.secretKey())) {
                cancelled(() -> {
                    TransferProgress.current(this::holdHalfWay);
                    upload(client, limits);
                });
                assertThatThrownBy(() -> client.headObject(request -> request.bucket("bucket").key("key"))).isInstanceOf(NoSuchKeyException.class);
                assertThat(client.listMultipartUploads(request -> request.bucket("bucket")).uploads()).isEmpty();
                Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
                    try (Stream<Path> left = Files.walk(folder.resolve("data/s3/objects"))) {
                        assertThat(left.filter(Files::isRegularFile)).isEmpty();
                    }
                });
            }
        }
    }

    /** Goes on when the cancellation has reached the request, which has asked for it before. */
    private void holdHalfWay(long done, long total) {
        if (done > total / 2) {
            Cancellation.current().onCancel(cancelled::countDown);
            halfWay.countDown();
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
