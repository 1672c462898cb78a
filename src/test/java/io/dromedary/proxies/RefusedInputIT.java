package io.dromedary.proxies;

import static io.dromedary.proxies.ProxiesFixture.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.cli.HttpEngine;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Wait;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no proxy may take, at each of its three doors: a route, HTTP and the bus. Every sender is told what is wrong, and nothing is
 * half done: what the services hold afterwards is what they held before.
 */
class RefusedInputIT {

    private static final byte[] LOG = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};
    private static final String TWO_MEGABYTES = "x".repeat(2_000_000);

    @TempDir
    static Path folder;
    private static DataDirectory data;
    private static EmbeddedRedis redis;
    private static EmbeddedDatabase local;
    private static EmbeddedDatabase cloud;
    private static EmbeddedS3 s3;
    private static ProxiesFixture proxies;
    private static String address;
    private static String before;

    /**
     * @param says what each door's error must contain
     * @param status of the answer over HTTP
     */
    private record Bad(String what, String method, Map<String, Object> parameters, String says, int status) {
        @Override
        public String toString() {
            return what + ": " + method;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder.resolve("data"));
        redis = new EmbeddedRedis(data, 0);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        cloud = new EmbeddedDatabase(data, "cloud", EmbeddedDatabase.Durability.PROCESS);
        s3 = new EmbeddedS3(data, 0, "files");
        redis.start();
        local.start();
        cloud.start();
        s3.start();
        int port = FreePort.next();
        address = "http://127.0.0.1:" + port;
        Map<String, String> settings = new HashMap<>(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", redis.address().split(":")[1],
                "petal.s3-bucket-name", "files", "dromedary.s3-endpoint", "http://" + s3.address(), "dromedary.s3-access-key", s3.accessKey(),
                "dromedary.s3-secret-key", s3.secretKey(), "dromedary.s3-encryption", "", "dromedary.data-dir", folder.toString(),
                "dromedary.transfer-dirs", files().toString(), "camel.server.enabled", "true"));
        settings.put("camel.server.port", Integer.toString(port));
        proxies = new ProxiesFixture(settings, Map.of("platform-http-engine", new HttpEngine(), "localDatabase", local.dataSource(), "cloudDatabase",
                cloud.dataSource()), "bus/bus", "commands/redis/*", "commands/cloud/*", "commands/local/*", "commands/bucket/*", "proxies/redis",
                "proxies/cloud", "proxies/local", "proxies/bucket", "proxies/health", "proxies/http", "file:src/test/resources/routes/bus-heard.camel.yaml");
        proxies.call("local/execute-query", Map.of("sql", "CREATE TABLE a (b INTEGER)"));
        proxies.call("local/insert", Map.of("table", "a", "data", Map.of("b", 7)));
        proxies.call("redis/set", Map.of("key", "there", "value", "1"));
        proxies.call("cloud/put-item", Map.of("table_name", "t", "item", Map.of("id", "there", "v", 1)));
        proxies.call("local/put-item", Map.of("table_name", "t", "item", Map.of("id", "there", "v", 1)));
        write("good.ulg", LOG);
        proxies.call("bucket/upload-file", Map.of("file_path", files().resolve("good.ulg").toString(), "custom_s3_key", "there.ulg"));
        write("empty.ulg");
        write("wrong.ulg", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        write("wrong.bag", LOG);
        write("three-gigabytes.ulg", LOG);
        try (RandomAccessFile large = new RandomAccessFile(files().resolve("three-gigabytes.ulg").toFile(), "rw")) {
            large.setLength(3L << 30); // takes no room on the disk
        }
        before = held();
        assertThat(before).contains("there", "there.ulg", "{b=7}").doesNotContain("error");
    }

    private static Path files() {
        return folder.resolve("transfers");
    }

    private static void write(String name, byte... content) throws Exception {
        Files.createDirectories(files());
        Files.write(files().resolve(name), content);
    }

    @AfterAll
    static void stop() {
        proxies.close();
        Stream.of(redis, local, cloud, s3).forEach(server -> server.stop());
        data.close();
    }

    /** All that the services hold. */
    private static String held() {
        return List.of(proxies.call("redis/scan-keys", Map.of()), proxies.call("redis/get", Map.of("key", "there")),
                proxies.call("cloud/scan-items", Map.of("table_name", "t")), proxies.call("local/scan-items", Map.of("table_name", "t")),
                proxies.call("local/fetch-all", Map.of("sql", "SELECT * FROM a")),
                proxies.call("local/fetch-all", Map.of("sql", "SELECT name FROM sqlite_master ORDER BY name")),
                proxies.call("bucket/list-objects", Map.of())).toString();
    }

    private static Bad bad(String what, String method, String says, int status, Object... parameters) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put((String) parameters[i], parameters[i + 1]);
        }
        return new Bad(what, method, map, says, status);
    }

    static Stream<Bad> list() {
        String table = "a; DROP TABLE a; --";
        Map<String, Object> column = Map.of("b) VALUES (1); DROP TABLE a; --", 1);
        return Stream.of(
                bad("SQL in a table name", "local/insert", "invalid name", 422, "table", table, "data", Map.of("b", 1)),
                bad("SQL in a table name", "local/update", "invalid name", 422, "table", table, "data", Map.of("b", 1), "where", Map.of("b", 7)),
                bad("SQL in a table name", "local/delete", "invalid name", 422, "table", table, "where", Map.of("b", 7)),
                bad("SQL in a table name", "cloud/scan-table", "Invalid table name", 422, "table_name", table),
                bad("SQL in a table name", "cloud/put-item", "Invalid table name", 422, "table_name", "t'; --", "item", Map.of("id", "x")),
                bad("SQL in a column name", "local/insert", "invalid name", 422, "table", "a", "data", column),
                bad("SQL in a column name", "local/update", "invalid name", 422, "table", "a", "data", Map.of("b", 1), "where", Map.of("1=1 OR b", 7)),
                bad("SQL in a column name", "local/delete", "invalid name", 422, "table", "a", "where", Map.of("b\" = 7 OR \"b", 7)),
                bad("SQL in a column name", "cloud/get-item", "invalid", 422, "table_name", "t", "partition_key", "id' OR '1'='1", "partition_value", "x"),
                bad("SQL in a column name", "cloud/scan-items", "invalid", 422, "table_name", "t", "filters",
                        List.of(Map.of("filter_key_name", "v' OR '1'='1", "filter_key_value", 1))),
                bad("a second statement", "local/execute-query", "single statement", 422, "sql", "DELETE FROM a; DROP TABLE a"),
                bad("a change asked for as a query", "local/fetch-one", "sql is no query", 422, "sql", "DELETE FROM a"),
                bad("a change asked for as a query", "local/fetch-all", "sql is no query", 422, "sql", "UPDATE a SET b = 1"),
                bad("a transaction that stays open", "local/execute-query", "not allowed: BEGIN", 422, "sql", "BEGIN IMMEDIATE"),
                bad("a key with ..", "bucket/upload-file", "Invalid custom_s3_key", 422, "file_path", "good.ulg", "custom_s3_key", "a/../x.ulg"),
                bad("a key with ..", "bucket/move-file", "Invalid dest_key", 422, "source_key", "there.ulg", "dest_key", "../x.ulg"),
                bad("a key with ..", "bucket/delete-file", "Invalid s3_key", 422, "s3_key", "x/../there.ulg"),
                bad("a key with ..", "bucket/head-object", "Invalid s3_key", 422, "s3_key", "../there.ulg"),
                bad("a key with ..", "bucket/presign", "Invalid s3_key", 422, "s3_key", "../there.ulg"),
                bad("a key with ..", "bucket/download-file", "Invalid s3_key", 422, "s3_key", "../there.ulg", "local_path", "out.ulg"),
                bad("a file of 3 GB", "bucket/upload-file", "File too large (max 2 GiB)", 422, "file_path", "three-gigabytes.ulg"),
                bad("an empty file", "bucket/upload-file", "File is empty", 422, "file_path", "empty.ulg"),
                bad("a wrong magic number", "bucket/upload-file", "Invalid ULog header", 422, "file_path", "wrong.ulg"),
                bad("a wrong magic number", "bucket/upload-file", "Invalid ROS bag header", 422, "file_path", "wrong.bag"),
                bad("a file that is not there", "bucket/upload-file", "File does not exist", 422, "file_path", "nope.ulg"),
                bad("an object that is not there", "bucket/head-object", "File not found", 404, "s3_key", "nope.ulg"),
                bad("an object that is not there", "bucket/download-file", "Download failed: 404", 404, "s3_key", "nope.ulg", "local_path", "out.ulg"),
                bad("a value of 2 MB", "redis/set", "at most 1048576", 422, "key", "big", "value", TWO_MEGABYTES),
                bad("a value of 2 MB", "redis/rpush", "at most 1048576", 422, "list_key", "big", "value", TWO_MEGABYTES),
                bad("a value of 2 MB", "cloud/put-item", "at most 1048576", 422, "table_name", "t", "item", Map.of("id", "big", "v", TWO_MEGABYTES)),
                bad("a value of 2 MB", "local/update-item", "at most 1048576", 422, "table_name", "t", "key", "there", "data", Map.of("v", TWO_MEGABYTES)),
                bad("binary in a text", "redis/set", "binary data", 422, "key", "there", "value", "a\0b"),
                bad("binary in a text", "redis/set", "binary data", 422, "key", "k\0", "value", "a"),
                bad("half a character", "redis/hset", "binary data", 422, "hash_key", "h", "field", "f", "value", "\ud800"),
                bad("binary in a text", "redis/publish", "binary data", 422, "channel", "c", "message", "a\0b"),
                bad("binary in a text", "cloud/put-item", "binary data", 422, "table_name", "t", "item", Map.of("id", "bin", "v", List.of("a\0b"))),
                bad("binary in a text", "local/insert", "binary data", 422, "table", "a", "data", Map.of("b", "a\0b")),
                bad("binary in a text", "bucket/upload-file", "binary data", 422, "file_path", "good\0.ulg"),
                bad("an unknown field", "redis/set", "Unknown parameter 'px'", 422, "key", "there", "value", "2", "px", 5),
                bad("an unknown field", "cloud/put-item", "Unknown parameter 'tabel'", 422, "table_name", "t", "tabel", 1, "item", Map.of("id", "x")),
                bad("an unknown field", "local/delete", "Unknown parameter 'limit'", 422, "table", "a", "where", Map.of("b", 7), "limit", 1),
                bad("an unknown field", "bucket/delete-file", "Unknown parameter 'force'", 422, "s3_key", "there.ulg", "force", true),
                bad("a batch of which one item is wrong", "cloud/batch-write", "lacks the field 'id'", 422, "table_name", "t", "items",
                        List.of(Map.of("id", "first"), Map.of("name", "no id"))),
                bad("a path of the device that nobody may name", "bucket/upload-file", "outside the folders", 422, "file_path", "/etc/passwd"));
    }

    @ParameterizedTest
    @MethodSource("list")
    void isRefusedAtEveryDoorAndChangesNothing(Bad bad) throws Exception {
        if (!bad.says.contains("outside the folders")) { // a route may name any file
            assertThat(proxies.call(bad.method, absolute(bad.parameters)).get("error")).asString().contains(bad.says);
        }
        HttpResponse<String> answer = post(bad.method, bad.parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(bad.status);
        assertThat(JSON.readTree(answer.body()).get("detail").asText()).contains(bad.says);
        JsonNode reply = overTheBus(bad.method, bad.parameters);
        boolean large = bad.what.equals("a value of 2 MB"); // no message may be that long, whatever it holds
        assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("error");
        assertThat(reply.path("error_code").asText()).as(reply.toString()).isEqualTo(large ? "MESSAGE_TOO_LARGE" : bad.status == 404 ? "PROXY_ERROR" : "VALIDATION_ERROR");
        // An unknown field is found by the command's schema, which has words of its own.
        assertThat(large ? bad.says : reply.path("message").asText()).contains(bad.says.replace("Unknown parameter ", ""));
        assertThat(held()).isEqualTo(before);
        assertThat(files().resolve("out.ulg")).doesNotExist();
    }

    /** Relative paths are those of callers from outside. */
    private static Map<String, Object> absolute(Map<String, Object> parameters) {
        Map<String, Object> absolute = new LinkedHashMap<>(parameters);
        for (String name : List.of("file_path", "local_path")) {
            absolute.computeIfPresent(name, (key, path) -> String.valueOf(path).indexOf('\0') >= 0 ? path : files().resolve(String.valueOf(path)).toString());
        }
        return absolute;
    }

    private static HttpResponse<String> post(String method, Map<String, Object> parameters) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address + "/proxies/" + method)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(parameters))).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode overTheBus(String method, Map<String, Object> parameters) throws Exception {
        String id = UUID.randomUUID().toString();
        proxies.template().sendBody("seda:command-dispatch?waitForTaskToComplete=Never", JSON.writeValueAsBytes(Map.of("waitResponse", true, "messageId", id,
                "deviceId", "Instance-" + ProxiesFixture.MACHINE, "command", method, "timestamp", "2026-01-01T00:00:00.000Z", "payload", parameters)));
        MockEndpoint bus = proxies.context().getEndpoint("mock:bus", MockEndpoint.class);
        Wait.until(() -> bus.getReceivedExchanges().stream().anyMatch(exchange -> reply(exchange).path("messageId").asText().equals(id)));
        return bus.getReceivedExchanges().stream().map(RefusedInputIT::reply).filter(reply -> reply.path("messageId").asText().equals(id)).findFirst().orElseThrow();
    }

    private static JsonNode reply(Exchange exchange) {
        try {
            return JSON.readTree(exchange.getMessage().getBody(byte[].class));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "5", "{", "{\"key\": \"there\"} more", "{\"key\": \"there\"}{}"})
    void aBodyThatIsNoJsonObjectIsRefused(String body) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address + "/proxies/redis/get"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(JSON.readTree(answer.body()).get("detail").asText()).startsWith("The body ").doesNotContain("java.");
    }

    /** The path says which method it is, whatever the body holds. */
    @Test
    void theBodyOfARequestSteersNothing() throws Exception {
        HttpResponse<String> link = post("bucket/presign", Map.of("s3_key", "there.ulg", "method", "PUT"));
        assertThat(link.statusCode()).as(link.body()).isEqualTo(200);
        assertThat(JSON.readTree(link.body()).get("method").asText()).isEqualTo("PUT");
        assertThat(post("bucket/presign", Map.of("s3_key", "there.ulg", "method", "DELETE")).statusCode()).isEqualTo(422);
        assertThat(post("redis/get", Map.of("key", "there", "proxy", "bucket", "method", "delete-file")).statusCode()).isEqualTo(422);
        assertThat(post("redis/get?proxy=bucket&method=delete", Map.of("key", "there")).statusCode()).isEqualTo(200);
        assertThat(post("redis/list_online_applications", Map.of()).statusCode()).isEqualTo(200);
        assertThat(post("redis/listeners", Map.of()).statusCode()).isEqualTo(404);
        assertThat(held()).isEqualTo(before);
    }
}
