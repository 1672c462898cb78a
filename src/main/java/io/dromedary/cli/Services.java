package io.dromedary.cli;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedMqtt;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.embedded.EmbeddedServer;
import io.dromedary.embedded.ServerKeeper;
import io.dromedary.embedded.StartRefused;
import org.apache.commons.dbcp2.BasicDataSource;

/**
 * Starts the backing services that flows use and nobody has given an address for, all at the same time, and tells the routes
 * where they are.
 */
final class Services implements AutoCloseable {

    private static final String DEFAULT_BUCKET = "dromedary";
    private static final int MAX_SQL_CONNECTIONS = 16;

    private final Settings settings;
    private final DataDirectory data;
    private final Map<String, EmbeddedServer> running = new LinkedHashMap<>();
    private final List<Future<?>> starting = new ArrayList<>();
    private final Properties properties = new Properties();
    private final Map<String, Object> beans = new LinkedHashMap<>();
    private BasicDataSource sqlPool;
    private ServerKeeper keeper;

    Services(Settings settings, DataDirectory data) {
        this.settings = settings;
        this.data = data;
    }

    /**
     * Begins to start what is needed; addresses are known at once, and {@link #await()} waits until all can be used.
     *
     * @param needed names of services: {@code broker} (of the bus), {@code mqtt} (of the proxy), {@code redis}, {@code s3}, {@code sql}
     * @throws StartRefused if a port is taken, among others
     */
    void start(Set<String> needed) {
        Map<String, EmbeddedServer> wanted = wanted(needed);
        wanted.values().forEach(EmbeddedServer::claim);
        running.putAll(wanted);
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, wanted.size()));
        wanted.values().forEach(server -> starting.add(threads.submit(server::start)));
        threads.shutdown();
        tellRoutes();
        if (needed.contains("sql")) {
            settings.value("DROMEDARY_SQL_URL").ifPresent(this::sqlServer);
        }
        properties.setProperty("dromedary.local-database", !isSetAny("PETAL_LOCAL_DB_HOST", "PETAL_LOCAL_DB_PORT") ? "embedded"
                : settings.isAbsent("PETAL_LOCAL_DB_HOST") ? "none" : "http");
        if (settings.isAbsent("DROMEDARY_S3_ENDPOINT") || settings.isAbsent("PETAL_SESSION_TOKEN_URL") && !settings.isSet("DROMEDARY_S3_ENDPOINT")) {
            properties.setProperty("petal.s3-bucket-name", "");
        }
    }

    /** A pool that connects when it is first used: the server may be away at the start. */
    private void sqlServer(String url) {
        BasicDataSource pool = new BasicDataSource();
        pool.setUrl(url);
        settings.value("DROMEDARY_SQL_USERNAME").ifPresent(pool::setUsername);
        settings.value("DROMEDARY_SQL_PASSWORD").ifPresent(pool::setPassword);
        pool.setMaxTotal(MAX_SQL_CONNECTIONS);
        pool.setMaxIdle(MAX_SQL_CONNECTIONS);
        pool.setMaxWait(Duration.ofSeconds(10));
        pool.addConnectionProperty("connectTimeout", "5");
        pool.addConnectionProperty("loginTimeout", "10");
        pool.addConnectionProperty("socketTimeout", "30");
        pool.setJmxName(null);
        sqlPool = pool;
        beans.put("cloudDatabase", pool);
        properties.setProperty("dromedary.sql-url", url);
    }

    private Map<String, EmbeddedServer> wanted(Set<String> needed) {
        Map<String, EmbeddedServer> wanted = new LinkedHashMap<>();
        boolean bus = needed.contains("broker") && !settings.isSet("DROMEDARY_MQTT_URL");
        boolean proxy = needed.contains("mqtt") && !settings.isSet("PROXY_MQTT_ADDRESS") && !settings.isSet("PROPLET_MQTT_ADDRESS");
        if (bus || proxy) {
            wanted.put("mqtt", new EmbeddedMqtt(data, settings.port(EmbeddedMqtt.PORT_SETTING, EmbeddedMqtt.DEFAULT_PORT)));
        }
        if (needed.contains("redis") && !isSetAny("PETAL_REDIS_HOST", "PETAL_REDIS_UNIX_SOCKET_PATH", "DROMEDARY_REDIS_SENTINELS", "DROMEDARY_REDIS_CLUSTER")) {
            wanted.put("redis", new EmbeddedRedis(data, settings.port(EmbeddedRedis.PORT_SETTING, EmbeddedRedis.DEFAULT_PORT)));
        }
        if (needed.contains("s3") && !settings.isSet("DROMEDARY_S3_ENDPOINT") && !settings.isSet("PETAL_SESSION_TOKEN_URL")) {
            wanted.put("s3", new EmbeddedS3(data, settings.port(EmbeddedS3.PORT_SETTING, EmbeddedS3.DEFAULT_PORT),
                    settings.value("PETAL_S3_BUCKET_NAME", DEFAULT_BUCKET)));
        }
        if (needed.contains("sql")) {
            wanted.put("local-db", new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS));
            // Also beside a data API: writes that wait for the cloud are kept in it.
            if (!isSetAny("PETAL_CLOUD_ENDPOINT", "DROMEDARY_SQL_URL")) {
                wanted.put("cloud-db", new EmbeddedDatabase(data, "cloud", EmbeddedDatabase.Durability.POWER_LOSS));
            }
        }
        return wanted;
    }

    private boolean isSetAny(String... names) {
        return Arrays.stream(names).anyMatch(settings::isSet);
    }

    /**
     * Returns once clients can use what was started.
     *
     * @throws StartRefused with the first problem
     */
    void await() {
        StartRefused problem = null;
        for (Future<?> start : starting) {
            try {
                start.get();
            } catch (ExecutionException e) {
                StartRefused refused = e.getCause() instanceof StartRefused known ? known : new StartRefused(e.getCause().toString(), e.getCause());
                problem = problem == null ? refused : problem;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problem = new StartRefused("Interrupted while the embedded servers were starting.");
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    /** From now on starts what has ended by itself again. */
    void keep() {
        keeper = new ServerKeeper(running.values());
    }

    private void tellRoutes() {
        running.forEach((name, server) -> {
            if (server instanceof EmbeddedMqtt) {
                embeddedBroker("tcp://" + server.address());
            } else if (server instanceof EmbeddedRedis) {
                properties.setProperty("petal.redis-host", host(server));
                properties.setProperty("petal.redis-port", port(server));
            } else if (server instanceof EmbeddedS3 s3) {
                properties.setProperty("dromedary.s3-endpoint", "http://" + server.address());
                properties.setProperty("dromedary.s3-region", EmbeddedS3.REGION);
                properties.setProperty("dromedary.s3-access-key", s3.accessKey());
                properties.setProperty("dromedary.s3-secret-key", s3.secretKey());
                properties.setProperty("petal.s3-bucket-name", s3.bucket());
                // It knows none.
                properties.setProperty("dromedary.s3-encryption", "");
            } else if (server instanceof EmbeddedDatabase database) {
                beans.put(name.equals("local-db") ? "localDatabase" : "cloudDatabase", database.dataSource());
            }
        });
    }

    private void embeddedBroker(String url) {
        if (!settings.isSet("DROMEDARY_MQTT_URL")) {
            properties.setProperty("dromedary.mqtt-url", url);
        }
        if (!settings.isSet("PROXY_MQTT_ADDRESS") && !settings.isSet("PROPLET_MQTT_ADDRESS")) {
            properties.setProperty("proxy.mqtt-address", url);
        }
    }

    private static String host(EmbeddedServer server) {
        return server.address().substring(0, server.address().lastIndexOf(':'));
    }

    private static String port(EmbeddedServer server) {
        return server.address().substring(server.address().lastIndexOf(':') + 1);
    }

    /** Properties that say where the embedded servers are. */
    Properties properties() {
        return properties;
    }

    /** Objects that routes refer to by name, such as data sources. */
    Map<String, Object> beans() {
        return beans;
    }

    /** Address per embedded server, by name. */
    Map<String, String> addresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        running.forEach((name, server) -> addresses.put(name, server.address()));
        return addresses;
    }

    /** Stops all, the last one started first. A server that still starts is waited for: a process of its own would be left behind. */
    @Override
    public void close() {
        try {
            await();
        } catch (StartRefused e) {
            // Told to whoever started it; the others are stopped all the same.
        }
        if (keeper != null) {
            keeper.close();
        }
        List<EmbeddedServer> servers = new ArrayList<>(running.values());
        Collections.reverse(servers);
        servers.forEach(EmbeddedServer::stop);
        running.clear();
        if (sqlPool != null) {
            try {
                sqlPool.close();
            } catch (SQLException e) {
                throw new IllegalStateException("The connections to the SQL server did not close in order", e);
            }
        }
    }
}
