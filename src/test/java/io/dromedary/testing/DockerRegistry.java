package io.dromedary.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/** A real registry (the distribution project's) on a free loopback port, which tests may stop and start again. */
public final class DockerRegistry implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path configuration;
    private final int port;
    private final int status;
    private Process process;

    /** @param status what it answers to plain HTTP once it is up */
    private DockerRegistry(Path folder, String name, String tls, int status) throws IOException {
        this.port = FreePort.next();
        this.status = status;
        configuration = Files.createDirectories(folder).resolve(name + ".yml");
        Files.writeString(configuration, """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"%s}
                """.formatted(folder.resolve("registry"), port, tls));
    }

    public static DockerRegistry start(Path folder) throws IOException {
        DockerRegistry registry = new DockerRegistry(folder, "registry", "", 200);
        registry.start();
        return registry;
    }

    /** Starts one over TLS (with HTTP/2 and 1.1) that has the contents of the others in this folder; nothing can be pushed to it. */
    public static DockerRegistry startSealed(Path folder, SelfSigned own) throws IOException {
        DockerRegistry registry = new DockerRegistry(folder, "sealed-registry", ", tls: {certificate: %s, key: %s}".formatted(own.certificate(), own.key()), 400);
        registry.start();
        return registry;
    }

    /** Starts it (again), on the same port and with the same contents. */
    public void start() throws IOException {
        process = new ProcessBuilder(Peers.find("docker-registry").orElseThrow().toString(), "serve", configuration.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().pollInterval(Duration.ofMillis(50))
                .until(() -> send(HttpRequest.newBuilder(URI.create("http://" + host() + "/v2/")).build()).statusCode() == status);
    }

    public String host() {
        return "localhost:" + port;
    }

    /** The requests it has served, a line each, as it logs them itself. */
    public List<String> served() throws IOException {
        try (Stream<String> lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("\" 200 ")).toList();
        }
    }

    private Path log() {
        return Path.of(configuration + ".log");
    }

    /** Stores the content of a file as an artifact with one layer and returns the digest of the layer. */
    public String push(String repository, String tag, Path file) throws IOException, InterruptedException {
        String digest = digest(file);
        HttpResponse<Void> upload = send(post("/v2/" + repository + "/blobs/uploads/"));
        String location = upload.headers().firstValue("location").orElseThrow();
        URI target = URI.create(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
        check(send(HttpRequest.newBuilder(target).PUT(HttpRequest.BodyPublishers.ofFile(file)).build()));
        String config = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        HttpResponse<Void> second = send(post("/v2/" + repository + "/blobs/uploads/"));
        String configLocation = second.headers().firstValue("location").orElseThrow();
        check(send(HttpRequest.newBuilder(URI.create(configLocation + (configLocation.contains("?") ? "&" : "?") + "digest=" + config))
                .PUT(HttpRequest.BodyPublishers.ofString("{}")).build()));
        String manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
                "layers":[{"mediaType":"application/wasm","digest":"%s","size":%d}]}""".formatted(config, digest, Files.size(file));
        check(send(HttpRequest.newBuilder(URI.create("http://" + host() + "/v2/" + repository + "/manifests/" + tag))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json").PUT(HttpRequest.BodyPublishers.ofString(manifest)).build()));
        return digest;
    }

    /** The digest of a file's content as registries write it. */
    public static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest post(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host() + path)).POST(HttpRequest.BodyPublishers.noBody()).build();
    }

    private HttpResponse<Void> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.discarding());
    }

    private static void check(HttpResponse<Void> response) throws IOException {
        if (response.statusCode() != 201) {
            throw new IOException("the registry answered " + response.statusCode() + " to " + response.uri());
        }
    }

    /** Kills it without warning ({@code kill -9}). */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    @Override
    public void close() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
