package io.dromedary.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.proxies.ProxiesFixture;
import io.dromedary.testing.CuttableLink;
import io.dromedary.testing.Wait;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cloud on a real PostgreSQL, which goes away under load and comes back. */
class PostgresOutageIT {

    @TempDir
    Path folder;
    private EmbeddedPostgres server;
    private CuttableLink link;
    private BasicDataSource pool;
    private DataDirectory data;
    private EmbeddedDatabase local;
    private ProxiesFixture proxies;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedPostgres.start();
        link = new CuttableLink(server.getPort());
        String url = "jdbc:postgresql://127.0.0.1:" + link.port() + "/postgres";
        pool = new BasicDataSource();
        pool.setUrl(url);
        pool.setUsername("postgres");
        pool.addConnectionProperty("connectTimeout", "5");
        data = DataDirectory.open(folder);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        local.start();
        proxies = new ProxiesFixture(Map.of("dromedary.sql-url", url), Map.of("localDatabase", local.dataSource(), "cloudDatabase", pool),
                "proxies/cloud", "proxies/local");
    }

    @AfterEach
    void stop() throws Exception {
        proxies.close();
        local.stop();
        data.close();
        pool.close();
        link.close();
        server.close();
    }

    private static Map<String, Object> write(String id, Object value) {
        return Map.of("table_name", "t", "filter_key", "id", "filter_value", id, "data", Map.of("v", value));
    }

    private List<?> scan() {
        return (List<?>) proxies.call("cloud/scan-items", Map.of("table_name", "t")).get("data");
    }

    @Test
    void documentsWorkAsOnTheEmbeddedDatabase() {
        proxies.call("cloud/set-item", write("a", "x"));
        proxies.call("cloud/update-item", Map.of("table_name", "t", "key", "a", "updates", Map.of("n", 1.5, "flag", true)));
        Map<String, Object> filter = Map.of("table_name", "t", "filters", Map.of("flag", true, "n", 1.5, "v", "x"));
        assertThat((List<?>) proxies.call("cloud/scan-items", filter).get("data")).hasSize(1);
        assertThat((List<?>) proxies.call("cloud/scan-items", Map.of("table_name", "t", "filters", Map.of("v", "'; DROP TABLE documents; --"))).get("data")).isEmpty();
        assertThat(proxies.call("cloud/delete-item", Map.of("table_name", "t", "key", "a"))).containsKey("success");
        assertThat(scan()).isEmpty();
    }

    @Test
    void noAcknowledgedWriteIsLostWhileTheCloudIsAwayAndTheirOrderIsKept() {
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            if (i == 20) {
                link.cut();
            }
            if (i == 40) {
                link.mend();
            }
            String id = "w" + i;
            if (proxies.call("cloud/set-item", write(id, i)).containsKey("success")) {
                acknowledged.add(id);
            }
            proxies.call("cloud/update-item", write("counter", i));
        }
        assertThat(acknowledged).hasSize(60);
        CloudDatabaseProxy cloud = proxies.bean("cloudProxy", CloudDatabaseProxy.class);
        Wait.until(() -> cloud.waiting() == 0);
        assertThat(scan()).hasSize(61);
        assertThat(proxies.call("cloud/get-item", Map.of("table_name", "t", "key", "counter")).get("data")).extracting("v").isEqualTo(59);
        assertThat(cloud.conflicts()).isZero();
    }

    @Test
    void aWriteThatMeetsAnotherOwnerIsSetAside() throws Exception {
        proxies.call("cloud/set-item", write("shared", 1));
        link.cut();
        assertThat(proxies.call("cloud/update-item", write("shared", 2)).get("data")).isEqualTo(Map.of("updated", true, "queued", true));
        assertThat(proxies.call("cloud/get-item", Map.of("table_name", "t", "key", "shared"))).containsKey("error");
        try (var other = server.getPostgresDatabase().getConnection(); var change = other.createStatement()) {
            change.executeUpdate("UPDATE documents SET body = body || '{\"robot_instance_id\": \"other\"}'::jsonb WHERE key_value = 'shared'");
        }
        link.mend();
        CloudDatabaseProxy cloud = proxies.bean("cloudProxy", CloudDatabaseProxy.class);
        Wait.until(() -> cloud.waiting() == 0);
        assertThat(cloud.conflicts()).isEqualTo(1);
        assertThat(proxies.call("cloud/get-item", Map.of("table_name", "t", "key", "shared"))).isEqualTo(Map.of("error", "Item not found or access denied"));
        assertThat(proxies.call("local/fetch-one", Map.of("sql", "SELECT reason FROM cloud_conflicts")).get("data"))
                .isEqualTo(Map.of("reason", "the item belongs to another machine"));
    }

    @Test
    void theFirstWritersOfManyProcessesMayComeAllAtOnce() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        CountDownLatch together = new CountDownLatch(1);
        List<Future<Object>> written = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String id = "first-" + i;
            SqlDocumentStore store = new SqlDocumentStore(pool, "jdbc:postgresql:", 1 << 20);
            written.add(writers.submit(() -> {
                together.await();
                return store.set(new DocumentKey("t", "id", id), Map.of("id", id));
            }));
        }
        together.countDown();
        for (Future<Object> one : written) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isNotNull();
        }
        writers.shutdown();
    }

    @Test
    void theQueueHasALimit() throws Exception {
        proxies.close();
        proxies = new ProxiesFixture(Map.of("dromedary.sql-url", "jdbc:postgresql://127.0.0.1:" + link.port() + "/postgres", "dromedary.cloud-outbox-size", "3"),
                Map.of("localDatabase", local.dataSource(), "cloudDatabase", pool), "proxies/cloud");
        link.cut();
        for (int i = 0; i < 3; i++) {
            assertThat(proxies.call("cloud/set-item", write("q" + i, i))).containsKey("success");
        }
        assertThat(proxies.call("cloud/set-item", write("q3", 3)).get("error")).asString().contains("3 writes already wait");
    }
}
