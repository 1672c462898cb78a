package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void readsTheParametersOfABearerChallenge() {
        Challenge challenge = Challenge.best(List.of("Bearer realm=\"https://auth.example/token\",service=\"a, b\",scope=\"repository:x/y:pull\"")).orElseThrow();
        assertThat(challenge.scheme()).isEqualTo("bearer");
        assertThat(challenge.parameters()).containsEntry("realm", "https://auth.example/token").containsEntry("service", "a, b")
                .containsEntry("scope", "repository:x/y:pull");
    }

    @Test
    void prefersBearerToBasicInOneHeaderOrInSeveral() {
        assertThat(Challenge.best(List.of("Basic realm=\"x\", Bearer realm=\"https://y\"")).orElseThrow().parameters()).containsEntry("realm", "https://y");
        assertThat(Challenge.best(List.of("Negotiate", "BASIC realm=x")).orElseThrow().scheme()).isEqualTo("basic");
    }

    @Test
    void findsNothingInWhatIsNoChallenge() {
        assertThat(Challenge.best(List.of())).isEmpty();
        assertThat(Challenge.best(List.of("", "=\"", "Digest realm=\"x\"", "Bearer".repeat(10_000)))).isEmpty();
    }

    @Test
    void survivesRandomText() {
        Random random = new Random(3);
        String alphabet = "Bearer=\",\\ basic\t;";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Challenge.parse(text.toString()).forEach(challenge -> assertThat(challenge.scheme()).isNotEmpty());
        }
    }
}
