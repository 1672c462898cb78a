package io.dromedary.bucket;

import static io.dromedary.proxies.ProxiesFixture.MACHINE;
import static io.dromedary.proxies.ProxiesFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.proxies.ProxiesFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket's methods on the embedded S3, their answers against those recorded from the reference. */
class BucketContractTest {

    private static final byte[] ULOG = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};

    @TempDir
    static Path folder;
    private static DataDirectory data;
    private static EmbeddedS3 store;
    private static ProxiesFixture proxies;
    private static JsonNode recording;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder.resolve("data"));
        store = new EmbeddedS3(data, 0, "edge-logs");
        store.start();
        proxies = new ProxiesFixture(settings(Map.of("dromedary.s3-access-key", store.accessKey(), "dromedary.s3-secret-key", store.secretKey())),
                Map.of(), "proxies/bucket");
        recording = ProxiesFixture.golden("s3_bucket");
    }

    private static Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new java.util.HashMap<>(Map.of("petal.s3-bucket-name", "edge-logs",
                "dromedary.s3-endpoint", "http://" + store.address(), "dromedary.s3-region", EmbeddedS3.REGION, "dromedary.s3-encryption", ""));
        settings.putAll(more);
        return settings;
    }

    @AfterAll
    static void stop() {
        proxies.close();
        store.stop();
        data.close();
    }

    private static String file(String name, byte[] head, int size) throws Exception {
        Path file = Files.createDirectories(folder.resolve("files")).resolve(name);
        return Files.write(file, Arrays.copyOf(head, Math.max(size, head.length))).toString();
    }

    private static String log(String name) throws Exception {
        return file(name, ULOG, 108);
    }

    /** The recorded result with what varies from run to run taken out of both. */
    private static void isAsRecorded(String call, JsonNode ours) {
        assertThat(plain(ours)).as(call).isEqualTo(plain(step(recording, call).get("result")));
    }

    private static JsonNode plain(JsonNode result) {
        ObjectNode copy = result.deepCopy();
        copy.remove(List.of("url", "objects", "next_continuation_token"));
        String text = copy.toString().replaceAll("\\d{8}_\\d{6}_[0-9a-f-]{36}", "TIME_UUID").replaceAll("\"last_modified\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00\"",
                "\"last_modified\":\"WHEN\"").replaceAll("\"upload-timestamp\":\"\\d+\"", "\"upload-timestamp\":\"WHEN\"").replaceAll("\"local_path\":\"[^\"]*/dl/", "\"local_path\":\"<TMP>/dl/");
        try {
            return ProxiesFixture.JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void storesAsRecorded() throws Exception {
        isAsRecorded("upload_file(ok.ulg)", proxies.json("bucket/upload-file", Map.of("file_path", log("ok.ulg"))));
        isAsRecorded("upload_file(ok.ulg, custom_filename='renamed.ulg')", proxies.json("bucket/upload-file",
                Map.of("file_path", log("ok.ulg"), "custom_filename", "renamed.ulg")));
        isAsRecorded("upload_file(ok.ulg, custom_s3_key='flights/2026/01/07/flight_001.ulg')", proxies.json("bucket/upload-file",
                Map.of("file_path", log("ok.ulg"), "custom_s3_key", "flights/2026/01/07/flight_001.ulg")));
        isAsRecorded("head_object('flights/2026/01/07/flight_001.ulg')", proxies.json("bucket/head-object", Map.of("s3_key", "flights/2026/01/07/flight_001.ulg")));
        isAsRecorded("upload_file(ok.bag)", proxies.json("bucket/upload-file", Map.of("file_path", file("ok.bag", "#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII), 13))));
        isAsRecorded("upload_file(ok.ulg, custom_s3_key='any.txt')", proxies.json("bucket/upload-file", Map.of("file_path", log("ok.ulg"), "custom_s3_key", "any.txt")));
        isAsRecorded("download_file('any.txt')", proxies.json("bucket/download-file", Map.of("s3_key", "any.txt", "local_path", folder + "/x")));
    }

    /** The list's keys and times are those of this run; its fields, sizes and order of fields are the recorded ones. */
    @Test
    void storesListsFetchesAndDeletesUnderAutomaticNamesAsRecorded() throws Exception {
        JsonNode stored = proxies.json("bucket/upload-file", Map.of("file_path", file("UP.ULG", ULOG, 9)));
        isAsRecorded("upload_file(UP.ULG)", stored);
        String key = stored.get("s3_key").asText();
        JsonNode all = proxies.json("bucket/list-files", Map.of("prefix", "flight-logs/"));
        JsonNode recorded = step(recording, "list_files()").get("result");
        assertThat(all.fieldNames()).toIterable().containsAll(recorded::fieldNames);
        assertThat(all.get("files").findValuesAsText("key")).contains(key);
        assertThat(all.get("files").get(0).fieldNames()).toIterable().containsExactlyElementsOf(recorded.get("files").get(0)::fieldNames);
        proxies.json("bucket/upload-file", Map.of("file_path", log("ok.ulg")));
        JsonNode page = proxies.json("bucket/list-files", Map.of("prefix", "flight-logs/", "max_keys", 1));
        JsonNode recordedPage = step(recording, "list_files(prefix='flight-logs/', max_keys=1)").get("result");
        assertThat(page.get("total_count")).isEqualTo(recordedPage.get("total_count"));
        assertThat(page.get("is_truncated")).isEqualTo(recordedPage.get("is_truncated"));
        assertThat(page.get("prefix")).isEqualTo(recordedPage.get("prefix"));
        isAsRecorded("list_files(prefix='flights/')  # always under the machine id", proxies.json("bucket/list-files", Map.of("prefix", "flights/")));
        JsonNode fetched = proxies.json("bucket/download-file", Map.of("s3_key", key, "local_path", folder + "/dl-auto/out.ulg"));
        assertThat(fetched.fieldNames()).toIterable().containsExactlyElementsOf(step(recording, "download_file(auto key)").get("result")::fieldNames);
        assertThat(folder.resolve("dl-auto/out.ulg")).hasSize(9);
        JsonNode deleted = proxies.json("bucket/delete-file", Map.of("s3_key", key));
        JsonNode recordedDeleted = step(recording, "delete_file(auto key)").get("result");
        assertThat(deleted.fieldNames()).toIterable().containsExactlyElementsOf(recordedDeleted::fieldNames);
        assertThat(deleted.get("message")).isEqualTo(recordedDeleted.get("message"));
        assertThat(proxies.json("bucket/list-files", Map.of("prefix", "flight-logs/")).get("files").findValuesAsText("key")).doesNotContain(key);
    }

    @Test
    void refusesAsRecorded() throws Exception {
        byte[] version0 = ULOG.clone();
        version0[7] = 0;
        isAsRecorded("upload_file(ver0.ulg)", upload(file("ver0.ulg", version0, 9)));
        isAsRecorded("upload_file(bad.bag)", upload(file("bad.bag", "nonsense".getBytes(StandardCharsets.US_ASCII), 8)));
        isAsRecorded("upload_file(empty.ulg)", upload(file("empty.ulg", new byte[0], 0)));
        isAsRecorded("upload_file(missing.ulg)", upload(folder + "/missing.ulg"));
        isAsRecorded("upload_file(x.txt)", upload(file("x.txt", ULOG, 9)));
        isAsRecorded("upload_file(x.txt, custom_filename='x.ulg')", proxies.json("bucket/upload-file",
                Map.of("file_path", file("x.txt", ULOG, 9), "custom_filename", "x.ulg")));
    }

    private static JsonNode upload(String file) {
        return proxies.json("bucket/upload-file", Map.of("file_path", file));
    }

    @Test
    void refusesAFileOfThreeGigabytes() throws Exception {
        String file = log("large.ulg");
        try (RandomAccessFile large = new RandomAccessFile(file, "rw")) {
            large.setLength(3L << 30); // takes no room on the disk
        }
        assertThat(upload(file).get("error").asText()).isEqualTo("File validation failed: File too large (max 2 GiB)");
        Files.delete(Path.of(file));
    }

    @Test
    void movesDeletesAndFetchesAsRecorded() throws Exception {
        proxies.call("bucket/upload-file", Map.of("file_path", log("ok.ulg"), "custom_s3_key", "flights/2026/01/07/flight_001.ulg"));
        isAsRecorded("move_file('flights/2026/01/07/flight_001.ulg','archive/2026/f.ulg')", proxies.json("bucket/move-file",
                Map.of("source_key", "flights/2026/01/07/flight_001.ulg", "dest_key", "archive/2026/f.ulg")));
        isAsRecorded("head_object of the moved file (metadata kept?)", proxies.json("bucket/head-object", Map.of("key", "archive/2026/f.ulg")));
        isAsRecorded("move_file onto itself", proxies.json("bucket/move-file", Map.of("source_key", "archive/2026/f.ulg", "dest_key", "archive/2026/f.ulg")));
        isAsRecorded("head_object after moving onto itself", proxies.json("bucket/head-object", Map.of("s3_key", "archive/2026/f.ulg")));
        isAsRecorded("delete_file('nope.ulg')", proxies.json("bucket/delete-file", Map.of("s3_key", "nope.ulg")));
        isAsRecorded("head_object('nope.ulg')", proxies.json("bucket/head-object", Map.of("s3_key", "nope.ulg")));
        isAsRecorded("move_file of a missing key", proxies.json("bucket/move-file", Map.of("source_key", "nope.ulg", "dest_key", "b.ulg")));
        isAsRecorded("download_file('nope.ulg')", proxies.json("bucket/download-file", Map.of("s3_key", "nope.ulg", "local_path", folder + "/dl/out.ulg")));
        assertThat(folder.resolve("dl")).doesNotExist();
        JsonNode got = proxies.json("bucket/download-file", Map.of("s3_key", "archive/2026/f.ulg", "local_path", folder + "/dl/out.ulg"));
        assertThat(got.get("file_size").asInt()).isEqualTo(108);
        assertThat(folder.resolve("dl/out.ulg")).hasSize(108);
    }

    @Test
    void listsAllPagesOrOne() throws Exception {
        for (int i = 0; i < 3; i++) {
            proxies.call("bucket/upload-file", Map.of("file_path", log("ok.ulg"), "custom_s3_key", MACHINE + "/pages/" + i + ".ulg"));
        }
        JsonNode first = proxies.json("bucket/list-files", Map.of("prefix", "pages/", "max_keys", 2));
        assertThat(first.get("is_truncated").asBoolean()).isTrue();
        assertThat(first.get("files")).hasSize(2).isEqualTo(first.get("objects"));
        JsonNode second = proxies.json("bucket/list-files", Map.of("prefix", "pages/", "continuation_token", first.get("next_continuation_token").asText()));
        assertThat(second.get("files")).hasSize(1);
        assertThat(second.get("is_truncated").asBoolean()).isFalse();
        assertThat(proxies.json("bucket/list-objects", Map.of("prefix", MACHINE + "/pages/")).get("total_count").asInt()).isEqualTo(3);
        assertThat(proxies.json("bucket/list-files", Map.of("prefix", "flights/")).get("prefix").asText()).isEqualTo(MACHINE + "/flights/");
    }

    @Test
    void aLinkWorksWithoutCredentials() throws Exception {
        proxies.call("bucket/upload-file", Map.of("file_path", log("ok.ulg"), "custom_s3_key", "links/a b+ü&=.ulg"));
        String link = proxies.json("bucket/presign", Map.of("s3_key", "links/a b+ü&=.ulg", "expires_in", 60)).get("url").asText();
        HttpResponse<byte[]> got = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).hasSize(108);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.ulg", "a/../../b.ulg", "/a.ulg", "a\nb.ulg", "a/./b.ulg"})
    void refusesAKeyThatClimbs(String key) throws Exception {
        assertThat(proxies.json("bucket/upload-file", Map.of("file_path", log("ok.ulg"), "custom_s3_key", key)).get("error").asText()).startsWith("Invalid custom_s3_key");
        assertThat(proxies.json("bucket/delete-file", Map.of("s3_key", key)).get("error").asText()).startsWith("Invalid s3_key");
        assertThat(proxies.json("bucket/move-file", Map.of("source_key", "a.ulg", "dest_key", key)).get("error").asText()).startsWith("Invalid dest_key");
    }

    @Test
    void saysThatTheKeyIsNotAccepted() throws Exception {
        try (ProxiesFixture wrong = new ProxiesFixture(settings(Map.of("dromedary.s3-access-key", store.accessKey(), "dromedary.s3-secret-key", "wrong")), Map.of(),
                "proxies/bucket")) {
            assertThat(wrong.json("bucket/upload-file", Map.of("file_path", log("ok.ulg"))).get("error").asText()).startsWith("Upload failed: ");
        }
    }
}
