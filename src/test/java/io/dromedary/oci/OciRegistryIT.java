package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.OciException.Kind;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against the registry of the distribution project. */
@RequiresPeer({"docker-registry", "openssl"})
@Timeout(120)
class OciRegistryIT {

    @TempDir
    Path folder;

    @Test
    void survivesTheRestartOfTheRegistryInTheMiddleOfABlob() throws Exception {
        Path file = Files.write(folder.resolve("content"), OciRegistryTest.data(60_000_000));
        try (DockerRegistry peer = DockerRegistry.start(folder)) {
            String digest = peer.push("wasm/app", "v1", file);
            RegistrySettings settings = RegistrySettings.defaults().withPlainHttp(Set.of(peer.host())).withTimes(Duration.ofSeconds(5),
                    Duration.ofSeconds(20), RegistrySettings.DEFAULT_RETRY_DELAYS, Duration.ofSeconds(60));
            try (OciRegistry registry = new OciRegistry(settings);
                 OciContent blob = registry.resolve(OciReference.parse(peer.host() + "/wasm/app:v1"), List.of()).open()) {
                MessageDigest hash = MessageDigest.getInstance("SHA-256");
                byte[] buffer = new byte[1 << 20];
                hash.update(buffer, 0, blob.readNBytes(buffer, 0, buffer.length));
                peer.kill();
                peer.start();
                for (int n = blob.read(buffer); n >= 0; n = blob.read(buffer)) {
                    hash.update(buffer, 0, n);
                }
                assertThat("sha256:" + HexFormat.of().formatHex(hash.digest())).isEqualTo(digest);
                assertThat(blob.resumes()).isPositive();
                assertThatThrownBy(() -> registry.resolve(OciReference.parse(peer.host() + "/wasm/app:v2"), List.of()))
                        .isInstanceOfSatisfying(OciException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
            }
        }
    }

    /** One thread opens what is sealed, for all of them; half of the readers give up half way. */
    @Test
    void servesManyTransfersAtOnceOverTls() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        Path file = Files.write(folder.resolve("content"), OciRegistryTest.data(8_000_000));
        String digest;
        try (DockerRegistry plain = DockerRegistry.start(folder)) {
            digest = plain.push("wasm/app", "v1", file);
        }
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try (DockerRegistry peer = DockerRegistry.startSealed(folder, own);
             OciRegistry registry = new OciRegistry(RegistrySettings.defaults().withTls(PemTrust.in(own.certificate())))) {
            List<Future<String>> readers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                boolean givesUp = i % 2 == 0;
                readers.add(threads.submit(() -> {
                    try (OciContent blob = registry.resolve(OciReference.parse(peer.host() + "/wasm/app:v1"), List.of()).open()) {
                        MessageDigest hash = MessageDigest.getInstance("SHA-256");
                        hash.update(blob.readNBytes(givesUp ? 4_000_000 : Integer.MAX_VALUE));
                        return givesUp ? "" : "sha256:" + HexFormat.of().formatHex(hash.digest());
                    }
                }));
            }
            for (int i = 0; i < readers.size(); i++) {
                assertThat(readers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i % 2 == 0 ? "" : digest);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Members of a fleet share a folder: by the registry's own log the content was asked for once. */
    @Test
    void aThousandReadersOfThreeInstancesCostOneFetch() throws Exception {
        byte[] content = OciRegistryTest.data(300_000);
        Path file = Files.write(folder.resolve("content"), content);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<OciRegistry> instances = new ArrayList<>();
        try (DockerRegistry peer = DockerRegistry.start(folder)) {
            String digest = peer.push("wasm/app", "v1", file);
            for (int i = 0; i < 3; i++) {
                instances.add(new OciRegistry(RegistrySettings.defaults().withPlainHttp(Set.of(peer.host())), folder.resolve("cache"), 1 << 20));
            }
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                OciRegistry registry = instances.get(i % instances.size());
                readers.add(threads.submit(() -> {
                    try (OciContent blob = registry.resolve(OciReference.parse(peer.host() + "/wasm/app:v1"), List.of()).open()) {
                        return blob.readAllBytes();
                    }
                }));
            }
            for (Future<byte[]> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(content);
            }
            String fetch = "GET /v2/wasm/app/blobs/" + digest;
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(peer.served()).filteredOn(line -> line.contains(fetch)).hasSize(1));
        } finally {
            threads.shutdownNow();
            instances.forEach(OciRegistry::close);
        }
    }
}
