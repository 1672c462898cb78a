package io.dromedary.mavlink;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Parameters of one vehicle. Many are read or set at once through a window that adapts to link and losses; what the vehicle did not
 * confirm is named with the reason. Safe for use by several threads; calls run side by side.
 */
public final class VehicleParameters {

    /** A burst of this many values is kept while the reader is busy. */
    private static final int QUEUE = 4096;

    private final ParameterWire wire;
    private final ParameterCache cache;

    /** Where a vehicle offers all its parameters in one file. */
    @FunctionalInterface
    public interface PackedFile {

        /**
         * The content of {@code @PARAM/param.pck}, or empty when the vehicle has no such file.
         *
         * @throws IOException when it cannot be read though it is there
         */
        Optional<byte[]> read() throws IOException, InterruptedException;
    }

    private VehicleParameters(ParameterWire wire, ParameterCache cache) {
        this.wire = wire;
        this.cache = cache;
    }

    /** The parameters of a vehicle that was heard on a link, with the encoding its make suggests. */
    public static VehicleParameters of(MavlinkLink link, Vehicle vehicle) {
        return of(link, vehicle, vehicle.componentId(), ParameterEncoding.detect(0, vehicle.autopilot()));
    }

    /**
     * As {@link #of(MavlinkLink, Vehicle)} with an encoding.
     *
     * @param component whom requests are addressed to; 0 is every component of the vehicle, but answers count from the vehicle's only
     */
    public static VehicleParameters of(MavlinkLink link, Vehicle vehicle, int component, ParameterEncoding encoding) {
        return new VehicleParameters(new ParameterWire(link, vehicle, component, encoding), new ParameterCache());
    }

    /** How integers travel to and from this vehicle. */
    public ParameterEncoding encoding() {
        return wire.encoding();
    }

    /**
     * Reads parameters by name.
     *
     * @return those that the vehicle told; never an exception for a missing one
     * @throws IllegalArgumentException when a name cannot be one
     * @throws IOException              when nobody is connected
     */
    public ParameterBatch get(Collection<String> names, ParameterOptions options) throws IOException, InterruptedException {
        long start = System.nanoTime();
        ParameterReads reads = new ParameterReads(wire, options, names);
        run(reads, options, start);
        return batch(reads.names(), reads.values, reads.failures, reads.requests(), start);
    }

    /**
     * Reads one parameter.
     *
     * @throws TimeoutException when the vehicle does not tell it
     */
    public ParameterValue get(String name, ParameterOptions options) throws IOException, InterruptedException, TimeoutException {
        return single(name, get(java.util.List.of(name), options));
    }

    /**
     * Sets parameters; all forms of {@link ParameterSpec#parse} are taken. Nothing is sent when one of them is wrong.
     *
     * @return those that the vehicle confirmed
     * @throws IllegalArgumentException when a name or value cannot be one
     * @throws IOException              when nobody is connected
     */
    public ParameterBatch set(Map<String, ?> specifications, ParameterOptions options) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Map<String, ParameterSpec> specs = ParameterSpec.parseAll(specifications);
        ParameterWrites writes = new ParameterWrites(wire, options, specs);
        run(writes, options, start);
        return batch(specs.keySet(), writes.values, writes.failures, writes.requests(), start);
    }

    /**
     * Sets one parameter.
     *
     * @throws TimeoutException when the vehicle does not confirm it; the text has the reason
     */
    public ParameterValue set(String name, Object specification, ParameterOptions options)
            throws IOException, InterruptedException, TimeoutException {
        return single(name, set(Map.of(name, specification), options));
    }

    private static ParameterValue single(String name, ParameterBatch batch) throws TimeoutException {
        ParameterValue value = batch.values().get(name);
        if (value == null) {
            throw new TimeoutException("Parameter " + name + ": " + batch.failures().get(name));
        }
        return value;
    }

    /**
     * Reads all parameters: from the list read before, when the vehicle's hash says that nothing changed; else by PARAM_REQUEST_LIST,
     * with lost values asked for by index.
     *
     * @throws IOException when nobody is connected
     */
    public ParameterBatch getAll(ParameterOptions options) throws IOException, InterruptedException {
        long start = System.nanoTime();
        ParameterList list = new ParameterList(wire, options, cache.find(wire.vehicle()));
        run(list, options, start);
        ParameterBatch result = list.result(seconds(start));
        if (result.complete() && !result.cached() && list.hash() != null) {
            cache.keep(wire.vehicle(), list.hash(), result.values());
        }
        return result;
    }

    /** As {@link #getAll(ParameterOptions)} from a packed file where the vehicle has one, which is the fastest by far. */
    public ParameterBatch getAll(PackedFile file, ParameterOptions options) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Optional<byte[]> packed = file.read();
        if (packed.isEmpty()) {
            return getAll(options);
        }
        Map<String, ParameterValue> values = PackedParameters.decode(packed.get());
        values.values().forEach(value -> wire.types().put(value.name(), ParameterType.ofCode(value.type())));
        return new ParameterBatch(values, Map.of(), 1, seconds(start), false);
    }

    private void run(ParameterWindow window, ParameterOptions options, long start) throws IOException, InterruptedException {
        try (FrameQueue frames = wire.link().queue(wire::concerns, QUEUE)) {
            window.run(frames, start + options.timeout().toNanos());
        }
    }

    private static ParameterBatch batch(Collection<String> names, Map<String, ParameterValue> values, Map<String, String> failures,
                                        int requests, long start) {
        Map<String, ParameterValue> ordered = new LinkedHashMap<>();
        Map<String, String> missing = new LinkedHashMap<>();
        for (String name : names) {
            if (values.containsKey(name)) {
                ordered.put(name, values.get(name));
            } else {
                missing.put(name, failures.getOrDefault(name, "no answer within the time"));
            }
        }
        return new ParameterBatch(ordered, missing, requests, seconds(start), false);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
