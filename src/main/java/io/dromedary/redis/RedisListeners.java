package io.dromedary.redis;

import java.util.Arrays;
import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Connections for subscriptions, by the settings of the proxy. A UNIX socket is not served here: the library has none. */
public class RedisListeners implements CamelContextAware {

    private static final long RECOVERY_MS = 1000;

    private CamelContext context;
    private RedisProxy proxy;
    private JedisConnectionFactory connections;
    private RedisMessageListenerContainer container;

    public void setProxy(RedisProxy proxy) {
        this.proxy = proxy;
    }

    /** Makes the beans {@code redisConnections} and {@code redisListeners}. Connects when something is subscribed. */
    public void start() {
        connections = factory(proxy.settings());
        connections.afterPropertiesSet();
        connections.start();
        container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setRecoveryInterval(RECOVERY_MS);
        container.afterPropertiesSet();
        container.start();
        context.getRegistry().bind("redisConnections", connections);
        context.getRegistry().bind("redisListeners", container);
    }

    private static JedisConnectionFactory factory(RedisSettings settings) {
        JedisClientConfiguration.JedisClientConfigurationBuilder client = JedisClientConfiguration.builder().clientName("dromedary-listener");
        if (settings.tls()) {
            client.useSsl();
        }
        RedisPassword password = RedisPassword.of(settings.password());
        if (!settings.cluster().isEmpty()) {
            RedisClusterConfiguration cluster = new RedisClusterConfiguration(list(settings.cluster()));
            cluster.setPassword(password);
            return new JedisConnectionFactory(cluster, client.build());
        }
        if (!settings.sentinels().isEmpty()) {
            RedisSentinelConfiguration group = new RedisSentinelConfiguration(settings.master(), java.util.Set.copyOf(list(settings.sentinels())));
            group.setPassword(password);
            return new JedisConnectionFactory(group, client.build());
        }
        RedisStandaloneConfiguration one = new RedisStandaloneConfiguration(settings.host(), settings.port());
        one.setDatabase(settings.database());
        one.setPassword(password);
        return new JedisConnectionFactory(one, client.build());
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::trim).toList();
    }

    /** Closes all. */
    public void stop() throws Exception {
        container.destroy();
        connections.destroy();
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
