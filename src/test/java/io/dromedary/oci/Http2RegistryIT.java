package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry that offers HTTP/2, with fewer streams in a connection than there are transfers. */
@RequiresPeer("openssl")
@Timeout(120)
class Http2RegistryIT {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int STREAMS = 2;
    private static final int TRANSFERS = 6;
    private static final byte[] CONTENT = OciRegistryTest.data(100_000);
    private static final byte[] MANIFEST =
            ("{\"layers\":[{\"digest\":\"" + FakeRegistry.digest(CONTENT) + "\",\"size\":" + CONTENT.length + "}]}").getBytes();

    @TempDir
    Path folder;

    @Test
    void servesMoreTransfersAtOnceThanAConnectionHasStreams() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        CountDownLatch all = new CountDownLatch(TRANSFERS);
        HttpServer server = VERTX.createHttpServer(new HttpServerOptions().setSsl(true).setUseAlpn(true).setHost("127.0.0.1").setPort(0)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS))
                .setKeyCertOptions(new PemKeyCertOptions().setCertPath(own.certificate().toString()).setKeyPath(own.key().toString())))
                .requestHandler(request -> answer(request, all)).listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        ExecutorService threads = Executors.newFixedThreadPool(TRANSFERS);
        try (OciRegistry registry = new OciRegistry(RegistrySettings.defaults().withTls(PemTrust.in(own.certificate())))) {
            OciReference reference = OciReference.parse("localhost:" + server.actualPort() + "/wasm/app");
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < TRANSFERS; i++) {
                readers.add(threads.submit(() -> {
                    try (OciContent blob = registry.resolve(reference, List.of()).open()) {
                        byte[] start = blob.readNBytes(CONTENT.length / 2);
                        all.countDown();
                        return join(start, blob.readAllBytes());
                    }
                }));
            }
            for (Future<byte[]> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(CONTENT);
            }
        } finally {
            threads.shutdownNow();
            VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static byte[] join(byte[] start, byte[] rest) {
        return Buffer.buffer(start).appendBytes(rest).getBytes();
    }

    /** The second half of each blob comes when the first halves of all have arrived. */
    private static void answer(HttpServerRequest request, CountDownLatch all) {
        boolean manifest = request.path().contains("/manifests/");
        byte[] body = manifest ? MANIFEST : CONTENT;
        request.response().putHeader("Docker-Content-Digest", FakeRegistry.digest(body)).putHeader("Content-Length", String.valueOf(body.length));
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().end();
        } else if (manifest) {
            request.response().end(Buffer.buffer(MANIFEST));
        } else {
            Buffer content = Buffer.buffer(CONTENT);
            request.response().write(content.slice(0, CONTENT.length / 2));
            VERTX.executeBlocking(() -> all.await(60, TimeUnit.SECONDS), false)
                    .onComplete(over -> request.response().end(content.slice(CONTENT.length / 2, CONTENT.length)));
        }
    }
}
