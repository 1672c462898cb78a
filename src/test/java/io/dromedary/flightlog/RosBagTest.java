package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RosBagTest {

    @TempDir
    private Path folder;

    private BagFacts facts(byte[] content) throws Exception {
        return RosBag.facts(BagWriter.write(folder.resolve("a.bag"), content));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "bz2", "lz4"})
    void readsDurationFromTheIndexWhateverTheCompression(String compression) throws Exception {
        BagFacts facts = facts(new BagWriter(compression).chunk(1768487410.25, 1768487400.5).chunk(1768487420.0, 1768487431.75).closed());
        assertThat(facts.indexed()).isTrue();
        assertThat(facts.start()).isCloseTo(1768487400.5, within(1e-6));
        assertThat(facts.duration()).isCloseTo(31.25, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "lz4"})
    void readsAnUnindexedBagByTheIndexBehindEachChunk(String compression) throws Exception {
        BagFacts facts = facts(new BagWriter(compression).chunk(100.0, 101.5).chunk(102.0, 109.0).cut(0));
        assertThat(facts).isEqualTo(new BagFacts(100.0, 109.0, false));
    }

    @Test
    void looksIntoTheLastChunkOfACutRecordingWhenItIsNotCompressed() throws Exception {
        BagWriter writer = new BagWriter("none").chunk(100.0, 101.0);
        long whole = writer.size();
        byte[] second = writer.chunk(102.0, 103.0, 104.0).cut(0);
        // Cut inside the second chunk, behind its second message.
        byte[] cut = Arrays.copyOf(second, (int) whole + 4 + 43 + 4 + 2 * (4 + 42 + 4 + 9));
        BagFacts facts = facts(cut);
        assertThat(facts.indexed()).isFalse();
        assertThat(facts.start()).isEqualTo(100.0);
        assertThat(facts.end()).isBetween(102.0, 104.0);
    }

    @Test
    void knowsNothingOfWhatIsNoBag() throws Exception {
        assertThat(facts("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo(BagFacts.UNKNOWN);
        assertThat(facts(Arrays.copyOf("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII), 4096))).isEqualTo(BagFacts.UNKNOWN);
        assertThat(facts("garbage!".getBytes(StandardCharsets.US_ASCII))).isEqualTo(BagFacts.UNKNOWN);
        assertThat(facts(new byte[0])).isEqualTo(BagFacts.UNKNOWN);
        assertThat(RosBag.facts(folder.resolve("absent.bag"))).isEqualTo(BagFacts.UNKNOWN);
    }

    @Test
    void survivesDamageOfEveryKind() throws Exception {
        byte[] good = new BagWriter("none").chunk(100.0, 101.5).chunk(102.0, 109.0).closed();
        Random random = new Random(4);
        Path file = folder.resolve("fuzz.bag");
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
            for (int n = random.nextInt(8); n >= 0 && bad.length > 0; n--) {
                // The index at the end and the first header matter most.
                int at = random.nextBoolean() ? bad.length - 1 - random.nextInt(Math.min(bad.length, 400)) : random.nextInt(Math.min(bad.length, 120));
                bad[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
            }
            Files.write(file, bad);
            assertThatCode(() -> RosBag.facts(file)).doesNotThrowAnyException();
        }
    }

    @Test
    void listsBagsInSubdirectoriesAndReadsEachOnce() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("2026/01"));
        BagWriter.write(deep.resolve("any name.bag"), new BagWriter("none").chunk(10.0, 12.5).closed());
        Files.writeString(deep.resolve("notes.txt"), "no bag");
        Files.writeString(folder.resolve("open.bag.active"), "still recorded");
        Files.setLastModifiedTime(deep.resolve("any name.bag"), FileTime.from(Instant.ofEpochMilli(1_768_487_422_900L)));
        BagFolder bags = new BagFolder(folder);
        List<BagFile> found = bags.scan();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).name()).isEqualTo("any name.bag");
        assertThat(found.get(0).modified()).isEqualTo(1_768_487_422L);
        assertThat(found.get(0).facts().duration()).isEqualTo(2.5);
        assertThat(bags.scan().get(0).facts()).isSameAs(found.get(0).facts());
        assertThat(new BagFolder(folder.resolve("absent")).scan()).isEmpty();
    }

    @Test
    void aSearchThatIsStoppedRemembersNothingWrong() throws Exception {
        BagWriter.write(folder.resolve("a.bag"), new BagWriter("none").chunk(100.0, 110.0).closed());
        BagFolder bags = new BagFolder(folder);
        Thread.currentThread().interrupt();
        assertThatThrownBy(bags::scan).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(bags.scan()).singleElement().extracting(bag -> bag.facts().duration()).isEqualTo(10.0);
    }
}
