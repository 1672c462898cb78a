package io.dromedary.vantiq;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/** Shows a session's counters to Micrometer, with the source as the only tag. */
final class VantiqMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();

    VantiqMetrics(MeterRegistry registry, VantiqSession session) {
        this.registry = registry;
        VantiqCounters counters = session.counters();
        String source = session.settings().source();
        counter(source, "notifications.sent", "Notifications written to a socket", counters.sent);
        counter(source, "notifications.resent", "Notifications written again after a connection broke", counters.resent);
        counter(source, "notifications.dropped", "Notifications given up because the queue was full; 0 in normal operation", counters.dropped);
        counter(source, "messages.received", "Publishes and queries received", counters.received);
        counter(source, "messages.malformed", "Frames that were not understood", counters.malformed);
        counter(source, "messages.refused", "Messages the server refused", counters.refused);
        counter(source, "queries.answered", "Queries answered with a result", counters.answered);
        counter(source, "queries.failed", "Queries answered with an error", counters.failed);
        counter(source, "connections.attempts", "Attempts to connect", counters.attempts);
        counter(source, "connections", "Sessions that connected", counters.connects);
        meters.add(Gauge.builder("dromedary.vantiq.notifications.queued", session, VantiqSession::queued)
                .description("Notifications the server may not have yet").tag("source", source).register(registry));
        meters.add(Gauge.builder("dromedary.vantiq.connected", session, s -> s.state() == VantiqSession.State.CONNECTED ? 1 : 0)
                .description("1 while connected").tag("source", source).register(registry));
    }

    private void counter(String source, String name, String description, LongAdder value) {
        meters.add(FunctionCounter.builder("dromedary.vantiq." + name, value, LongAdder::doubleValue)
                .description(description).tag("source", source).register(registry));
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
