package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.fppt.jedismock.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** States on their way to Redis. */
class JobVaultTest {

    @Test
    @Timeout(60)
    void anEarlierStateThatIsLongerOnItsWayDoesNotReplaceTheEnd() throws Exception {
        RedisServer imitation = RedisServer.newRedisServer().start();
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (UnifiedJedis redis = new UnifiedJedis(new PooledConnectionProvider(new HostAndPort("127.0.0.1", imitation.getBindPort()))) {
            @Override
            public long hset(String key, String field, String value) {
                underWay.countDown();
                try {
                    goOn.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.hset(key, field, value);
            }
        }) {
            JobVault vault = new JobVault(new JobStore(redis, "g", 60_000, 3600), 60_000);
            JobPlan plan = new JobPlan("j1", "Test", "", "direct:test", null, false, null, 0, null);
            JobRun run = new JobRun(plan, 1, JobState.created("j1", "Test", Map.of()), false, null);
            run.begin();
            Thread keeper = new Thread(() -> vault.writeNow(run));
            keeper.start();
            underWay.await(30, TimeUnit.SECONDS);

            run.finish(run.state().status(JobStatus.COMPLETED, null));
            Thread worker = new Thread(() -> vault.writeNow(run));
            worker.start();
            Awaitility.await().until(() -> worker.getState() == Thread.State.BLOCKED || !worker.isAlive());
            goOn.countDown();
            keeper.join();
            worker.join();

            assertThat(vault.read("j1")).hasValueSatisfying(state -> assertThat(state.status()).isEqualTo(JobStatus.COMPLETED));
            assertThat(run.dirty()).isFalse();
        } finally {
            imitation.stop();
        }
    }
}
