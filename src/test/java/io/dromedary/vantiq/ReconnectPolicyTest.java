package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class ReconnectPolicyTest {

    private long now;
    private final ReconnectPolicy policy = new ReconnectPolicy(Duration.ofMillis(500), Duration.ofSeconds(3), () -> 0, () -> now);

    @Test
    void waitsGrowUpToTheLimitAndStartAgainAfterASession() {
        assertThat(Stream.generate(policy::afterFailure).limit(8)).containsExactly(500L, 1000L, 1500L, 2000L, 2500L, 3000L, 3000L, 3000L);
        policy.connected();
        assertThat(policy.afterFailure()).isEqualTo(500);
    }

    @Test
    void jitterAddsUpToAFifth() {
        ReconnectPolicy late = new ReconnectPolicy(Duration.ofMillis(500), Duration.ofSeconds(60), () -> 0.999, () -> 0);
        assertThat(late.afterFailure()).isBetween(590L, 600L);
    }

    @Test
    void cleanEndsAreFollowedAtOnceButNotAgainAndAgain() {
        assertThat(policy.afterCleanEnd()).isZero();
        policy.connected();
        assertThat(policy.afterCleanEnd()).isEqualTo(500);
        now += Duration.ofSeconds(11).toNanos();
        assertThat(policy.afterCleanEnd()).isZero();
    }

    @Test
    void aRefusedTokenWaitsAsLongAsPossible() {
        assertThat(policy.afterRefusedLogin()).isEqualTo(3000);
    }
}
