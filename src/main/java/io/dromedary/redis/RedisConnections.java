package io.dromedary.redis;

import java.time.Duration;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.JedisPoolConfig;

/** The connections to Redis of components that use Spring's client, such as {@code job} and {@code spring-redis}. */
public final class RedisConnections {

    private static final int CONNECTIONS = 16;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private RedisConnections() {
    }

    /** At most 16 connections, made when first used; each call ends within 2 s. An empty user or password is none. */
    public static RedisConnectionFactory create(String host, int port, int database, String user, String password, boolean tls) {
        RedisStandaloneConfiguration address = new RedisStandaloneConfiguration(host.isEmpty() ? "localhost" : host, port);
        address.setDatabase(database);
        if (!user.isEmpty()) {
            address.setUsername(user);
        }
        if (!password.isEmpty()) {
            address.setPassword(password);
        }
        JedisPoolConfig pool = new JedisPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMaxWait(LIMIT);
        pool.setJmxEnabled(false);
        JedisClientConfiguration.JedisClientConfigurationBuilder client = JedisClientConfiguration.builder().clientName("dromedary")
                .connectTimeout(LIMIT).readTimeout(LIMIT);
        if (tls) {
            client.useSsl();
        }
        JedisConnectionFactory factory = new JedisConnectionFactory(address, client.usePooling().poolConfig(pool).build());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }
}
