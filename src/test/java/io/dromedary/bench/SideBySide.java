package io.dromedary.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.dromedary.proxies.ProxiesFixture;

/**
 * One operation done by a bare client and through a route, call by call in turns, so that both have the same noise. Prints medians,
 * 99th percentiles and rates, and what the route adds to the median.
 */
final class SideBySide {

    private static final int CALLS = Integer.getInteger("calls", 2_000);
    private static final Pattern ONLY = Pattern.compile(System.getProperty("only", ""));

    private final ProxiesFixture proxies;
    private final int rounds;

    SideBySide(ProxiesFixture proxies, int rounds) {
        this.proxies = proxies;
        this.rounds = rounds;
    }

    interface Call {
        void run(int number) throws Exception;
    }

    private static final class Side {
        private final List<Double> millis = new ArrayList<>();

        private void time(Call call, int number) throws Exception {
            long begin = System.nanoTime();
            call.run(number);
            millis.add((System.nanoTime() - begin) / 1e6);
        }

        private double part(double share) {
            Collections.sort(millis);
            return millis.get((int) (millis.size() * share));
        }

        private double rate() {
            return millis.size() * 1000 / millis.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /** Slow operations are called so many times less often. */
    void compare(String name, int slower, Call bare, Call route) throws Exception {
        if (!ONLY.matcher(name).find()) {
            return;
        }
        int calls = CALLS / slower;
        Side theirs = new Side();
        Side ours = new Side();
        // As often for slow operations: code counts calls before it is compiled, and what is not yet is all the route's own.
        for (int i = 0; i < CALLS; i++) {
            bare.run(i);
            route.run(i);
        }
        for (int i = 0; i < calls * rounds; i++) {
            boolean first = i % 2 == 0;
            if (first) {
                theirs.time(bare, i);
            }
            ours.time(route, i);
            if (!first) {
                theirs.time(bare, i);
            }
        }
        System.out.printf("%-22s bare p50 %.3f p99 %.3f ms %6.0f/s   route p50 %.3f p99 %.3f ms %6.0f/s   overhead p50 %.3f ms%n", name, theirs.part(0.5), theirs.part(0.99),
                theirs.rate(), ours.part(0.5), ours.part(0.99), ours.rate(), ours.part(0.5) - theirs.part(0.5));
    }

    /** Calls a method; a failure ends the run. */
    Map<String, Object> call(String method, Map<String, Object> parameters) {
        Map<String, Object> answer = proxies.call(method, parameters);
        if (answer.containsKey("error")) {
            throw new IllegalStateException(method + ": " + answer);
        }
        return answer;
    }

    /** The same; what it answers must be this. */
    void call(String method, Map<String, Object> parameters, Object expected) {
        same(call(method, parameters).get("data"), expected);
    }

    static void same(Object one, Object other) {
        if (!one.equals(other)) {
            throw new IllegalStateException(one + " is not " + other);
        }
    }
}
