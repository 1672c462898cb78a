package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

import io.dromedary.oci.OciException.Kind;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against the registry of the distribution project. */
@RequiresPeer("docker-registry")
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
}
