package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.dromedary.mavlink.ParameterBatch;
import io.dromedary.mavlink.ParameterOptions;
import io.dromedary.mavlink.ParameterValue;
import io.dromedary.mavlink.VehicleParameters;
import io.dromedary.testing.SimulatedFleet;

/**
 * Reads 500 and sets 200 parameters of a simulated vehicle over a link of 20 ms each way with 0, 10 and 30 % loss in both directions,
 * and prints medians of the times and requests per parameter. Every value is compared with what the vehicle has.
 *
 * <p>Arguments: runs for each case (default 5).
 */
public final class ParametersBench {

    private static final double[] LOSSES = {0, 0.1, 0.3};
    private static final int READS = 500;
    private static final int WRITES = 200;

    private record Run(double seconds, double requestsPerParameter) {
    }

    private ParametersBench() {
    }

    public static void main(String[] arguments) throws Exception {
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        System.out.printf("%-8s %6s %10s %10s %14s%n", "call", "loss", "median s", "worst s", "requests each");
        for (double loss : LOSSES) {
            Run[] reads = new Run[runs];
            Run[] writes = new Run[runs];
            for (int n = 0; n < runs; n++) {
                Path root = Files.createTempDirectory("dromedary-bench-params");
                try (SimulatedFleet fleet = SimulatedFleet.start(SimulatedFleet.quiet(root).seed(n + 1))) {
                    fleet.vehicle.faults().link(20, loss);
                    VehicleParameters parameters = VehicleParameters.of(fleet.link, fleet.known());
                    reads[n] = read(fleet, parameters);
                    writes[n] = write(fleet, VehicleParameters.of(fleet.link, fleet.known()), n);
                } finally {
                    delete(root);
                }
            }
            print("get " + READS, loss, reads);
            print("set " + WRITES, loss, writes);
        }
    }

    private static Run read(SimulatedFleet fleet, VehicleParameters parameters) throws Exception {
        List<String> names = fleet.vehicle.parameters().names().subList(0, READS);
        ParameterBatch batch = parameters.get(names, ParameterOptions.DEFAULT);
        require(batch.complete() && batch.values().size() == READS, "missing " + batch.failures());
        for (ParameterValue value : batch.values().values()) {
            require(value.value().doubleValue() == fleet.vehicle.parameters().value(value.name()).doubleValue(), "wrong " + value);
        }
        return new Run(batch.seconds(), (double) batch.requests() / READS);
    }

    private static Run write(SimulatedFleet fleet, VehicleParameters parameters, int run) throws Exception {
        Map<String, Object> wanted = new LinkedHashMap<>();
        for (String name : fleet.vehicle.parameters().names().subList(0, WRITES)) {
            boolean real = fleet.vehicle.parameters().value(name) instanceof Float;
            int number = wanted.size() - 100 + run;
            wanted.put(name, real ? (Object) (number + 0.25) : (Object) number);
        }
        ParameterBatch batch = parameters.set(wanted, ParameterOptions.DEFAULT);
        require(batch.complete() && batch.values().size() == WRITES, "missing " + batch.failures());
        wanted.forEach((name, value) -> require(
                fleet.vehicle.parameters().value(name).doubleValue() == ((Number) value).doubleValue(), "not set: " + name));
        return new Run(batch.seconds(), (double) batch.requests() / WRITES);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private static void print(String call, double loss, Run[] runs) {
        double[] seconds = Arrays.stream(runs).mapToDouble(Run::seconds).sorted().toArray();
        double[] requests = Arrays.stream(runs).mapToDouble(Run::requestsPerParameter).sorted().toArray();
        System.out.printf("%-8s %5.0f%% %10.3f %10.3f %14.2f%n", call, loss * 100, seconds[seconds.length / 2], seconds[seconds.length - 1],
                requests[requests.length / 2]);
    }
}
