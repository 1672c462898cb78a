package io.dromedary.redis;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import redis.clients.jedis.Jedis;

/**
 * Connections for subscriptions. Messages are handled at most 8 at a time, so that they may end in another order than they came; 1000
 * more wait, and when that is not enough nothing is read from the server until one has ended.
 */
public class RedisListeners implements CamelContextAware {

    private static final long RECOVERY_MS = 1000;
    private static final int THREADS = 8;
    private static final int MAX_WAITING = 1000;

    private CamelContext context;
    private RedisSettings settings;
    private JedisConnectionFactory connections;
    private ExecutorService threads;
    private RedisMessageListenerContainer channels;
    private RedisMessageListenerContainer patterns;

    public void setSettings(RedisSettings settings) {
        this.settings = settings;
    }

    /** Makes the beans {@code redisConnections}, {@code redisChannels} and {@code redisPatterns}. Connects when something is subscribed. */
    public void start() {
        if (!settings.isPresent()) {
            return;
        }
        connections = factory(settings);
        connections.afterPropertiesSet();
        connections.start();
        threads = context.getExecutorServiceManager().newThreadPool(this, "redis-message", new ThreadPoolProfileBuilder("redis-message")
                .poolSize(THREADS).maxPoolSize(THREADS).maxQueueSize(MAX_WAITING).rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns).build());
        // Apart: a container that has both forgets one of them when its connection comes back.
        channels = container();
        patterns = container();
        context.getRegistry().bind("redisConnections", connections);
        context.getRegistry().bind("redisChannels", channels);
        context.getRegistry().bind("redisPatterns", patterns);
    }

    private RedisMessageListenerContainer container() {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setRecoveryInterval(RECOVERY_MS);
        container.setTaskExecutor(threads);
        container.setSubscriptionExecutor(new SimpleAsyncTaskExecutor("redis-subscription-"));
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private static JedisConnectionFactory factory(RedisSettings settings) {
        JedisClientConfiguration.JedisClientConfigurationBuilder client = JedisClientConfiguration.builder().clientName("dromedary-listener");
        if (settings.tls()) {
            client.useSsl().sslSocketFactory(settings.tlsSockets());
        }
        if (!settings.unixSocket().isEmpty()) {
            return new UnixSocketFactory(settings, client.build());
        }
        if (!settings.cluster().isEmpty()) {
            return new JedisConnectionFactory(identified(new RedisClusterConfiguration(list(settings.cluster())), settings), client.build());
        }
        if (!settings.sentinels().isEmpty()) {
            return new JedisConnectionFactory(identified(new RedisSentinelConfiguration(settings.master(), Set.copyOf(list(settings.sentinels()))), settings),
                    client.build());
        }
        RedisStandaloneConfiguration one = identified(new RedisStandaloneConfiguration(settings.host(), settings.port()), settings);
        one.setDatabase(settings.database());
        return new JedisConnectionFactory(one, client.build());
    }

    private static <T extends RedisConfiguration.WithPassword & RedisConfiguration> T identified(T configuration, RedisSettings settings) {
        configuration.setPassword(RedisPassword.of(settings.password()));
        if (!settings.user().isEmpty()) {
            configuration.setUsername(settings.user());
        }
        return configuration;
    }

    /** Spring's factory knows hosts and ports only. */
    private static final class UnixSocketFactory extends JedisConnectionFactory {

        private final RedisSettings settings;

        private UnixSocketFactory(RedisSettings settings, JedisClientConfiguration client) {
            super(new RedisStandaloneConfiguration(), client);
            this.settings = settings;
        }

        @Override
        protected Jedis fetchJedisConnector() {
            Jedis connection = settings.unixConnection();
            connection.connect();
            return connection;
        }
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::trim).toList();
    }

    /** Closes all. */
    public void stop() throws Exception {
        if (connections == null) {
            return;
        }
        channels.destroy();
        patterns.destroy();
        connections.destroy();
        context.getExecutorServiceManager().shutdownNow(threads);
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
