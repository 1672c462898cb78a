package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class EmbeddedS3IT {

    @TempDir
    Path temp;

    @Test
    void storesGetsListsAndDeletesObjects() {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
            store.start();
            try (S3Client s3 = client(store, store.secretKey())) {
                s3.putObject(r -> r.bucket("flights").key("2026/a b.ulg").metadata(java.util.Map.of("vehicle", "7")), text("0123456789"));
                assertThat(s3.getObjectAsBytes(r -> r.bucket("flights").key("2026/a b.ulg")).asUtf8String()).isEqualTo("0123456789");
                assertThat(s3.getObjectAsBytes(r -> r.bucket("flights").key("2026/a b.ulg").range("bytes=2-4")).asUtf8String()).isEqualTo("234");
                assertThat(s3.headObject(r -> r.bucket("flights").key("2026/a b.ulg")).metadata()).containsEntry("vehicle", "7");
                assertThat(s3.listObjectsV2(r -> r.bucket("flights").prefix("2026/")).contents()).extracting(S3Object::key)
                        .containsExactly("2026/a b.ulg");
                s3.deleteObject(r -> r.bucket("flights").key("2026/a b.ulg"));
                assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("flights").key("2026/a b.ulg")))
                        .isInstanceOf(NoSuchKeyException.class);
            }
        }
    }

    @Test
    void refusesAWrongSecret() {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
            store.start();
            try (S3Client s3 = client(store, "wrong")) {
                assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket("flights"))).isInstanceOfSatisfying(S3Exception.class,
                        e -> assertThat(e.statusCode()).isEqualTo(403));
            }
        }
    }

    @Test
    void keepsItsCredentialsForItsOwnerOnly() throws Exception {
        String secret;
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
            store.start();
            secret = store.secretKey();
        }
        Path file = temp.resolve("s3/credentials.properties");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
            store.start();
            assertThat(store.secretKey()).isEqualTo(secret).hasSize(40);
        }
        Files.writeString(file, "access-key=only");
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
            assertThatThrownBy(store::start).isInstanceOf(StartRefused.class).hasMessageContaining("lacks access-key or secret-key");
        }
    }

    @Test
    void keepsObjectsOverAKill() throws Exception {
        try (ServerProcess process = ServerProcess.start(temp, "s3")) {
            try (S3Client s3 = client(process.firstLine())) {
                s3.putObject(r -> r.bucket("flights").key("log"), text("kept"));
            }
            process.kill9();
        }
        try (ServerProcess process = ServerProcess.start(temp, "s3"); S3Client s3 = client(process.firstLine())) {
            assertThat(s3.getObjectAsBytes(r -> r.bucket("flights").key("log")).asUtf8String()).isEqualTo("kept");
        }
    }

    /** The store writes beside the object and renames; the half one is neither listed nor kept, one that is named so is. */
    @Test
    void removesWhatAKilledStoreHadNotFinished() throws Exception {
        String named = "log-b967c429-93ac-4cd4-a721-e2b7ba9f7be3";
        try (DataDirectory data = DataDirectory.open(temp)) {
            try (EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
                store.start();
                try (S3Client s3 = client(store, store.secretKey())) {
                    s3.putObject(r -> r.bucket("flights").key(named), text("whole"));
                }
            }
            Files.writeString(temp.resolve("s3/objects/flights/log-0b67c429-93ac-4cd4-a721-e2b7ba9f7be3"), "ha");
            try (EmbeddedS3 store = new EmbeddedS3(data, 0, "flights")) {
                store.start();
                try (S3Client s3 = client(store, store.secretKey())) {
                    assertThat(s3.listObjectsV2(r -> r.bucket("flights")).contents()).extracting(S3Object::key).containsExactly(named);
                }
            }
        }
    }

    private S3Client client(String address) throws Exception {
        var credentials = new java.util.Properties();
        try (var reader = Files.newBufferedReader(temp.resolve("s3/credentials.properties"))) {
            credentials.load(reader);
        }
        return client(address, credentials.getProperty("access-key"), credentials.getProperty("secret-key"));
    }

    private static S3Client client(EmbeddedS3 store, String secret) {
        return client(store.address(), store.accessKey(), secret);
    }

    private static S3Client client(String address, String accessKey, String secretKey) {
        return S3Client.builder().endpointOverride(URI.create("http://" + address)).forcePathStyle(true).region(Region.of(EmbeddedS3.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey))).build();
    }

    private static RequestBody text(String text) {
        return RequestBody.fromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
