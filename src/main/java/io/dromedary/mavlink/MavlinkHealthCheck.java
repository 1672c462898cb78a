package io.dromedary.mavlink;

import java.util.List;
import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Camel's health check of the links: down while one that somebody wants cannot be opened, with the reason. An absent vehicle is none. */
public class MavlinkHealthCheck extends AbstractHealthCheck {

    private final MavlinkLinks links;

    MavlinkHealthCheck(MavlinkLinks links) {
        super("camel", "mavlink");
        this.links = links;
    }

    /** A port that another program has is no reason to restart this process. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        List<String> failures = links.failures();
        if (failures.isEmpty()) {
            builder.up();
        } else {
            builder.message(String.join("; ", failures));
            builder.down();
        }
    }
}
