package io.dromedary.oci;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * How to talk to registries. Every limit has a value; nothing waits or grows without one.
 *
 * @param credentials      for one registry, never shown to another
 * @param plainHttp        registries (host[:port]) that are asked over http instead of https
 * @param tls              trust for https, asked for once when a client is made; null for the Java platform's own
 * @param proxies          web proxies; null for the Java platform's own settings
 * @param connectTimeout   longest wait for a connection
 * @param readTimeout      longest wait for an answer, and longest silence inside a blob
 * @param retryDelays      waits before the second, third … try of a request
 * @param resumeTimeout    how long a cut blob is tried again without a single new byte
 * @param maxManifestBytes largest manifest or index
 * @param maxArtifactBytes largest layer
 */
public record RegistrySettings(RegistryCredentials credentials, Set<String> plainHttp, Supplier<SSLContext> tls, WebProxies proxies,
        Duration connectTimeout, Duration readTimeout, List<Duration> retryDelays, Duration resumeTimeout, int maxManifestBytes, long maxArtifactBytes) {

    /** The delays of the reference's client library: after five more tries it gives up. */
    public static final List<Duration> DEFAULT_RETRY_DELAYS =
            List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));

    /** The distribution specification lets registries refuse manifests over 4 MiB. */
    public static final int DEFAULT_MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

    /** 16 GiB. */
    public static final long DEFAULT_MAX_ARTIFACT_BYTES = 16L * 1024 * 1024 * 1024;

    /** Normalises the hosts. */
    public RegistrySettings {
        plainHttp = plainHttp.stream().map(host -> host.trim().toLowerCase(Locale.ROOT)).filter(host -> !host.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        retryDelays = List.copyOf(retryDelays);
    }

    /** Anonymous, https only, and the default limits. */
    public static RegistrySettings defaults() {
        return new RegistrySettings(RegistryCredentials.ANONYMOUS, Set.of(), null, null, Duration.ofSeconds(10), Duration.ofSeconds(30),
                DEFAULT_RETRY_DELAYS, Duration.ofSeconds(60), DEFAULT_MAX_MANIFEST_BYTES, DEFAULT_MAX_ARTIFACT_BYTES);
    }

    /** The same with other credentials. */
    public RegistrySettings with(RegistryCredentials other) {
        return new RegistrySettings(other, plainHttp, tls, proxies, connectTimeout, readTimeout, retryDelays, resumeTimeout, maxManifestBytes,
                maxArtifactBytes);
    }

    /** The same with plain http for the named registries only. */
    public RegistrySettings withPlainHttp(Set<String> registries) {
        return new RegistrySettings(credentials, registries, tls, proxies, connectTimeout, readTimeout, retryDelays, resumeTimeout,
                maxManifestBytes, maxArtifactBytes);
    }

    /** The same with other trust for https. */
    public RegistrySettings withTls(Supplier<SSLContext> trust) {
        return new RegistrySettings(credentials, plainHttp, trust, proxies, connectTimeout, readTimeout, retryDelays, resumeTimeout,
                maxManifestBytes, maxArtifactBytes);
    }

    /** The same with other web proxies. */
    public RegistrySettings withProxies(WebProxies others) {
        return new RegistrySettings(credentials, plainHttp, tls, others, connectTimeout, readTimeout, retryDelays, resumeTimeout,
                maxManifestBytes, maxArtifactBytes);
    }

    /** The same with other waits. */
    public RegistrySettings withTimes(Duration connect, Duration read, List<Duration> retries, Duration resume) {
        return new RegistrySettings(credentials, plainHttp, tls, proxies, connect, read, retries, resume, maxManifestBytes, maxArtifactBytes);
    }

    /** The same with other limits in bytes. */
    public RegistrySettings withLimits(int manifestBytes, long artifactBytes) {
        return new RegistrySettings(credentials, plainHttp, tls, proxies, connectTimeout, readTimeout, retryDelays, resumeTimeout, manifestBytes,
                artifactBytes);
    }

    /** Whether an address that a registry names may be asked: over https, or over http where that is allowed. */
    boolean allows(URI address) {
        return address.getHost() != null && ("https".equalsIgnoreCase(address.getScheme())
                || "http".equalsIgnoreCase(address.getScheme()) && isPlainHttp(address.getRawAuthority().toLowerCase(Locale.ROOT)));
    }

    boolean isPlainHttp(String apiHost) {
        return plainHttp.contains(apiHost);
    }
}
