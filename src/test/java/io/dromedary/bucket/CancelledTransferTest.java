package io.dromedary.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.dromedary.job.JobConstants;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that takes a connection and never answers holds a cancelled job for no longer than it takes to tell. */
class CancelledTransferTest {

    @Test
    @Timeout(60)
    void anUploadThatGetsNoAnswerEndsWithItsJob() throws Exception {
        try (ServerSocket store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress()); DefaultCamelContext camel = new DefaultCamelContext();
                S3Client client = new BucketClients(URI.create("http://127.0.0.1:" + store.getLocalPort()), "us-east-1", true,
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"))).client(new StoreClock())) {
            CompletableFuture<Socket> connected = CompletableFuture.supplyAsync(() -> {
                try {
                    Socket socket = store.accept();
                    socket.getInputStream().readNBytes(100);
                    return socket;
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:upload").process(exchange -> {
                        try {
                            client.putObject(request -> request.bucket("b").key("k"), RequestBody.fromString("content"));
                        } catch (RuntimeException e) {
                            ended.complete(e);
                            throw e;
                        }
                    });
                }
            });
            camel.start();
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                String id = template.request("job:start?type=Upload&route=direct:upload", exchange -> exchange.getMessage().setBody(Map.of()))
                        .getMessage().getHeader(JobConstants.ID, String.class);
                try (Socket socket = connected.get(30, TimeUnit.SECONDS)) {
                    template.requestBody("job:cancel?jobId=" + id, (Object) null);
                    assertThat(ended).isCompletedWithValueMatching(AbortedException.class::isInstance);
                    assertThat(template.requestBody("job:state?jobId=" + id, null, Map.class)).containsEntry("status", "cancelled");
                }
            }
        }
    }
}
