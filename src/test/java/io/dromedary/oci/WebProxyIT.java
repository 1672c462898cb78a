package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dromedary.oci.OciException.Kind;
import io.dromedary.testing.Cli;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Product;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import io.dromedary.testing.TinyProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real registry behind a real web proxy that asks for a password. */
@RequiresPeer({"docker-registry", "openssl", "tinyproxy"})
@Timeout(120)
class WebProxyIT {

    @TempDir
    Path folder;
    private byte[] content;
    private Path file;

    @BeforeEach
    void writeArtifact() throws Exception {
        content = OciRegistryTest.data(3_000_000);
        file = Files.write(folder.resolve("content"), content);
    }

    /** A loopback address is never asked through a proxy. This one leads there too, but is none. */
    private static String outside(String host) {
        return host.replace("localhost", "0.0.0.0");
    }

    @Test
    void fetchesOverHttp() throws Exception {
        try (DockerRegistry peer = DockerRegistry.start(folder); TinyProxy proxy = TinyProxy.start(folder, "ada", "word")) {
            peer.push("wasm/app", "v1", file);
            String host = outside(peer.host());
            RegistrySettings settings = RegistrySettings.defaults().withPlainHttp(Set.of(host));

            assertThat(fetched(settings, "ada:word@" + proxy.host(), null, host)).isEqualTo(content);
            assertThat(proxy.log()).contains("GET http://" + host + "/v2/wasm/app/blobs/sha256:");
            assertThatThrownBy(() -> fetched(settings, proxy.host(), null, host)).isInstanceOfSatisfying(OciException.class, e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
                assertThat(e).hasMessageContaining("the web proxy " + proxy.host() + " asks for a user name and a password");
            });
        }
    }

    /** In a process of its own: whether a password is shown for a tunnel is settled when Java makes its first client. */
    @Test
    void fetchesThroughATunnelThatTheEnvironmentNames() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        try (DockerRegistry peer = sealed(own); TinyProxy proxy = TinyProxy.start(folder, "ada", "word");
             Product product = Product.start(folder, Map.of("DROMEDARY_FLOWS", "propeller", "https_proxy", "http://ada:word@" + proxy.host(),
                     "SSL_CERT_FILE", own.certificate().toString()))) {
            Path pulled = folder.resolve("pulled");
            Cli pull = Cli.dromedary(Map.of(), "pull", outside(peer.host()) + "/wasm/app:v1", "--mqtt", "tcp://" + product.addresses().get("mqtt"),
                    "-o", pulled.toString());

            assertThat(pull.exit()).as(pull.err() + product.output()).isZero();
            assertThat(pulled).hasBinaryContent(content);
            assertThat(proxy.log()).contains("CONNECT " + outside(peer.host()));
            assertThat(product.output()).doesNotContain("ada:word");
        }
    }

    @Test
    void saysThatTheProxyRefusesOrIsAway() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        try (DockerRegistry peer = sealed(own); TinyProxy proxy = TinyProxy.start(folder, "ada", "word")) {
            String host = outside(peer.host());
            RegistrySettings settings = RegistrySettings.defaults().withTls(PemTrust.in(own.certificate()));

            assertThatThrownBy(() -> fetched(settings, null, proxy.host(), host)).isInstanceOfSatisfying(OciException.class, e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
                assertThat(e).hasMessageContaining("the web proxy " + proxy.host() + " asks for a user name and a password");
            });
            // Whether Java shows the password is settled by whoever made its first client; tinyproxy answers 407 to none and 401 to a wrong one.
            assertThatThrownBy(() -> fetched(settings, null, "ada:wrong@" + proxy.host(), host)).isInstanceOfSatisfying(OciException.class,
                    e -> assertThat(e).hasMessageContaining("the web proxy " + proxy.host()).message().doesNotContain("wrong"));
            assertThatThrownBy(() -> fetched(settings, null, "127.0.0.1:" + FreePort.next(), host))
                    .isInstanceOfSatisfying(OciException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.REGISTRY_UNAVAILABLE);
                        assertThat(e).hasMessageContaining("through the web proxy 127.0.0.1:");
                    });
        }
    }

    private DockerRegistry sealed(SelfSigned own) throws Exception {
        try (DockerRegistry plain = DockerRegistry.start(folder)) {
            plain.push("wasm/app", "v1", file);
        }
        return DockerRegistry.startSealed(folder, own);
    }

    private static byte[] fetched(RegistrySettings settings, String http, String https, String host) throws Exception {
        RegistrySettings ours = settings.withProxies(WebProxies.of(http, https, null).orElseThrow())
                .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(20), List.of(), Duration.ofSeconds(5));
        try (OciRegistry registry = new OciRegistry(ours);
             OciContent blob = registry.resolve(OciReference.parse(host + "/wasm/app:v1"), List.of()).open()) {
            return blob.readAllBytes();
        }
    }
}
