package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ULogTest {

    private static final long START = 112_500_000;
    private static final byte[] MAGIC = {0x55, 0x4c, 0x6f, 0x67, 0x01, 0x12, 0x35, 1};
    private static final byte[] SYNC = {0x2F, 0x73, 0x13, 0x20, 0x25, 0x0C, (byte) 0xBB, 0x12};

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private Optional<ULogFacts> facts(byte[] content) throws Exception {
        return ULog.facts(Files.write(folder.resolve("a.ulg"), content));
    }

    private static byte[] little(int size, java.util.function.Consumer<ByteBuffer> content) {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        content.accept(buffer);
        return buffer.array();
    }

    private static byte[] message(char type, byte[] content) {
        return little(3 + content.length, buffer -> buffer.putShort((short) content.length).put((byte) type).put(content));
    }

    private void add(char type, byte[] content) {
        log.writeBytes(message(type, content));
    }

    private void info(String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        add('I', little(1 + name.length + value.length, buffer -> buffer.put((byte) name.length).put(name).put(value)));
    }

    private static byte[] data(int id, long time) {
        return message('D', little(14, buffer -> buffer.putShort((short) id).putLong(time)));
    }

    private void text(char type, int before, long time) {
        add(type, little(before + 8 + 2, buffer -> buffer.position(before).putLong(time).put((byte) 'h').put((byte) 'i')));
    }

    /** Up to where the data begin. */
    private void begin(long appended) {
        log.writeBytes(MAGIC);
        log.writeBytes(little(8, buffer -> buffer.putLong(START)));
        add('B', little(40, buffer -> buffer.put(8, (byte) (appended > 0 ? 1 : 0)).putLong(16, appended)));
        add('F', "battery:uint64_t timestamp;float volt;".getBytes(StandardCharsets.US_ASCII));
        add('F', "odd:float volt;uint64_t timestamp;".getBytes(StandardCharsets.US_ASCII));
        info("char[3] sys_name", "PX4".getBytes(StandardCharsets.US_ASCII));
        info("char[11] ver_hw", "PX4_FMU_V6X".getBytes(StandardCharsets.US_ASCII));
        info("uint32_t ver_sw_release", little(4, buffer -> buffer.putInt(0xFF0F00FF)));
        info("int32_t time_ref_utc", little(4, buffer -> buffer.putInt(-7200)));
        info("uint64_t huge", little(8, buffer -> buffer.putLong(-1)));
        info("float[2] vector", new byte[8]);
        info("int32_t short", new byte[2]);
        add('P', "\tint32_t Aabcd".getBytes(StandardCharsets.US_ASCII));
        add('A', "\0\5\0battery".getBytes(StandardCharsets.US_ASCII));
        add('A', "\0\6\0odd".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void readsWhatTheAutopilotSaysOfItselfAndHowLongTheLogIs() throws Exception {
        begin(0);
        log.writeBytes(data(5, START + 1_000_000));
        log.writeBytes(data(5, START + 61_500_000));
        log.writeBytes(data(6, START + 99_000_000));
        log.writeBytes(data(7, START + 99_000_000));
        text('L', 1, START + 60_000_000);

        ULogFacts facts = facts(log.toByteArray()).orElseThrow();

        assertThat(facts.version()).isEqualTo(1);
        assertThat(facts.startMicros()).isEqualTo(START);
        assertThat(facts.duration()).as("formats whose time is not first, and unknown ones, do not count").isEqualTo(61.5);
        assertThat(facts.info()).isEqualTo(Map.of("sys_name", "PX4", "ver_hw", "PX4_FMU_V6X", "ver_sw_release", 0xFF0F00FFL, "time_ref_utc", -7200,
                "huge", "18446744073709551615"));
    }

    @Test
    void takesTheTimeOfTextsToo() throws Exception {
        begin(0);
        text('L', 1, START + 2_000_000);
        text('C', 3, START + 5_000_000);
        assertThat(facts(log.toByteArray()).orElseThrow().duration()).isEqualTo(5.0);
    }

    @Test
    void leavesOutWhatWasAppendedAfterTheEnd() throws Exception {
        begin(0);
        long close = log.size() + 17;
        log.reset();
        begin(close);
        log.writeBytes(data(5, START + 1_000_000));
        assertThat(log.size()).isEqualTo(close);
        log.writeBytes(data(5, START + 9_000_000));
        assertThat(facts(log.toByteArray()).orElseThrow().duration()).isEqualTo(1.0);
    }

    @Test
    void readsOfALargeLogTheBeginningAndTheEnd() throws Exception {
        assertThat(ULog.facts(large(true)).orElseThrow().duration()).isEqualTo(300.0);
        assertThat(ULog.facts(large(false)).orElseThrow()).satisfies(facts -> {
            assertThat(facts.duration()).as("nothing says where a message begins").isNull();
            assertThat(facts.info()).containsEntry("sys_name", "PX4");
        });
    }

    private Path large(boolean marks) throws Exception {
        log.reset();
        begin(0);
        Path file = folder.resolve("large.ulg");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(log.toByteArray());
            byte[] filler = message('D', little(60_000, buffer -> buffer.putShort((short) 7)));
            for (int i = 0; i < 700; i++) {
                out.write(filler);
                out.write(marks ? message('S', SYNC) : new byte[0]);
            }
            out.write(data(5, START + 300_000_000));
        }
        return file;
    }

    @Test
    void readsACutLogAsFarAsItGoes() throws Exception {
        begin(0);
        int definitions = log.size();
        log.writeBytes(data(5, START + 1_000_000));
        log.writeBytes(data(5, START + 2_000_000));
        byte[] whole = log.toByteArray();
        for (int length = 0; length <= whole.length; length++) {
            Optional<ULogFacts> facts = facts(Arrays.copyOf(whole, length));
            Double expected = length == whole.length ? Double.valueOf(2) : length >= definitions + 17 ? Double.valueOf(1.0) : null;
            assertThat(facts.map(ULogFacts::duration).orElse(null)).as("of the first " + length + " bytes").isEqualTo(expected);
        }
    }

    @Test
    void readsUpToWhereDamageBegins() throws Exception {
        begin(0);
        log.writeBytes(data(5, START + 1_000_000));
        log.writeBytes(message('?', new byte[20]));
        log.writeBytes(data(5, START + 2_000_000));
        assertThat(facts(log.toByteArray()).orElseThrow().duration()).isEqualTo(1.0);
    }

    @Test
    void saysNothingOfWhatIsNoLog() throws Exception {
        assertThat(facts(new byte[0])).isEmpty();
        assertThat(facts("#ROSBAG V2.0\n".getBytes(StandardCharsets.US_ASCII))).isEmpty();
        assertThat(facts(Arrays.copyOf(MAGIC, 24_000))).as("a header and zeros").isEmpty();
        assertThat(ULog.facts(folder.resolve("nowhere.ulg"))).isEmpty();
        assertThat(ULog.facts(folder)).isEmpty();
    }

    @Test
    void damageIsNoError() throws Exception {
        begin(0);
        for (int i = 0; i < 20; i++) {
            log.writeBytes(data(5, START + i * 1_000_000L));
            text('L', 1, START + i * 1_000_000L);
            add('S', SYNC);
        }
        byte[] whole = log.toByteArray();
        Random random = new Random(5);
        for (int round = 0; round < 3_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, round % 3 == 0 ? random.nextInt(whole.length) : whole.length);
            for (int hits = random.nextInt(8); hits >= 0 && damaged.length > 16; hits--) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> facts(damaged).ifPresent(facts -> {
                assertThat(facts.duration()).satisfiesAnyOf(none -> assertThat(none).isNull(), some -> assertThat(some).isBetween(0.0, 864_000.0));
                assertThat(facts.info()).hasSizeLessThanOrEqualTo(100);
            })).as("round " + round).doesNotThrowAnyException();
        }
    }
}
