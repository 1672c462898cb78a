package io.dromedary.vantiq;

import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Camel's health check of one source: up while its session is connected; else down, with the reason of the last end. */
public class VantiqHealthCheck extends AbstractHealthCheck {

    private final VantiqSession session;

    VantiqHealthCheck(VantiqSession session) {
        super("camel", "vantiq-" + session.settings().source());
        this.session = session;
    }

    /** A server that is away is no reason to restart this process. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("source", session.settings().source());
        builder.detail("state", session.state().name());
        builder.detail("queued", session.queued());
        builder.detail("dropped", session.counters().dropped.sum());
        if (session.state() == VantiqSession.State.CONNECTED) {
            builder.up();
        } else {
            builder.message(session.lastEnd() == null ? "not connected yet" : session.lastEnd());
            builder.down();
        }
    }
}
