package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.oci.FakeRegistry.Layer;
import io.dromedary.oci.OciException.Kind;

/** What a transfer does when the registry behaves, and when it does not. */
@Timeout(60)
class OciRegistryTest {

    private static final List<Platform> PLATFORMS = List.of(new Platform("wasi", "wasm", null), new Platform("linux", "arm64", null));
    private static final List<Duration> QUICK = List.of(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(5));

    private FakeRegistry fake;
    private OciRegistry registry;

    @BeforeEach
    void start() throws IOException {
        fake = FakeRegistry.start();
        use(settings());
    }

    @AfterEach
    void stop() {
        registry.close();
        fake.close();
    }

    private RegistrySettings settings() {
        return fake.settings().withTimes(Duration.ofSeconds(2), Duration.ofSeconds(2), QUICK, Duration.ofSeconds(2));
    }

    private void use(RegistrySettings settings) {
        if (registry != null) {
            registry.close();
        }
        registry = new OciRegistry(settings);
    }

    private OciArtifact resolve(String rest) throws OciException {
        return registry.resolve(OciReference.parse(fake.host() + "/" + rest), PLATFORMS);
    }

    private byte[] fetch(String rest) throws IOException {
        try (OciContent blob = resolve(rest).open()) {
            return blob.readAllBytes();
        }
    }

    private void assertFails(Kind kind, String rest) {
        assertThatThrownBy(() -> fetch(rest)).isInstanceOfSatisfying(OciException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    static byte[] data(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    @Test
    void asksForTheManifestTheDigestAndTheBlob() throws IOException {
        byte[] content = data(700_000);
        String manifest = fake.push("wasm/app", "latest", content);
        OciArtifact artifact = resolve("wasm/app");
        assertThat(artifact.size()).isEqualTo(content.length);
        assertThat(artifact.manifestDigest()).isEqualTo(manifest);
        assertThat(artifact.mediaType()).isEqualTo("application/wasm");
        try (OciContent blob = artifact.open()) {
            assertThat(blob.readAllBytes()).isEqualTo(content);
            assertThat(blob.read()).isEqualTo(-1);
        }
        assertThat(fake.lines()).containsExactly("HEAD /v2/wasm/app/manifests/latest", "GET /v2/wasm/app/manifests/" + manifest,
                "GET /v2/wasm/app/blobs/" + artifact.digest());
        assertThat(fake.requests()).allSatisfy(request -> assertThat(request.authorization()).isNull());
    }

    @Test
    void honoursTagAndDigest() throws IOException {
        String first = fake.push("wasm/app", "v1", data(10));
        fake.push("wasm/app", "latest", data(20));
        assertThat(fetch("wasm/app:v1")).hasSize(10);
        assertThat(fetch("wasm/app@" + first)).hasSize(10);
        assertThat(fetch("wasm/app:latest@" + first)).hasSize(10);
        assertThat(fetch("wasm/app")).hasSize(20);
    }

    @Test
    void takesTheLargestLayerWhateverItsType() throws IOException {
        fake.push("wasm/app", "latest", new Layer("application/wasm", data(5)), new Layer("application/vnd.oci.image.layer.v1.tar+gzip", data(9)),
                new Layer("text/plain", new byte[9]));
        assertThat(fetch("wasm/app")).isEqualTo(data(9));
    }

    @Test
    void refusesAnArtifactWithoutContent() {
        fake.push("wasm/empty", "latest", new byte[0]);
        assertFails(Kind.NO_LAYER, "wasm/empty");
    }

    @Test
    void selectsThePlatformOfAnIndexInTheOrderOfPreference() throws IOException {
        String arm = fake.push("wasm/app", null, data(11));
        String wasm = fake.push("wasm/app", null, data(12));
        String entry = "{\"digest\":\"%s\",\"size\":1,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}";
        fake.pushManifest("wasm/app", "latest", "application/vnd.oci.image.index.v1+json",
                "{\"manifests\":[" + entry.formatted(arm, "linux", "arm64") + "," + entry.formatted(wasm, "wasi", "wasm") + "]}");
        assertThat(fetch("wasm/app")).hasSize(12);
        fake.pushManifest("wasm/app", "other", "application/vnd.oci.image.index.v1+json",
                "{\"manifests\":[" + entry.formatted(arm, "linux", "s390x") + "," + entry.formatted(wasm, "linux", "ppc64le") + "]}");
        assertFails(Kind.NO_PLATFORM, "wasm/app:other");
        fake.pushManifest("wasm/app", "single", "application/vnd.oci.image.index.v1+json",
                "{\"manifests\":[" + entry.formatted(arm, "linux", "s390x") + "]}");
        assertThat(fetch("wasm/app:single")).hasSize(11);
    }

    @Test
    void refusesAnIndexOfIndexesWithoutEnd() {
        String inner = fake.push("wasm/app", null, data(1));
        for (int i = 0; i < 3; i++) {
            inner = fake.pushManifest("wasm/app", "latest", "application/vnd.oci.image.index.v1+json",
                    "{\"manifests\":[{\"digest\":\"" + inner + "\",\"size\":1}]}");
        }
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
    }

    @ParameterizedTest
    @CsvSource({"401, UNAUTHORIZED", "403, DENIED", "404, NOT_FOUND", "429, RATE_LIMITED", "503, REGISTRY_UNAVAILABLE", "418, INVALID_RESPONSE"})
    void saysWhatTheRegistryAnswered(int status, Kind kind) {
        fake.push("wasm/app", "latest", data(1));
        fake.fault(Integer.MAX_VALUE, request -> true, FakeRegistry.status(status, "no"));
        assertFails(kind, "wasm/app");
        int tries = status == 429 || status == 503 ? QUICK.size() + 1 : 1;
        assertThat(fake.lines()).hasSize(tries);
    }

    @ParameterizedTest
    @ValueSource(ints = {202, 204, 300, 304})
    void takesNoOtherAnswerForContent(int status) {
        fake.push("wasm/app", "latest", data(5));
        fake.fault(Integer.MAX_VALUE, FakeRegistry.blob(), exchange -> {
            exchange.sendResponseHeaders(status, -1);
            return true;
        });
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
        assertThat(fake.lines()).hasSize(3);
    }

    @Test
    void triesAgainAfterAServerErrorOfAnyRequest() throws IOException {
        fake.push("wasm/app", "latest", data(100));
        fake.fault(2, FakeRegistry.manifest("HEAD"), FakeRegistry.status(503, ""));
        fake.fault(1, FakeRegistry.manifest("GET"), FakeRegistry.status(500, ""));
        fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(429, "", "Retry-After", "0"));
        assertThat(fetch("wasm/app")).isEqualTo(data(100));
        assertThat(fake.lines()).hasSize(7);
    }

    @Test
    void obeysRetryAfterOfTooManyRequests() throws IOException {
        fake.push("wasm/app", "latest", data(1));
        fake.fault(1, FakeRegistry.manifest("HEAD"), FakeRegistry.status(429, "", "Retry-After", "1"));
        long start = System.nanoTime();
        fetch("wasm/app");
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(850));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "[]", "null", "{\"layers\":5}", "{\"layers\":[{\"size\":5,\"digest\":\"sha256:x\"}]}", "{\"layers\":[{\"size\":5}]}", "{\"layers\":[7]}", ""})
    void refusesAManifestThatIsNone(String json) {
        fake.pushManifest("wasm/app", "latest", "application/vnd.oci.image.manifest.v1+json", json);
        assertThatThrownBy(() -> fetch("wasm/app")).isInstanceOfSatisfying(OciException.class,
                e -> assertThat(e.kind()).isIn(Kind.INVALID_RESPONSE, Kind.NO_LAYER));
    }

    @Test
    void refusesAManifestThatDoesNotHaveItsDigest() {
        fake.push("wasm/app", "latest", data(1));
        fake.fault(1, FakeRegistry.manifest("GET"), FakeRegistry.status(200, "{\"layers\":[]}"));
        assertFails(Kind.DIGEST_MISMATCH, "wasm/app");
    }

    @Test
    void refusesWhatIsLargerThanAllowed() {
        fake.push("wasm/app", "latest", data(1000));
        use(settings().withLimits(100, 1_000_000));
        assertFails(Kind.TOO_LARGE, "wasm/app");
        use(settings().withLimits(100_000, 999));
        assertFails(Kind.TOO_LARGE, "wasm/app");
    }

    @Test
    void holdsBackTheLastByteOfAWrongBlob() throws IOException {
        fake.push("wasm/app", "latest", data(100_000));
        fake.fault(1, FakeRegistry.blob(), fake.corrupted());
        byte[] got = new byte[100_000];
        int count = 0;
        try (OciContent blob = resolve("wasm/app").open()) {
            while (true) {
                int n = blob.read(got, count, Math.min(1000, got.length - count));
                count += n;
            }
        } catch (OciException e) {
            assertThat(e.kind()).isEqualTo(Kind.DIGEST_MISMATCH);
        }
        assertThat(count).isLessThan(100_000);
    }

    @Test
    void refusesABlobOfAnotherLength() {
        fake.push("wasm/app", "latest", data(100));
        fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(200, "short"));
        assertFails(Kind.DIGEST_MISMATCH, "wasm/app");
    }

    @Test
    void resumesACutBlobAtTheMissingByte() throws IOException {
        byte[] content = data(1_000_000);
        fake.push("wasm/app", "latest", content);
        fake.fault(3, FakeRegistry.blob(), fake.cutAfter(300_000));
        assertThat(fetch("wasm/app")).isEqualTo(content);
        assertThat(fake.requests()).filteredOn(request -> request.path().contains("/blobs/")).extracting(FakeRegistry.Request::range)
                .hasSize(4).satisfies(ranges -> {
                    assertThat(ranges.get(0)).isNull();
                    assertThat(ranges.subList(1, 4)).allMatch(range -> range.matches("bytes=[1-9]\\d*-"));
                });
    }

    @Test
    void resumesAtARegistryWithoutRanges() throws IOException {
        byte[] content = data(1_000_000);
        fake.push("wasm/app", "latest", content);
        fake.withoutRanges();
        fake.fault(1, FakeRegistry.blob(), fake.cutAfter(300_000));
        assertThat(fetch("wasm/app")).isEqualTo(content);
    }

    @Test
    void refusesAnswersWithAnotherRange() {
        fake.push("wasm/app", "latest", data(1000));
        fake.fault(1, FakeRegistry.blob(), fake.cutAfter(300));
        fake.fault(2, FakeRegistry.blob(), FakeRegistry.status(206, "x", "Content-Range", "bytes 5-5/1000"));
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
    }

    @Test
    void readsTheWholeAgainWhereTheRegistryRefusesTheRest() throws IOException {
        byte[] content = data(1_000_000);
        fake.push("wasm/app", "latest", content);
        fake.fault(1, FakeRegistry.blob(), fake.cutAfter(300_000));
        fake.fault(Integer.MAX_VALUE, request -> request.range() != null, FakeRegistry.status(416, "{}"));
        assertThat(fetch("wasm/app")).isEqualTo(content);
    }

    @Test
    void readsAManifestAgainWhoseConnectionBroke() throws IOException {
        byte[] content = data(1000);
        fake.push("wasm/app", "latest", content);
        fake.fault(2, FakeRegistry.manifest("GET"), exchange -> {
            exchange.sendResponseHeaders(200, 5000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            throw new IOException("cut on purpose");
        });
        assertThat(fetch("wasm/app")).isEqualTo(content);
    }

    @Test
    void asksAgainWhenTheConnectionBreaksBeforeTheAnswer() throws IOException {
        byte[] content = data(1000);
        fake.push("wasm/app", "latest", content);
        fake.fault(2, FakeRegistry.manifest("GET"), exchange -> {
            throw new IOException("cut on purpose");
        });
        assertThat(fetch("wasm/app")).isEqualTo(content);
    }

    @Test
    void givesUpWhenNoNewByteComes() {
        fake.push("wasm/app", "latest", data(1000));
        use(fake.settings().withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1), QUICK, Duration.ofMillis(600)));
        fake.fault(1, FakeRegistry.blob(), fake.cutAfter(300));
        fake.fault(Integer.MAX_VALUE, FakeRegistry.blob(), FakeRegistry.status(503, ""));
        assertFails(Kind.REGISTRY_UNAVAILABLE, "wasm/app");
    }

    @Test
    void noticesASilentRegistry() {
        CountDownLatch never = new CountDownLatch(1);
        fake.push("wasm/app", "latest", data(1000));
        use(fake.settings().withTimes(Duration.ofSeconds(1), Duration.ofMillis(300), QUICK, Duration.ofMillis(100)));
        fake.fault(Integer.MAX_VALUE, FakeRegistry.blob(), exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().flush();
            never.await(20, TimeUnit.SECONDS);
            return true;
        });
        assertFails(Kind.TIMEOUT, "wasm/app");
        never.countDown();
    }

    @Test
    void isStoppedWhileItWaits() throws Exception {
        fake.fault(Integer.MAX_VALUE, request -> true, FakeRegistry.status(503, ""));
        use(fake.settings().withTimes(Duration.ofSeconds(1), Duration.ofSeconds(5), List.of(Duration.ofSeconds(50)), Duration.ofSeconds(1)));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> running = thread.submit(() -> fetch("wasm/app"));
            await().atMost(Duration.ofSeconds(10)).until(() -> fake.requests().size() == 1);
            registry.close();
            assertThatThrownBy(() -> running.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(OciException.class);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void saysThatNobodyListensWithoutTryingAgain() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        use(settings().withPlainHttp(Set.of("localhost:" + port)));
        assertThatThrownBy(() -> registry.resolve(OciReference.parse("localhost:" + port + "/a"), PLATFORMS))
                .isInstanceOfSatisfying(OciException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REGISTRY_UNAVAILABLE));
    }

    @Test
    void survivesBytesThatAreNotHttp() throws Exception {
        try (ServerSocket garbage = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = garbage.accept()) {
                    socket.getOutputStream().write("\u0000\u0001garbage\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // the client may close first
                }
            });
            thread.start();
            use(settings().withPlainHttp(Set.of("localhost:" + garbage.getLocalPort())));
            assertThatThrownBy(() -> registry.resolve(OciReference.parse("localhost:" + garbage.getLocalPort() + "/a"), PLATFORMS))
                    .isInstanceOfSatisfying(OciException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REGISTRY_UNAVAILABLE));
            thread.join(5000);
        }
    }

    @Test
    void speaksHttpsUnlessAskedOtherwise() {
        use(settings().withPlainHttp(Set.of("localhost:1")));
        assertFails(Kind.REGISTRY_UNAVAILABLE, "wasm/app");
        assertThat(fake.requests()).isEmpty();
    }

    @Test
    void logsInWithAPassword() throws IOException {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBasic("user", "secret");
        use(settings().with(new RegistryCredentials(fake.host(), "user", "secret", null)));
        assertThat(fetch("wasm/app")).hasSize(5);
        assertThat(fake.requests().get(0).authorization()).isNull();
        assertThat(fake.lines()).hasSize(4);
    }

    @Test
    void doesNotRepeatAWrongPassword() {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBasic("user", "secret");
        use(settings().with(new RegistryCredentials(fake.host(), "user", "wrong", null)));
        assertThatThrownBy(() -> fetch("wasm/app")).hasMessageNotContaining("wrong");
        assertThat(fake.lines()).hasSize(2);
    }

    @Test
    void showsCredentialsOnlyToTheirRegistry() {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBasic("user", "secret");
        use(settings().with(new RegistryCredentials("other.example", "user", "secret", null)));
        assertFails(Kind.UNAUTHORIZED, "wasm/app");
        assertThat(fake.requests()).allSatisfy(request -> assertThat(request.authorization()).isNull());
    }

    @Test
    void fetchesATokenAnonymouslyOrWithAPassword() throws IOException {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBearer("http://" + fake.host() + "/token", "t0ken");
        fake.fault(Integer.MAX_VALUE, request -> request.path().startsWith("/token"), FakeRegistry.status(200, "{\"access_token\":\"t0ken\"}"));
        assertThat(fetch("wasm/app")).hasSize(5);
        use(settings().with(new RegistryCredentials(fake.host(), "user", "secret", null)));
        assertThat(fetch("wasm/app")).hasSize(5);
        assertThat(fake.requests()).filteredOn(request -> request.path().startsWith("/token")).extracting(FakeRegistry.Request::authorization)
                .hasSize(2).satisfies(shown -> {
                    assertThat(shown.get(0)).isNull();
                    assertThat(shown.get(1)).startsWith("Basic ");
                });
        assertThat(fake.lines()).anySatisfy(line -> assertThat(line)
                .isEqualTo("GET /token?service=fake+service&scope=repository%3Awasm%2Fapp%3Apull"));
    }

    @Test
    void sendsAnAccessTokenAsItIs() throws IOException {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBearer("https://nowhere.invalid/token", "t0ken");
        use(settings().with(new RegistryCredentials(fake.host(), "", "", "t0ken")));
        assertThat(fetch("wasm/app")).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{}", "{\"token\":\"a\\r\\nX: y\"}", "{\"token\":\"\"}"})
    void refusesATokenThatIsNone(String answer) {
        fake.requireBearer("http://" + fake.host() + "/token", "t0ken");
        fake.fault(Integer.MAX_VALUE, request -> request.path().startsWith("/token"), FakeRegistry.status(200, answer));
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"token\":\"\",\"access_token\":\"t0ken\"}", "{\"token\":\"other\",\"access_token\":\"t0ken\"}",
        "{\"token\":\"t0ken\",\"access_token\":null}", "{\"token\":\"t0ken\",\"access_token\":\"\"}"})
    void takesTheTokenUnderEitherName(String answer) throws IOException {
        fake.push("wasm/app", "latest", data(5));
        fake.requireBearer("http://" + fake.host() + "/token", "t0ken");
        fake.fault(Integer.MAX_VALUE, request -> request.path().startsWith("/token"), FakeRegistry.status(200, answer));
        assertThat(fetch("wasm/app")).hasSize(5);
    }

    @Test
    void followsATokenServiceThatMovedAndShowsThePasswordToNobodyElse() throws IOException {
        try (FakeRegistry elsewhere = FakeRegistry.start()) {
            fake.push("wasm/app", "latest", data(5));
            fake.requireBearer("http://" + fake.host() + "/token", "t0ken");
            fake.fault(1, request -> request.path().startsWith("/token?"), FakeRegistry.status(307, "", "Location", "/token/again"));
            fake.fault(1, request -> request.path().startsWith("/token/"), FakeRegistry.status(307, "", "Location", "http://" + elsewhere.host() + "/"));
            elsewhere.fault(1, request -> true, FakeRegistry.status(200, "{\"token\":\"t0ken\"}"));
            use(settings().withPlainHttp(Set.of(fake.host(), elsewhere.host())).with(new RegistryCredentials(fake.host(), "user", "secret", null)));
            assertThat(fetch("wasm/app")).hasSize(5);
            assertThat(fake.requests()).filteredOn(request -> request.path().startsWith("/token/")).hasSize(1)
                    .allSatisfy(request -> assertThat(request.authorization()).startsWith("Basic "));
            assertThat(elsewhere.requests()).hasSize(1).allSatisfy(request -> assertThat(request.authorization()).isNull());
        }
    }

    @Test
    void asksForEachScopeByItself() throws IOException {
        fake.push("wasm/app", "latest", data(5));
        fake.fault(1, request -> request.path().startsWith("/v2/"), FakeRegistry.status(401, "{}", "WWW-Authenticate",
                "Bearer realm=\"http://" + fake.host() + "/token\",scope=\"repository:a:pull repository:b:pull\""));
        fake.fault(1, request -> request.path().startsWith("/token"), FakeRegistry.status(200, "{\"token\":\"t0ken\"}"));
        assertThat(fetch("wasm/app")).hasSize(5);
        assertThat(fake.lines()).contains("GET /token?scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull");
    }

    @Test
    void asksNoTokenServiceOverPlainHttpThatWasNotAllowed() {
        fake.requireBearer("http://127.0.0.1:1/token", "t0ken");
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
    }

    @Test
    void dropsCredentialsWhenTheBlobLiesElsewhere() throws IOException {
        byte[] content = data(50_000);
        try (FakeRegistry elsewhere = FakeRegistry.start()) {
            fake.push("wasm/app", "latest", content);
            elsewhere.push("wasm/app", "latest", content);
            fake.requireBasic("user", "secret");
            fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(307, "", "Location",
                    "http://" + elsewhere.host() + "/v2/wasm/app/blobs/" + FakeRegistry.digest(content)));
            use(settings().withPlainHttp(Set.of(fake.host(), elsewhere.host())).with(new RegistryCredentials(fake.host(), "user", "secret", null)));
            assertThat(fetch("wasm/app")).isEqualTo(content);
            assertThat(elsewhere.requests()).hasSize(1).allSatisfy(request -> assertThat(request.authorization()).isNull());
        }
    }

    @Test
    void showsNoCredentialsToWhoeverAnswersInsteadWhenItAsksForTheStatus() throws IOException {
        try (FakeRegistry elsewhere = FakeRegistry.start()) {
            elsewhere.requireBearer("http://" + elsewhere.host() + "/token", "t0ken");
            fake.fault(Integer.MAX_VALUE, request -> true, FakeRegistry.status(307, "", "Location", "http://" + elsewhere.host() + "/v2/"));
            use(settings().withPlainHttp(Set.of(fake.host(), elsewhere.host())).with(new RegistryCredentials(fake.host(), "user", "secret", null)));
            assertThatThrownBy(() -> registry.status(fake.host())).isInstanceOfSatisfying(OciException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED));
            assertThat(elsewhere.requests()).hasSize(1).allSatisfy(request -> assertThat(request.authorization()).isNull());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP://LOCALHOST:%d/v2/wasm/app/blobs/%s", "http://localhost:%d/v2/wasm/app/blobs/%s?sig=a|b"})
    void followsAnAddressAsServersWriteIt(String location) throws IOException {
        fake.push("wasm/app", "latest", data(5));
        int port = Integer.parseInt(fake.host().replaceFirst(".*:", ""));
        fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(307, "", "Location", location.formatted(port, FakeRegistry.digest(data(5)))));
        assertThat(fetch("wasm/app")).hasSize(5);
    }

    @Test
    void refusesRedirectionsThatDegradeOrNeverEnd() {
        fake.push("wasm/app", "latest", data(5));
        fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(302, "", "Location", "http://127.0.0.1:1/x"));
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
        fake.fault(Integer.MAX_VALUE, FakeRegistry.blob(), FakeRegistry.status(302, "", "Location", "/again/blobs/"));
        assertFails(Kind.INVALID_RESPONSE, "wasm/app");
    }

    @Test
    void hidesSecretsInItsText() {
        assertThat(new RegistryCredentials("r", "user", "secret", "t0ken").toString()).doesNotContain("secret", "t0ken");
    }
}
