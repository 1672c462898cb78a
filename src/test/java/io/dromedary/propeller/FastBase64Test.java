package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

import org.junit.jupiter.api.Test;

class FastBase64Test {

    @Test
    void writesWhatThePlatformWrites() {
        Random random = new Random(1);
        for (int size = 0; size < 300; size++) {
            byte[] data = new byte[size + random.nextInt(3)];
            random.nextBytes(data);
            byte[] target = new byte[7 + FastBase64.length(size)];
            FastBase64.encode(data, size, target, 7);
            assertThat(Arrays.copyOfRange(target, 7, target.length)).isEqualTo(Base64.getEncoder().encode(Arrays.copyOf(data, size)));
        }
    }
}
