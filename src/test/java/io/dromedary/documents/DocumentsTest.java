package io.dromedary.documents;

import static io.dromedary.proxies.ProxiesFixture.MACHINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.proxies.ProxiesFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents and SQL on the embedded databases, through the routes. */
class DocumentsTest {

    @TempDir
    static Path folder;
    private static DataDirectory data;
    private static EmbeddedDatabase local;
    private static EmbeddedDatabase cloud;
    private static ProxiesFixture proxies;

    @BeforeAll
    static void start() throws Exception {
        data = DataDirectory.open(folder);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        cloud = new EmbeddedDatabase(data, "cloud", EmbeddedDatabase.Durability.POWER_LOSS);
        local.start();
        cloud.start();
        proxies = new ProxiesFixture(Map.of("petal.local-db-host", ""), Map.of("localDatabase", local.dataSource(), "cloudDatabase", cloud.dataSource()),
                "proxies/cloud", "proxies/local");
    }

    @AfterAll
    static void stop() {
        proxies.close();
        local.stop();
        cloud.stop();
        data.close();
    }

    private static Map<String, Object> document(String table, String id, Map<String, Object> fields) {
        return Map.of("table_name", table, "filter_key", "id", "filter_value", id, "data", fields);
    }

    private static Object get(String side, String table, String id) {
        return proxies.call(side + "/get-item", Map.of("table_name", table, "partition_key", "id", "partition_value", id)).get("data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloud", "local"})
    void setReplacesAndUpdateMergesAndDeleteMarks(String side) {
        assertThat(proxies.call(side + "/set-item", document("one", "a", Map.of("x", 1, "y", List.of("z")))))
                .isEqualTo(Map.of("data", Map.of("updated", true), "success", true));
        proxies.call(side + "/update-item", document("one", "a", Map.of("x", 2)));
        assertThat(get(side, "one", "a")).isEqualTo(Map.of("id", "a", "x", 2, "y", List.of("z"), "robot_instance_id", MACHINE));
        proxies.call(side + "/set-item", document("one", "a", Map.of("n", 1.5)));
        assertThat(get(side, "one", "a")).isEqualTo(Map.of("id", "a", "n", 1.5, "robot_instance_id", MACHINE));
        proxies.call(side + "/delete-item", Map.of("table_name", "one", "filter_key", "id", "filter_value", "a"));
        assertThat(proxies.call(side + "/get-item", Map.of("table_name", "one", "key", "a")))
                .isEqualTo(Map.of("error", "Item not found or has been deleted"));
        assertThat(proxies.call(side + "/scan-items", Map.of("table_name", "one")).get("data")).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloud", "local"})
    void filtersByTypeAndValue(String side) {
        for (Map<String, Object> item : List.<Map<String, Object>>of(Map.of("id", "1", "v", 5), Map.of("id", "2", "v", "5"), Map.of("id", "3", "v", true),
                Map.of("id", "4", "v", 1), Map.of("id", "5", "v", 5.0))) {
            proxies.call(side + "/put-item", Map.of("table_name", "types", "item", item));
        }
        assertThat(ids(side, 5)).containsExactly("1", "5");
        assertThat(ids(side, "5")).containsExactly("2");
        assertThat(ids(side, true)).containsExactly("3");
        assertThat(ids(side, 1)).containsExactly("4");
        assertThat(ids(side, "' OR 1=1 --")).isEmpty();
    }

    private static List<Object> ids(String side, Object value) {
        List<?> items = (List<?>) proxies.call(side + "/scan-table", Map.of("table_name", "types",
                "filters", List.of(Map.of("filter_key_name", "v", "filter_key_value", value)))).get("data");
        return items.stream().map(item -> (Object) ((Map<?, ?>) item).get("id")).toList();
    }

    @Test
    void twoWritersOfDifferentFieldsBothSucceed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                String field = "f" + writer;
                writers.add(threads.submit(() -> {
                    for (int i = 1; i <= 25; i++) {
                        assertThat(proxies.call("local/update-item", document("race", "r", Map.of(field, i)))).containsKey("success");
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(get("local", "race", "r")).isEqualTo(Map.of("id", "r", "robot_instance_id", MACHINE, "f0", 25, "f1", 25, "f2", 25, "f3", 25));
    }

    @Test
    void aBatchIsWrittenWholeOrNotAtAll() {
        assertThat(proxies.call("cloud/batch-write", Map.of("table_name", "batch", "items", List.of(Map.of("id", "a"), Map.of("id", "b")))))
                .containsEntry("data", Map.of("updated", true, "written", 2));
        assertThat(proxies.call("cloud/batch-write", Map.of("table_name", "batch", "items", List.of(Map.of("id", "c"), Map.of("name", "no id")))))
                .isEqualTo(Map.of("error", "The item lacks the field 'id'"));
        assertThat(get("cloud", "batch", "c")).isEqualTo(Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x; DROP TABLE documents", "a\"b", "täble", "", "a/../b", "a b"})
    void refusesATableNameThatIsNone(String table) {
        assertThat(proxies.call("local/scan-items", Map.of("table_name", table)).get("error")).asString()
                .containsAnyOf("Invalid table name", "table_name is required");
        assertThat(proxies.call("local/insert", Map.of("table", table, "data", Map.of("a", 1))).get("error")).asString()
                .containsAnyOf("invalid name", "table is required");
    }

    @Test
    void refusesWhatIsNotADocument() {
        assertThat(proxies.call("local/set-item", document("bad", "a", Map.of("v", "x".repeat(2_000_000)))).get("error")).asString()
                .contains("at most 1048576 are allowed");
        assertThat(proxies.call("local/set-item", document("bad", "a", Map.of("v", "a\0b"))).get("error")).asString().contains("binary data");
        assertThat(proxies.call("local/set-item", Map.of("table_name", "bad", "tabel", 1)).get("error")).asString().contains("Unknown parameter 'tabel'");
        assertThat(proxies.call("local/scan-items", Map.of("table_name", "bad", "filters", List.of(Map.of("filter_key_name", "a' OR '1'='1",
                "filter_key_value", 1)))).get("error")).asString().contains("invalid");
        assertThat(get("local", "bad", "a")).isEqualTo(Map.of());
    }

    @Test
    void runsStatementsWithBoundParameters() {
        proxies.call("local/execute-query", Map.of("sql", "CREATE TABLE IF NOT EXISTS flights (id TEXT PRIMARY KEY, minutes INTEGER)"));
        assertThat(proxies.call("local/insert", Map.of("table", "flights", "data", Map.of("id", "x'); DROP TABLE flights; --", "minutes", 3))))
                .extractingByKey("data").asString().contains("rows_affected=1");
        assertThat(proxies.call("local/update", Map.of("table", "flights", "data", Map.of("minutes", 4), "where", Map.of("minutes", 3)))
                .get("data")).isEqualTo(Map.of("rows_affected", 1));
        assertThat(proxies.call("local/fetch-one", Map.of("sql", "SELECT minutes FROM flights WHERE id = ?", "params", List.of("x'); DROP TABLE flights; --")))
                .get("data")).isEqualTo(Map.of("minutes", 4));
        assertThat(proxies.call("local/fetch-all", Map.of("sql", "SELECT * FROM flights")).get("data")).asList().hasSize(1);
        assertThat(proxies.call("local/delete", Map.of("table", "flights", "where", Map.of("minutes", 4))).get("data"))
                .isEqualTo(Map.of("rows_affected", 1));
        assertThat(proxies.call("local/fetch-one", Map.of("sql", "SELECT * FROM flights"))).containsEntry("data", null).containsEntry("success", true);
    }

    @Test
    void refusesStatementsThatAreMoreThanOneOrReachElsewhere() {
        assertThat(proxies.call("local/execute-query", Map.of("sql", "SELECT 1; DROP TABLE documents")).get("error")).isEqualTo("sql must be a single statement");
        assertThat(proxies.call("local/execute-query", Map.of("sql", "ATTACH '/etc/x' AS y")).get("error")).isEqualTo("This statement is not allowed: ATTACH");
        assertThat(proxies.call("local/fetch-all", Map.of("sql", "SELECT ?")).get("error")).isEqualTo("sql has 1 placeholders, but 0 values were given");
        assertThat(proxies.call("local/delete", Map.of("table", "documents", "where", Map.of())).get("error")).isEqualTo("where must have at least one field");
        assertThat(proxies.call("local/execute-query", Map.of("sql", "SELEC")).get("error")).asString().startsWith("Request failed: ");
    }

    /** 1e999999999 in a body of JSON is read as an infinity, which JSON does not have. */
    @ParameterizedTest
    @ValueSource(strings = {"cloud", "local"})
    void numbersOutOfRangeAreRefused(String side) {
        double endless = Double.parseDouble("1e999999999");
        for (Object value : new Object[] {endless, -endless, List.of(Map.of("deep", endless)), Double.NaN}) {
            assertThat(proxies.call(side + "/set-item", document("range", "a", Map.of("v", value))))
                    .isEqualTo(Map.of("error", "The item cannot be written as JSON: a number is out of range"));
        }
        assertThat(get(side, "range", "a")).isEqualTo(Map.of());
        proxies.call(side + "/set-item", document("range", "b", Map.of("v", 5)));
        Map<String, Object> filter = Map.of("filter_key_name", "v", "filter_key_value", endless);
        assertThat(proxies.call(side + "/scan-items", Map.of("table_name", "range", "filters", List.of(filter))))
                .isEqualTo(Map.of("error", "filter_key_value is out of range"));
        assertThat(proxies.call(side + "/get-item", Map.of("table_name", "range", "key", endless)).get("error").toString()).endsWith(" is out of range");
    }

    @Test
    void sqlParametersOutOfRangeAreRefused() {
        assertThat(proxies.call("local/fetch-one", Map.of("sql", "SELECT ? AS v", "params", List.of(Double.POSITIVE_INFINITY))))
                .isEqualTo(Map.of("error", "A value is out of range"));
    }

    /** A cloud of another make may hold numbers beyond ours. */
    @Test
    void aStoredNumberOutOfRangeMeetsNoConditionAndBreaksNone() {
        assertThat(Documents.meets(Documents.read("{\"v\": 1e999999999}"), List.of(new DocumentStore.Filter("v", 5)))).isFalse();
    }
}
