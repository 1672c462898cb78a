package io.dromedary.oci;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.dromedary.oci.OciException.Kind;
import io.dromedary.oci.Manifest.Descriptor;

/**
 * Reads artifacts from registries that speak the OCI distribution specification 1.1 (and Docker's registry API v2). One object serves
 * many transfers at once; each transfer asks afresh and caches nothing beyond its own end.
 */
public final class OciRegistry implements AutoCloseable {

    /** An index may point at an index; more than that is refused. */
    private static final int MAX_INDEX_DEPTH = 2;
    private static final long CLIENT_SECONDS = 5;

    static {
        // Both are read once by the platform's client. With its default of 16 KiB a large blob costs about half as much processor time again.
        setUnlessSet("jdk.httpclient.bufsize", "65536");
        // By default it shows no password to a web proxy that is asked for a tunnel. Too late where another client was made before: see docs/components/oci.md.
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    private final RegistrySettings settings;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService starter;
    private final CompletableFuture<HttpClient> client;
    private final BlobCache cache;

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Makes a client; no connection is opened yet. */
    public OciRegistry(RegistrySettings settings) {
        this(settings, null, 0);
    }

    /**
     * Makes a client that keeps contents.
     *
     * @param cacheFolder   where, or null for nowhere; processes may share it
     * @param cacheMaxBytes of all contents together
     */
    public OciRegistry(RegistrySettings settings, Path cacheFolder, long cacheMaxBytes) {
        this.settings = settings;
        this.cache = cacheFolder == null ? null : new BlobCache(cacheFolder, cacheMaxBytes);
        this.starter = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "oci-start");
            thread.setDaemon(true);
            return thread;
        });
        // Reads a list of authorities: when whoever starts us has done so, or somebody needs it.
        this.client = CompletableFuture.supplyAsync(() -> connector(settings), CompletableFuture.delayedExecutor(CLIENT_SECONDS, TimeUnit.SECONDS, starter));
    }

    private static HttpClient connector(RegistrySettings settings) {
        // The thread that reads the connections also puts what came before its reader, which does not wait; another one costs a tenth of a transfer.
        // In HTTP/2 the client of Java 17 fails a transfer when its connection has no stream left, and all of them when the server sends a GOAWAY.
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(Runnable::run)
                .connectTimeout(settings.connectTimeout()).followRedirects(HttpClient.Redirect.NEVER);
        if (settings.tls() != null) {
            builder.sslContext(settings.tls().get());
        }
        if (settings.proxies() != null) {
            builder.proxy(settings.proxies());
        }
        return builder.build();
    }

    private HttpClient client() throws OciException {
        if (!client.isDone()) {
            client.completeAsync(() -> connector(settings), starter);
        }
        try {
            return client.join();
        } catch (CompletionException e) {
            throw new OciException(closed.getCount() == 0 ? Kind.CLOSED : Kind.REGISTRY_UNAVAILABLE, e.getCause().getMessage(), e.getCause());
        }
    }

    /**
     * Finds out what a reference stands for: asks for the digest of its manifest, reads and verifies the manifest, follows an index to
     * the manifest of a platform, and picks the largest layer.
     *
     * @param  reference    names the artifact; a digest is preferred to a tag, a missing tag means {@code latest}
     * @param  platforms    platforms to look for in an index, the preferred one first
     * @throws OciException says why there is no such artifact
     */
    public OciArtifact resolve(OciReference reference, List<Platform> platforms) throws OciException {
        RegistrySession session = new RegistrySession(settings, client(), closed, reference);
        Digest digest = manifestDigest(session, reference);
        Manifest manifest = manifest(session, digest);
        for (int depth = 0; manifest.isIndex(); depth++) {
            if (depth == MAX_INDEX_DEPTH) {
                throw new OciException(Kind.INVALID_RESPONSE, "the index of " + reference + " is nested more than " + MAX_INDEX_DEPTH + " deep");
            }
            digest = manifest.select(platforms).digest();
            manifest = manifest(session, digest);
        }
        Descriptor layer = manifest.largestLayer();
        if (layer.size() > settings.maxArtifactBytes()) {
            throw new OciException(Kind.TOO_LARGE, "the artifact has " + layer.size() + " bytes; the limit is " + settings.maxArtifactBytes());
        }
        return new OciArtifact(session, reference, digest, layer, cache);
    }

    /**
     * What a registry says of itself.
     *
     * @param authenticated whether it took the credentials; null when none are configured for it, or it did not ask for them
     * @param version       of its interface, such as {@code registry/2.0}; null when it does not say
     */
    public record Status(Boolean authenticated, String version) {
    }

    /**
     * Asks for nothing but the start of the interface, as the distribution specification has it ({@code GET /v2/}), with the credentials
     * where the registry wants them.
     *
     * @param  registry     host[:port] as people write it
     * @throws OciException says why it cannot be asked
     */
    public Status status(String registry) throws OciException {
        return new RegistrySession(settings, client(), closed, OciReference.registryAlone(registry)).status();
    }

    private Digest manifestDigest(RegistrySession session, OciReference reference) throws OciException {
        HttpResponse<ResponseBody> head =
                session.send("HEAD", "manifests/" + reference.manifestName(), Map.of("Accept", String.join(", ", Manifest.MEDIA_TYPES)));
        head.body().drain();
        Optional<Digest> stated = head.headers().firstValue("docker-content-digest").flatMap(Digest::parse);
        if (reference.digest() != null) {
            return reference.digest();
        }
        return stated.orElseThrow(() -> new OciException(Kind.INVALID_RESPONSE,
                "registry " + reference.registry() + " does not state the digest of the manifest"));
    }

    private Manifest manifest(RegistrySession session, Digest digest) throws OciException {
        byte[] content = manifestContent(session, digest);
        if (!digest.matches(content)) {
            throw new OciException(Kind.DIGEST_MISMATCH, "the manifest received does not have the digest " + digest);
        }
        return Manifest.parse(content);
    }

    private byte[] manifestContent(RegistrySession session, Digest digest) throws OciException {
        for (int tries = 0;; tries++) {
            HttpResponse<ResponseBody> response =
                    session.send("GET", "manifests/" + digest, Map.of("Accept", String.join(", ", Manifest.MEDIA_TYPES)));
            try {
                return response.body().readAll(settings.maxManifestBytes(), "the manifest");
            } catch (OciException e) {
                throw e;
            } catch (IOException e) {
                if (tries == settings.retryDelays().size()) {
                    throw new OciException(Kind.REGISTRY_UNAVAILABLE, "the connection broke while the manifest was read", e);
                }
                session.pause(settings.retryDelays().get(tries));
            }
        }
    }

    /** Ends every wait of running transfers at once; they fail with {@link Kind#CLOSED}. */
    @Override
    public void close() {
        closed.countDown();
        client.completeExceptionally(new IllegalStateException("the client is closed"));
        starter.shutdownNow();
    }
}
