package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our presence in a MAVLink network: reads and writes all addresses of its settings, sends heartbeats, knows the vehicles, passes
 * frames on between channels, checks signatures. Opened once and shared; see {@link MavlinkLinks}.
 *
 * <p>Listeners get the frames that are for us or for everybody, one call at a time, on the reading threads: they must be quick and must
 * not wait. Who needs time takes a {@link FrameQueue}. Sending is possible from any thread, listeners included.
 */
public final class MavlinkLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MavlinkLink.class);
    private static final long TICK_MILLIS = 250;

    private final LinkSettings settings;
    private final BiFunction<String, Runnable, Thread> threads;
    private final List<Port> ports = new ArrayList<>();
    private final List<FrameSink> listeners = new CopyOnWriteArrayList<>();
    private final Vehicles vehicles;
    private final MavlinkSigning signing;
    private final TimestampFile timestampFile;
    private final LinkCore core;
    private final MavlinkMessage heartbeat;
    private final LinkServices services = new LinkServices();
    private ScheduledExecutorService timer;

    private MavlinkLink(LinkSettings settings, BiFunction<String, Runnable, Thread> threads) throws IOException {
        this.settings = settings;
        this.threads = threads;
        this.vehicles = new Vehicles(settings.vehicleTimeout());
        boolean signs = settings.signing() != LinkSettings.SigningPolicy.OFF;
        this.timestampFile = signs && settings.timestampFile() != null ? new TimestampFile(settings.timestampFile()) : null;
        this.signing = signs ? new MavlinkSigning(settings.signingKey(), 0, timestampFile == null ? 0 : timestampFile.read(),
                System::currentTimeMillis) : null;
        this.core = new LinkCore(settings, signing, threads, vehicles, this::deliver);
        this.heartbeat = settings.dialect().message("HEARTBEAT").set("type", settings.heartbeatType()).set("autopilot", 8)
                .set("system_status", 4).set("mavlink_version", 3);
    }

    /**
     * Opens a link with daemon threads of its own.
     *
     * @throws IOException when a local address cannot be bound or a host name is unknown; an absent peer is no error
     */
    public static MavlinkLink open(LinkSettings settings) throws IOException {
        return open(settings, (name, task) -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** As {@link #open(LinkSettings)} with threads made by the caller from a name and a task, not started. */
    public static MavlinkLink open(LinkSettings settings, BiFunction<String, Runnable, Thread> threads) throws IOException {
        MavlinkLink link = new MavlinkLink(settings, threads);
        try {
            link.start();
        } catch (IOException e) {
            link.close();
            throw e;
        }
        return link;
    }

    private void start() throws IOException {
        keepTimestamp();
        for (LinkAddress address : settings.addresses()) {
            Port port = switch (address.kind()) {
                case UDP_IN, UDP_OUT, UDP_BROADCAST -> new UdpPort(address, core);
                case TCP_CLIENT, TCP_SERVER, SERIAL -> new StreamPort(address, core);
            };
            port.open();
            ports.add(port);
        }
        timer = Executors.newSingleThreadScheduledExecutor(task -> threads.apply("mavlink-timer", task));
        long beat = settings.heartbeatInterval().toMillis();
        if (beat > 0) {
            timer.scheduleAtFixedRate(guarded(this::sendHeartbeat), 0, beat, TimeUnit.MILLISECONDS);
        }
        long tick = Math.max(20, Math.min(TICK_MILLIS, settings.vehicleTimeout().toMillis() / 4));
        timer.scheduleWithFixedDelay(guarded(this::tick), tick, tick, TimeUnit.MILLISECONDS);
    }

    /** A scheduled task that throws is never run again, so it must not. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("MAVLink timer", e);
            }
        };
    }

    private void sendHeartbeat() {
        core.send(heartbeat);
    }

    private void tick() {
        long now = System.nanoTime();
        vehicles.expire(now);
        core.expire(now);
        ports.forEach(port -> port.expire(now));
        keepTimestamp();
    }

    private void keepTimestamp() {
        if (timestampFile != null) {
            timestampFile.keepAheadOf(signing.timestamp());
        }
    }

    private void deliver(MavlinkFrame frame) {
        for (FrameSink listener : listeners) {
            try {
                listener.frame(frame);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on {}", frame, e);
            }
        }
    }

    public LinkSettings settings() {
        return settings;
    }

    public Dialect dialect() {
        return settings.dialect();
    }

    /** The local UDP or TCP port of each address in the order of the settings, -1 where there is none. */
    public List<Integer> localPorts() {
        return ports.stream().map(Port::localPort).toList();
    }

    /**
     * Sends a message: to the channels where its target was heard, or to all when it has no target or the target was not heard yet.
     *
     * @return false when nobody could be reached
     */
    public boolean send(MavlinkMessage message) {
        return core.send(message);
    }

    /**
     * Sends FILE_TRANSFER_PROTOCOL.
     *
     * @param ftp    holds the FTP payload from {@code from}; it may be used again after the call
     * @param length 0 to 251; what is missing counts as zero
     * @return false when nobody could be reached
     */
    public boolean sendFtp(int targetSystem, int targetComponent, byte[] ftp, int from, int length) {
        return core.sendFtp(targetSystem, targetComponent, ftp, from, length);
    }

    /** Calls a listener with every frame that is for us or for everybody, until the returned subscription is closed. */
    public Subscription subscribe(FrameSink listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Collects wanted frames for somebody who takes them at his own pace; close it after use. */
    public FrameQueue queue(Predicate<MavlinkFrame> wanted, int capacity) {
        FrameQueue queue = new FrameQueue(wanted, capacity);
        Subscription subscription = subscribe(queue);
        queue.onClose(subscription::close);
        return queue;
    }

    /** Calls a listener with every event of every vehicle, until the returned subscription is closed. */
    public Subscription subscribeVehicles(Consumer<VehicleEvent> listener) {
        return vehicles.subscribe(listener);
    }

    /** All vehicles ever heard on this link, ordered by ids. */
    public List<Vehicle> vehicles() {
        return vehicles.all();
    }

    /** The newest of a vehicle, or empty when it was never heard. */
    public Optional<Vehicle> vehicle(int systemId, int componentId) {
        return Optional.ofNullable(vehicles.find(systemId, componentId));
    }

    /**
     * Waits until a vehicle is present.
     *
     * @param systemId    0 for any
     * @param componentId 0 for any
     * @return the vehicle, or empty when none was heard within the time
     */
    public Optional<Vehicle> awaitVehicle(int systemId, int componentId, Duration timeout) throws InterruptedException {
        return vehicles.await(systemId, componentId, timeout);
    }

    /**
     * The one service of a type that all users of this link share, such as the sender of commands; made when first asked for. One
     * that is {@link AutoCloseable} is closed with the link.
     */
    public <T> T service(Class<T> type, Function<MavlinkLink, T> factory) {
        return services.get(type, () -> factory.apply(this));
    }

    public LinkStatistics statistics() {
        return core.statistics();
    }

    /** Closes all ports, ends all threads; waits a few seconds at most. */
    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        services.close();
        ports.forEach(Port::close);
        if (timestampFile != null) {
            timestampFile.write(signing.timestamp());
        }
    }

    /** Ends a subscription; a call that is under way may still finish afterwards. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {

        @Override
        void close();
    }
}
