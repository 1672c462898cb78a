package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.support.cluster.AbstractCamelClusterView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** One lock of a {@link RedisClusterService}, and whether we hold it. Only we ourselves are known as a member. */
final class RedisClusterView extends AbstractCamelClusterView {

    private static final Logger LOG = LoggerFactory.getLogger(RedisClusterView.class);
    private static final byte[] LOCK = Scripts.read("lock");
    private static final byte[] UNLOCK = Scripts.read("unlock");
    private static final int TRIES_PER_LEASE = 5;

    private final Supplier<UnifiedJedis> redis;
    private final byte[] key;
    private final byte[] holder;
    private final Duration lease;
    private ScheduledExecutorService timer;
    private volatile boolean leader;
    private long renewed;

    RedisClusterView(RedisClusterService service, String namespace, Supplier<UnifiedJedis> redis, byte[] key, byte[] holder, Duration lease) {
        super(service, namespace);
        this.redis = redis;
        this.key = key;
        this.holder = holder;
        this.lease = lease;
    }

    @Override
    protected void doStart() {
        timer = getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "FleetLock");
        timer.scheduleWithFixedDelay(this::keep, 0, lease.toMillis() / TRIES_PER_LEASE, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        getCamelContext().getExecutorServiceManager().shutdownGraceful(timer);
        boolean held = leader;
        lead(false);
        if (held) {
            try {
                redis.get().eval(UNLOCK, List.of(key), List.of(holder));
            } catch (JedisException e) {
                LOG.debug("The lock {} ends by itself", getNamespace(), e);
            }
        }
    }

    private void keep() {
        try {
            // A process that was paused must not lead on until Redis has answered.
            if (leader && System.nanoTime() - renewed > lease.toNanos()) {
                lead(false);
            }
            long asked = System.nanoTime();
            UnifiedJedis server = redis.get();
            if (server == null) {
                return;
            }
            boolean ours = Long.valueOf(1).equals(server.eval(LOCK, List.of(key),
                    List.of(holder, Long.toString(lease.toMillis()).getBytes(StandardCharsets.US_ASCII))));
            renewed = ours ? asked : renewed;
            lead(ours);
        } catch (JedisException e) {
            LOG.debug("The lock {} could not be renewed", getNamespace(), e);
        } catch (RuntimeException e) {
            // The next try must come whatever a listener did.
            LOG.error("A listener of the lock {} failed", getNamespace(), e);
        }
    }

    private void lead(boolean now) {
        if (now != leader) {
            leader = now;
            LOG.info("{} is {}", getNamespace(), now ? "ours" : "not ours any more");
            fireLeadershipChangedEvent(now ? Optional.of(new Us()) : Optional.empty());
        }
    }

    @Override
    public Optional<CamelClusterMember> getLeader() {
        return leader ? Optional.of(new Us()) : Optional.empty();
    }

    @Override
    public CamelClusterMember getLocalMember() {
        return new Us();
    }

    @Override
    public List<CamelClusterMember> getMembers() {
        return List.of(new Us());
    }

    private final class Us implements CamelClusterMember {

        @Override
        public boolean isLeader() {
            return leader;
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String getId() {
            return new String(holder, StandardCharsets.US_ASCII);
        }
    }
}
