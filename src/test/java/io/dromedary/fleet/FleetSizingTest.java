package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the sizing guide: its arithmetic, and whether what it says holds when commands come when they like and not evenly. */
class FleetSizingTest {

    private static final Pattern ROW = Pattern.compile("\\| ([\\d,]+) \\| (\\d+) \\| ([\\d,]+) \\| ([\\d.]+) \\| ([\\d,]+) \\| ([\\d.]+) (MB|GB) \\| ([\\d,]+) \\|");
    private static final Pattern COST = Pattern.compile("processor of the members: \\*r\\* · ([\\d.]+) ms");
    /** One Redis does 100,000 simple calls a second. */
    private static final double REDIS_SECONDS = 1e-5;
    private static final int CALLS = 3;
    private static final int COMMANDS = 100_000;

    /** One row: devices that get so many commands a minute each, and what that is said to take. */
    private record Row(double devices, double perMinute, double perSecond, double cores, double redisCalls, double memoryMegabytes, double messages,
            double secondsEach) {
    }

    static Stream<Row> rows() throws IOException {
        String guide = Files.readString(Path.of("docs/fleet.md"));
        Matcher cost = COST.matcher(guide);
        assertThat(cost.find()).isTrue();
        double seconds = Double.parseDouble(cost.group(1)) / 1000;
        return ROW.matcher(guide).results().map(row -> new Row(number(row.group(1)), number(row.group(2)), number(row.group(3)), number(row.group(4)),
                number(row.group(5)), number(row.group(6)) * (row.group(7).equals("GB") ? 1_000 : 1), number(row.group(8)), seconds));
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace(",", ""));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theArithmeticIsRight(Row row) {
        double rate = row.devices * row.perMinute / 60;
        Percentage rounding = Percentage.withPercentage(2);
        assertThat(row.perSecond).isCloseTo(rate, rounding);
        assertThat(row.cores).isCloseTo(2 * rate * row.secondsEach, within(0.02 * row.cores + 0.05));
        assertThat(row.redisCalls).isCloseTo(CALLS * rate, rounding);
        assertThat(row.memoryMegabytes).isCloseTo(rate * 3_600 * 200 / 1e6, rounding);
        assertThat(row.messages).isCloseTo(5 * rate, rounding);
    }

    @Test
    void theArithmeticOfArtifactsIsRight() throws IOException {
        String guide = Files.readString(Path.of("docs/fleet.md"));
        Matcher text = Pattern.compile("artifacts: \\*m\\* MB a second take \\*m\\* · ([\\d.]+) ms\\. ([\\d,]+) devices that each get (\\d+) MB within an hour, on channels of their own, "
                + "are ([\\d.]+) MB a second:\\s+([\\d.]+) cores, planned ([\\d.]+)\\..*? the registry sends (\\d+) MB; the broker passes on all (\\d+) GB, (\\d+) Mbit")
                .matcher(guide.replace('\n', ' '));
        assertThat(text.find()).isTrue();
        double megabytes = number(text.group(2)) * number(text.group(3));
        double rate = megabytes / 3_600;
        Matcher measured = Pattern.compile("per MB of an artifact .*\\| ([\\d.]+) and ([\\d.]+) ms \\|").matcher(guide);
        assertThat(measured.find()).isTrue();
        assertThat(number(text.group(1))).as("the dearer of the two measured").isEqualTo(Math.max(number(measured.group(1)), number(measured.group(2))));
        assertThat(number(text.group(4))).isCloseTo(rate, within(0.05));
        assertThat(number(text.group(5))).isCloseTo(rate * number(text.group(1)) / 1_000, within(0.005));
        assertThat(number(text.group(6))).isCloseTo(2 * rate * number(text.group(1)) / 1_000, within(0.005));
        assertThat(text.group(7)).isEqualTo(text.group(3));
        assertThat(number(text.group(8))).isCloseTo(megabytes / 1_000, within(0.5));
        assertThat(number(text.group(9))).isCloseTo(8 * rate, within(0.5));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theCoresAreEnoughAndAQuarterOfThemIsNot(Row row) {
        Random random = new Random(11);
        // A command now and then takes ten times as long.
        DoubleUnaryOperator cost = draw -> row.secondsEach * (draw < 0.99 ? 10.0 / 10.89 : 100.0 / 10.89);
        int cores = (int) Math.max(1, Math.ceil(row.cores));
        Outcome planned = simulate(row, cores, cost, random);
        assertThat(planned.busy).isLessThan(0.6);
        assertThat(planned.waitAtP99).as("seconds").isLessThan(0.05);
        // What is here belongs to few devices; of the others nothing is kept.
        assertThat(planned.mostDevices).isLessThan((int) Math.max(60, row.devices / 100));
        if (row.cores >= 4) {
            Outcome scarce = simulate(row, cores / 4, cost, random);
            assertThat(scarce.behind).as("seconds behind after %d commands", COMMANDS).isGreaterThan(0.4 * COMMANDS / row.perSecond);
        }
    }

    /** Up to half a Redis is enough; what the guide says needs a cluster does. */
    @ParameterizedTest
    @MethodSource("rows")
    void redisHoldsOrIsACluster(Row row) {
        Random random = new Random(12);
        double seconds = CALLS * REDIS_SECONDS;
        int nodes = (int) Math.ceil(2 * row.redisCalls * REDIS_SECONDS);
        Outcome enough = simulate(row, nodes, draw -> seconds, random);
        assertThat(enough.waitAtP99).isLessThan(0.001);
        if (row.redisCalls * REDIS_SECONDS > 1) {
            assertThat(simulate(row, 1, draw -> seconds, random).behind).isGreaterThan(0.5 * COMMANDS / row.perSecond);
        }
    }

    /**
     * What came of it.
     *
     * @param busy share of the servers' time
     * @param waitAtP99 seconds that a command waited, at most, but for one in a hundred
     * @param mostDevices devices of which something waited or ran at one time
     * @param behind seconds that the last command waited
     */
    private record Outcome(double busy, double waitAtP99, int mostDevices, double behind) {
    }

    /** Commands to devices drawn at random, at random times, each served by the first server that is free. */
    private static Outcome simulate(Row row, int servers, DoubleUnaryOperator cost, Random random) {
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int i = 0; i < servers; i++) {
            free.add(0.0);
        }
        record End(double time, int device) {
        }
        PriorityQueue<End> here = new PriorityQueue<>((a, b) -> Double.compare(a.time, b.time));
        Map<Integer, Integer> devices = new HashMap<>();
        double[] waits = new double[COMMANDS];
        double now = 0;
        double worked = 0;
        int most = 0;
        for (int i = 0; i < COMMANDS; i++) {
            now += -Math.log(1 - random.nextDouble()) / row.perSecond;
            while (!here.isEmpty() && here.peek().time <= now) {
                devices.computeIfPresent(here.poll().device, (device, count) -> count == 1 ? null : count - 1);
            }
            double begin = Math.max(now, free.remove());
            double each = cost.applyAsDouble(random.nextDouble());
            free.add(begin + each);
            worked += each;
            waits[i] = begin - now;
            int device = random.nextInt((int) row.devices);
            here.add(new End(begin + each, device));
            devices.merge(device, 1, Integer::sum);
            most = Math.max(most, devices.size());
        }
        double behind = waits[COMMANDS - 1];
        Arrays.sort(waits);
        return new Outcome(worked / (servers * now), waits[COMMANDS * 99 / 100], most, behind);
    }
}
