package io.dromedary.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** How a Redis is reached. A UNIX socket precedes a cluster, that precedes sentinels, and those precede host and port. The bean {@code redisSettings}. */
public class RedisSettings {

    private static final int CONNECTIONS = 16;
    private static final int LIMIT_MS = 2000;

    private String host = "localhost";
    private int port = 6379;
    private int database;
    private String user = "";
    private String password = "";
    private String unixSocket = "";
    private boolean tls;
    private String authority = "";
    private String sentinels = "";
    private String master = "";
    private String cluster = "";

    /** Empty when there is none. */
    public void setHost(String host) {
        this.host = host;
    }

    public void setPort(int port) {
        this.port = port;
    }

    /** The number of the database; a cluster has only 0. */
    public void setDatabase(int database) {
        this.database = database;
    }

    public void setUser(String user) {
        this.user = user;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    /** A path. */
    public void setUnixSocket(String unixSocket) {
        this.unixSocket = unixSocket;
    }

    public void setTls(boolean tls) {
        this.tls = tls;
    }

    /** A PEM file of certificates we trust; empty for those of the JDK. */
    public void setTlsAuthority(String authority) {
        this.authority = authority;
    }

    /** {@code host:port} of sentinels, divided by commas. */
    public void setSentinels(String sentinels) {
        this.sentinels = sentinels;
    }

    /** The name of the group that the sentinels watch. */
    public void setSentinelMaster(String master) {
        this.master = master;
    }

    /** {@code host:port} of some nodes of a cluster, divided by commas. */
    public void setCluster(String cluster) {
        this.cluster = cluster;
    }

    /** The host, as configured. */
    public String host() {
        return host;
    }

    /** The port, as configured. */
    public int port() {
        return port;
    }

    /** The number of the database. */
    public int database() {
        return database;
    }

    /** Whether keys are on several servers. */
    boolean isCluster() {
        return !cluster.isEmpty();
    }

    String cluster() {
        return cluster;
    }

    String sentinels() {
        return sentinels;
    }

    String master() {
        return master;
    }

    String unixSocket() {
        return unixSocket;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    boolean tls() {
        return tls;
    }

    /** Whether there is a Redis at all. */
    public boolean isPresent() {
        return !host.isEmpty() || !unixSocket.isEmpty() || !sentinels.isEmpty() || !cluster.isEmpty();
    }

    /** Where it is, for reports. */
    public String address() {
        if (!unixSocket.isEmpty()) {
            return "unix:" + unixSocket;
        }
        return !cluster.isEmpty() ? cluster : !sentinels.isEmpty() ? master + "@" + sentinels : host + ":" + port;
    }

    /** A client with at most 16 connections; every call ends within 2 s for the connection and 2 s for the answer. Connects when first used. */
    UnifiedJedis client() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMaxWait(java.time.Duration.ofMillis(LIMIT_MS));
        pool.setJmxEnabled(false);
        if (!unixSocket.isEmpty()) {
            return new UnifiedJedis(new PooledConnectionProvider(new ConnectionFactory(unixSockets(), config()), pool));
        }
        if (!cluster.isEmpty()) {
            return RedisClusterClient.builder().nodes(nodes(cluster)).clientConfig(config()).poolConfig(pool).build();
        }
        if (!sentinels.isEmpty()) {
            return RedisSentinelClient.builder().masterName(master).sentinels(nodes(sentinels)).clientConfig(config()).poolConfig(pool).build();
        }
        return RedisClient.builder().hostAndPort(host, port).clientConfig(config()).poolConfig(pool).build();
    }

    private JedisClientConfig config() {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder().database(cluster.isEmpty() ? database : 0)
                .connectionTimeoutMillis(LIMIT_MS).socketTimeoutMillis(LIMIT_MS).clientName("dromedary");
        if (!user.isEmpty()) {
            config.user(user);
        }
        if (!password.isEmpty()) {
            config.password(password);
        }
        if (tls) {
            config.ssl(true).sslSocketFactory(tlsSockets());
        }
        return config.build();
    }

    /** A connection of its own over the UNIX socket. */
    Jedis unixConnection() {
        return new Jedis(unixSockets(), config());
    }

    private JedisSocketFactory unixSockets() {
        return () -> {
            try {
                AFUNIXSocket socket = AFUNIXSocket.newInstance();
                socket.connect(AFUNIXSocketAddress.of(Path.of(unixSocket)), LIMIT_MS);
                socket.setSoTimeout(LIMIT_MS);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException("Failed to connect to " + unixSocket + ".", e);
            }
        };
    }

    private static Set<HostAndPort> nodes(String list) {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        Arrays.stream(list.split(",")).map(String::trim).filter(text -> !text.isEmpty()).map(HostAndPort::from).forEach(nodes::add);
        return nodes;
    }

    /** Sockets that trust the configured authority. */
    public SSLSocketFactory tlsSockets() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, authority.isEmpty() ? null : trust().getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("Redis TLS file '" + authority + "' cannot be used: " + e.getMessage(), e);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(authority))) {
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
