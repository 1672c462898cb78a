package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

import org.apache.camel.support.cluster.AbstractCamelClusterService;
import redis.clients.jedis.UnifiedJedis;

/**
 * Camel's cluster service over locks in Redis: of all instances that ask for a namespace one is the leader. A lock ends unless its
 * holder renews it; a holder that could not do so in time ceases to lead by its own clock.
 */
public class RedisClusterService extends AbstractCamelClusterService<RedisClusterView> {

    private final Supplier<UnifiedJedis> redis;
    private final String prefix;
    private final Duration lease;
    private final byte[] holder = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);

    /**
     * Makes a service.
     *
     * @param redis  asked for when it is needed; null as long as there is none
     * @param prefix of the locks' keys
     * @param lease  how long a lock is held without being renewed
     */
    public RedisClusterService(Supplier<UnifiedJedis> redis, String prefix, Duration lease) {
        super("redis");
        this.redis = redis;
        this.prefix = prefix;
        this.lease = lease;
    }

    @Override
    protected RedisClusterView createView(String namespace) {
        return new RedisClusterView(this, namespace, redis, (prefix + namespace).getBytes(StandardCharsets.UTF_8), holder, lease);
    }
}
