package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkBuffersTest {

    private final ChunkBuffers buffers = new ChunkBuffers(2);

    @Test
    void usesAnArrayAgainThatIsLongEnough() {
        byte[] array = buffers.take(100);
        buffers.giveBack(array);
        assertThat(buffers.take(90)).isSameAs(array);
        assertThat(buffers.take(90)).isNotSameAs(array);
    }

    @Test
    void dropsAnArrayThatIsTooShort() {
        buffers.giveBack(new byte[10]);
        assertThat(buffers.take(11)).hasSize(11);
        assertThat(buffers.available()).isZero();
    }

    @Test
    void keepsNoMoreThanItsLimit() {
        for (int i = 0; i < 5; i++) {
            buffers.giveBack(new byte[10]);
        }
        assertThat(buffers.available()).isEqualTo(2);
    }
}
