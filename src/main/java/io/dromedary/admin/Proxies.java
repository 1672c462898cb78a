package io.dromedary.admin;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.dromedary.bucket.BucketProxy;
import io.dromedary.documents.CloudDatabaseProxy;
import io.dromedary.documents.LocalDatabaseProxy;
import io.dromedary.mavlink.MavlinkComponent;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.proxies.Proxy;
import io.dromedary.proxies.ProxyFailure;
import io.dromedary.redis.RedisProxy;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;

/** The proxies of one application: which are there, whether each works, and their switches. */
final class Proxies implements AutoCloseable {

    /** The edge that takes commands; it is stopped while the proxy {@code mqtt} is off. */
    static final String COMMAND_EDGE = "command-in";

    /** The reference counts a vehicle as lost when nothing has been heard for so long. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final CamelContext context;
    private final boolean vehicleExpected;
    private final Map<ProxyInfo, Boolean> on = new EnumMap<>(ProxyInfo.class);
    private MavlinkComponent component;
    private MavlinkLink link;

    /** @param vehicleExpected whether the address of a vehicle is configured */
    Proxies(CamelContext context, boolean vehicleExpected) {
        this.context = context;
        this.vehicleExpected = vehicleExpected;
    }

    CamelContext context() {
        return context;
    }

    RedisProxy redis() {
        return bean("redisProxy", RedisProxy.class);
    }

    LocalDatabaseProxy db() {
        return bean("localProxy", LocalDatabaseProxy.class);
    }

    CloudDatabaseProxy cloud() {
        return bean("cloudProxy", CloudDatabaseProxy.class);
    }

    BucketProxy bucket() {
        return bean("bucketProxy", BucketProxy.class);
    }

    private <T> T bean(String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    /** The object behind a proxy, or null for those that are components. */
    private Proxy proxy(ProxyInfo info) {
        return switch (info) {
            case REDIS -> redis();
            case DB -> db();
            case CLOUD -> cloud();
            case BUCKET -> bucket();
            default -> null;
        };
    }

    /** Whether it is configured or embedded. */
    boolean isPresent(ProxyInfo info) {
        return switch (info) {
            case REDIS -> redis() != null && redis().settings().isPresent();
            case DB -> db() != null && !db().address().isEmpty();
            case CLOUD -> cloud() != null && !cloud().address().isEmpty();
            case BUCKET -> bucket() != null && !bucket().bucket().isEmpty();
            case MQTT -> edge() != null;
            case EXT_MAVLINK, FTP_MAVLINK -> vehicleExpected;
        };
    }

    private Route edge() {
        return context.getRoute(COMMAND_EDGE);
    }

    boolean isEnabled(ProxyInfo info) {
        return isPresent(info) && on.getOrDefault(info, true);
    }

    /** Those that are switched on. */
    List<ProxyInfo> enabled() {
        return Arrays.stream(ProxyInfo.values()).filter(this::isEnabled).toList();
    }

    /** Switches it, at once for calls; the edge of {@code mqtt} needs {@link #settle()}. */
    void enable(ProxyInfo info, boolean wanted) {
        on.put(info, wanted);
        Proxy proxy = proxy(info);
        if (proxy != null) {
            proxy.setEnabled(wanted);
        }
    }

    /** Starts or stops what a switch stands for. */
    void settle() throws Exception {
        boolean wanted = on.getOrDefault(ProxyInfo.MQTT, true);
        Route edge = edge();
        if (edge != null && edge.isAutoStartup() != wanted) {
            edge.setAutoStartup(wanted);
            if (wanted) {
                context.getRouteController().startRoute(COMMAND_EDGE);
            } else {
                context.getRouteController().stopRoute(COMMAND_EDGE);
            }
        }
    }

    /** The questions to all proxies that are switched on. */
    Map<ProxyInfo, HealthBoard.Probe> probes() {
        Map<ProxyInfo, HealthBoard.Probe> probes = new EnumMap<>(ProxyInfo.class);
        for (ProxyInfo info : enabled()) {
            if (info == ProxyInfo.MQTT) {
                probes.put(info, this::probeEdge);
            } else if (info == ProxyInfo.EXT_MAVLINK) {
                probes.put(info, this::probeVehicle);
            } else if (proxy(info) != null) {
                probes.put(info, proxy(info)::probe);
            }
        }
        return probes;
    }

    private void probeEdge() {
        if (!context.getRouteController().getRouteStatus(COMMAND_EDGE).isStarted()) {
            throw new ProxyFailure("Not connected to the broker");
        }
        HealthCheckRegistry checks = HealthCheckRegistry.get(context);
        HealthCheck check = checks == null ? null : checks.getCheck("consumer:" + COMMAND_EDGE).orElse(null);
        if (check != null && check.call().getState() == HealthCheck.State.DOWN) {
            throw new ProxyFailure(check.call().getMessage().orElse("Not connected to the broker"));
        }
    }

    private void probeVehicle() throws Exception {
        Vehicle vehicle = vehicle();
        if (vehicle == null || !vehicle.present() || secondsSince(vehicle) > HEARTBEAT.toSeconds()) {
            throw new ProxyFailure("No heartbeat from a vehicle");
        }
    }

    /** The vehicle that was heard last, or null. The first call opens the link. */
    Vehicle vehicle() throws Exception {
        synchronized (this) {
            if (link == null) {
                component = context.getComponent("mavlink", MavlinkComponent.class);
                link = component.acquire(component.getConfiguration());
            }
        }
        return link.vehicles().stream().max(java.util.Comparator.comparingLong(Vehicle::lastHeartbeat)).orElse(null);
    }

    static double secondsSince(Vehicle vehicle) {
        return (System.nanoTime() - vehicle.lastHeartbeat()) / 1e9;
    }

    @Override
    public synchronized void close() {
        if (link != null) {
            // When the application ends the component goes first, and closes its links.
            if (component.openLinks().contains(link)) {
                component.release(link);
            }
            link = null;
        }
    }
}
