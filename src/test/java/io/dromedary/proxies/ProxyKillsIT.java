package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.dromedary.documents.CloudDatabaseProxy;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.ServerProcess;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.commons.dbcp2.BasicDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each server is killed with {@code kill -9} while four writers write through the routes, and started again. What a writer was told to
 * be written must be there in the end, every call must have had exactly one answer, and writing must go on by itself. How long that
 * took is reported, not asserted.
 */
@Timeout(180)
class ProxyKillsIT {

    private static final int WRITERS = 4;
    private static final byte[] LOG = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};

    @TempDir
    Path folder;

    private interface Server {
        void run() throws Exception;
    }

    private interface Writer {
        Map<String, Object> write(int number);
    }

    /** What became of the writes. */
    private static final class Load {
        private final AtomicInteger called = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final Set<String> errors = ConcurrentHashMap.newKeySet();
        private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicLong back = new AtomicLong();
        private final AtomicLong recovered = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

        private void write(Writer writer) {
            while (!over.get()) {
                int number = called.incrementAndGet();
                boolean afterwards = back.get() != 0;
                try {
                    Object error = writer.write(number).get("error");
                    if (error != null) {
                        failed.incrementAndGet();
                        errors.add(String.valueOf(error));
                    } else {
                        acknowledged.add(number);
                        if (afterwards) {
                            recovered.compareAndSet(0, System.nanoTime());
                        }
                    }
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            }
        }

        private long recoveryMillis() {
            return TimeUnit.NANOSECONDS.toMillis(recovered.get() - back.get());
        }
    }

    private static Load writeAcrossAKill(Writer writer, Server kill, Server start) throws Exception {
        Load load = new Load();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Thread thread = new Thread(() -> load.write(writer), "writer-" + i);
            thread.start();
            threads.add(thread);
        }
        try {
            Wait.until(() -> load.acknowledged.size() > 100);
            int before = load.called.get();
            kill.run();
            Wait.until(() -> load.called.get() > before + 2 * WRITERS);
            start.run();
            load.back.set(System.nanoTime());
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> load.recovered.get() != 0);
            int after = load.acknowledged.size();
            Wait.until(() -> load.acknowledged.size() > after + 20);
        } finally {
            load.over.set(true);
            for (Thread thread : threads) {
                thread.join(60_000);
            }
        }
        assertThat(load.thrown).isEmpty();
        assertThat(load.acknowledged.size() + load.failed.get()).as("every call had one answer").isEqualTo(load.called.get());
        return load;
    }

    private static void report(TestReporter reporter, Load load) {
        reporter.publishEntry(Map.of("calls", load.called.toString(), "acknowledged", Integer.toString(load.acknowledged.size()),
                "refused", load.failed.toString(), "recovery ms", Long.toString(load.recoveryMillis()), "errors", load.errors.toString()));
    }

    @Test
    @RequiresPeer("redis-server")
    void redisLosesNothingThatItAcknowledged(TestReporter reporter) throws Exception {
        try (RedisServer server = RedisServer.start(folder.resolve("redis"));
                ProxiesFixture proxies = new ProxiesFixture(Map.of("petal.redis-host", "127.0.0.1", "petal.redis-port", Integer.toString(server.port())),
                        Map.of(), "proxies/redis")) {
            Load load = writeAcrossAKill(number -> proxies.call("redis/hset", Map.of("hash_key", "h", "field", "f" + number, "value", number)),
                    server::kill, server::start);
            Set<Object> there = new HashSet<>(((Map<?, ?>) proxies.call("redis/hgetall", Map.of("hash_key", "h")).get("data")).keySet());
            assertThat(there).containsAll(load.acknowledged.stream().map(number -> (Object) ("f" + number)).toList());
            assertThat(load.failed.get()).isPositive();
            report(reporter, load);
        }
    }

    @Test
    void postgresqlLosesNothingNorDoesTheQueueBeforeIt(TestReporter reporter) throws Exception {
        int port = FreePort.next();
        Path home = folder.resolve("postgres");
        // As servers are by themselves; the one for tests is set to answer before it has written.
        EmbeddedPostgres server = EmbeddedPostgres.builder().setDataDirectory(home.toFile()).setCleanDataDirectory(false).setPort(port)
                .setServerConfig("synchronous_commit", "on").start();
        List<String> command = new ArrayList<>();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        DataDirectory data = DataDirectory.open(folder.resolve("data"));
        EmbeddedDatabase local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        local.start();
        try (BasicDataSource pool = new BasicDataSource()) {
            pool.setUrl(url);
            pool.setUsername("postgres");
            pool.addConnectionProperty("connectTimeout", "5");
            try (ProxiesFixture proxies = new ProxiesFixture(Map.of("dromedary.sql-url", url), Map.of("localDatabase", local.dataSource(), "cloudDatabase", pool),
                    "proxies/cloud", "proxies/local")) {
                Load load = writeAcrossAKill(number -> proxies.call("cloud/set-item", Map.of("table_name", "t", "filter_key", "id", "filter_value", "w" + number,
                        "data", Map.of("n", number))), () -> command.addAll(killTree(home)), () -> again(command, server));
                CloudDatabaseProxy cloud = proxies.bean("cloudProxy", CloudDatabaseProxy.class);
                long drained = System.nanoTime();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> cloud.waiting() == 0);
                Set<Object> there = new HashSet<>();
                ((List<?>) proxies.call("cloud/scan-items", Map.of("table_name", "t")).get("data")).forEach(item -> there.add(((Map<?, ?>) item).get("n")));
                assertThat(there).containsAll(load.acknowledged);
                assertThat(cloud.conflicts()).as("parked").isZero();
                report(reporter, load);
                reporter.publishEntry("queue drained ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - drained)));
            }
        } finally {
            local.stop();
            data.close();
            server.close();
        }
    }

    /** As the first time; root may not run it, hence the name space. */
    private void again(List<String> command, EmbeddedPostgres server) throws IOException {
        List<String> whole = new ArrayList<>("root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of());
        whole.addAll(command);
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(folder.resolve("postgres.log").toFile()).start();
        Wait.until(() -> {
            try (var connection = server.getPostgresDatabase().getConnection()) {
                return connection.isValid(5);
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /** The server and the processes of its connections, which would keep the next one from starting; returns how it was started. */
    private static List<String> killTree(Path home) throws IOException {
        long pid = Long.parseLong(Files.readAllLines(home.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        List<String> command = new ArrayList<>(List.of(server.info().command().orElseThrow()));
        command.addAll(List.of(server.info().arguments().orElseThrow()));
        List<ProcessHandle> all = Stream.concat(Stream.of(server), server.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Wait.until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        return command;
    }

    @Test
    void theS3StoreLosesNoFileAndHoldsNoHalfOne(TestReporter reporter) throws Exception {
        List<ServerProcess> running = new CopyOnWriteArrayList<>(List.of(ServerProcess.start(folder.resolve("store"), "s3")));
        int port = running.get(0).port();
        Properties keys = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve("store/s3/credentials.properties"))) {
            keys.load(reader);
        }
        Path small = Files.write(folder.resolve("small.ulg"), LOG);
        Path large = folder.resolve("large.ulg");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.write(LOG);
            file.setLength(64L << 20);
        }
        Map<String, String> settings = new HashMap<>(Map.of("petal.s3-bucket-name", "flights", "dromedary.s3-endpoint", "http://127.0.0.1:" + port,
                "dromedary.s3-access-key", keys.getProperty("access-key"), "dromedary.s3-secret-key", keys.getProperty("secret-key"),
                "dromedary.s3-encryption", ""));
        try (ProxiesFixture proxies = new ProxiesFixture(settings, Map.of(), "proxies/bucket")) {
            FutureTask<Map<String, Object>> half = new FutureTask<>(() -> proxies.call("bucket/upload-file",
                    Map.of("file_path", large.toString(), "custom_s3_key", "large.ulg")));
            Load load = writeAcrossAKill(number -> proxies.call("bucket/upload-file", Map.of("file_path", small.toString(), "custom_s3_key", "w/" + number + ".ulg")),
                    () -> {
                        new Thread(half, "large").start();
                        TimeUnit.MILLISECONDS.sleep(300); // into the middle of it; wherever it is, the assertions below hold
                        running.get(0).kill9();
                    }, () -> running.add(ServerProcess.start(folder.resolve("store"), "s3", port)));
            boolean stored = half.get(60, TimeUnit.SECONDS).containsKey("success");
            List<?> objects = (List<?>) proxies.call("bucket/list-objects", Map.of()).get("objects");
            Map<Object, Object> sizes = new HashMap<>();
            objects.forEach(object -> sizes.put(((Map<?, ?>) object).get("key"), ((Map<?, ?>) object).get("size")));
            assertThat(sizes).containsAllEntriesOf(expected(load.acknowledged));
            assertThat(sizes.get("large.ulg")).isEqualTo(stored ? (Object) (64L << 20) : sizes.containsKey("large.ulg") ? 64L << 20 : null);
            assertThat(sizes.entrySet().stream().filter(entry -> !entry.getKey().equals("large.ulg"))).allMatch(entry -> entry.getValue().equals((long) LOG.length));
            assertThat(load.failed.get()).isPositive();
            report(reporter, load);
        } finally {
            for (ServerProcess server : running) {
                server.close();
            }
        }
    }

    private static Map<Object, Object> expected(Set<Integer> numbers) {
        Map<Object, Object> sizes = new HashMap<>();
        numbers.forEach(number -> sizes.put("w/" + number + ".ulg", (long) LOG.length));
        return sizes;
    }
}
