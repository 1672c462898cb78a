package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;

class RangeSetTest {

    @Test
    void behavesLikeASetOfNumbers() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            RangeSet set = new RangeSet();
            BitSet model = new BitSet();
            for (int step = 0; step < 60; step++) {
                int from = random.nextInt(100);
                int to = from + random.nextInt(30);
                if (random.nextBoolean()) {
                    set.add(from, to);
                    model.set(from, to);
                } else {
                    BitSet hit = model.get(from, Math.max(from, to));
                    assertThat(set.remove(from, to)).isEqualTo(hit.cardinality());
                    model.clear(from, to);
                }
                assertThat(set.total()).isEqualTo(model.cardinality());
                int probe = random.nextInt(140);
                assertThat(set.next(probe)).isEqualTo(model.nextSetBit(probe));
                assertThat(set.endAt(probe)).isEqualTo(model.get(probe) ? model.nextClearBit(probe) : probe);
                BitSet copy = new BitSet();
                set.forEach((a, b) -> {
                    assertThat(copy.get((int) (long) a)).as("ranges are disjoint").isFalse();
                    copy.set((int) (long) a, (int) (long) b);
                });
                assertThat(copy).isEqualTo(model);
            }
        }
    }
}
