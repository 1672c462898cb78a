package io.dromedary.zeromq;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness of one socket from its monitor events: its thread lives, and an end that connects has somebody to talk to. */
public class ZeromqHealthCheck extends AbstractHealthCheck {

    private static final AtomicLong COUNT = new AtomicLong();

    private final ZeromqEndpoint endpoint;
    private final SocketLoop loop;
    private final HealthCheckRegistry registry;

    private ZeromqHealthCheck(ZeromqEndpoint endpoint, SocketLoop loop, HealthCheckRegistry registry) {
        super("camel", "zeromq-" + endpoint.getPattern() + "-" + COUNT.incrementAndGet());
        this.endpoint = endpoint;
        this.loop = loop;
        this.registry = registry;
    }

    static ZeromqHealthCheck register(ZeromqEndpoint endpoint, SocketLoop loop) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(endpoint.getCamelContext());
        ZeromqHealthCheck check = new ZeromqHealthCheck(endpoint, loop, registry);
        check.setCamelContext(endpoint.getCamelContext());
        if (registry != null) {
            registry.register(check);
        }
        return check;
    }

    void unregister() {
        if (registry != null) {
            registry.unregister(this);
        }
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        SocketMonitor monitor = loop.monitor();
        builder.detail("addresses", endpoint.getAddresses());
        builder.detail("connections", monitor.connections());
        builder.detail("connects", monitor.connects());
        builder.detail("disconnects", monitor.disconnects());
        builder.detail("handshakes.failed", monitor.refused());
        builder.detail("sent", loop.sent());
        builder.detail("received", loop.received());
        builder.detail("stalls", loop.stalls());
        builder.detail("last", monitor.lastEvent());
        if (!loop.running()) {
            builder.down().message("The socket of zeromq:" + endpoint.getPattern() + " has ended").error(loop.failure());
        } else if (!endpoint.settings().bind() && monitor.connections() == 0) {
            builder.down().message("Nobody answers at " + endpoint.getAddresses());
        } else {
            builder.up();
        }
    }
}
