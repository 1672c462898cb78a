package io.dromedary.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.scheduler.SchedulerComponent;
import org.apache.camel.component.scheduler.SchedulerConsumer;
import org.apache.camel.component.scheduler.SchedulerEndpointConfigurer;
import org.apache.camel.spi.PropertyConfigurer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A day of heartbeats in virtual time, through the real route. */
@Timeout(120)
class HeartbeatRouteTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Runs what is scheduled at a fixed rate when virtual time reaches it; each run takes some virtual time itself. */
    private static final class VirtualTime extends ScheduledThreadPoolExecutor {

        private Runnable task;
        private long initialMillis;
        private long periodMillis;
        private long nowMillis;

        VirtualTime() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
            task = command;
            initialMillis = unit.toMillis(initialDelay);
            periodMillis = unit.toMillis(period);
            return schedule(() -> { }, 1, TimeUnit.DAYS);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
            throw new AssertionError("A fixed delay drifts");
        }

        void run(long millis) {
            long due = initialMillis;
            while (due <= millis) {
                nowMillis = Math.max(nowMillis, due);
                task.run();
                nowMillis += 3;
                due += periodMillis;
            }
        }
    }

    @Test
    void aDayOfHeartbeatsDoesNotDrift() throws Exception {
        VirtualTime time = new VirtualTime();
        InstantSource source = () -> START.plusMillis(time.nowMillis);
        Clock clock = source.withZone(ZoneOffset.UTC);
        List<Double> beats = new ArrayList<>();
        try (TrainerFlow flow = TrainerFlow.device(camel -> camel.addComponent("scheduler", new SchedulerComponent() {
            /** Camel finds it by the annotation of a component, which a subclass does not inherit. */
            @Override
            public PropertyConfigurer getEndpointPropertyConfigurer() {
                return new SchedulerEndpointConfigurer();
            }

            @Override
            protected ScheduledExecutorService addConsumer(SchedulerConsumer consumer) {
                return time;
            }
        }))) {
            flow.camel().getRegistry().lookupByNameAndType("trainerDevice", TrainerDevice.class).setClock(clock);
            AdviceWith.adviceWith(flow.camel(), "trainer-publish", advice -> advice.replaceFromWith("direct:unused"));
            flow.camel().addRoutes(new org.apache.camel.builder.RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:trainer-publish").process(e -> beats.add((Double) e.getMessage().getBody(Map.class).get("timestamp")));
                }
            });
            assertThat(time.task).as("the heartbeat is scheduled").isNotNull();
            time.run(TimeUnit.HOURS.toMillis(24));
        } finally {
            time.shutdownNow();
        }
        assertThat(beats).hasSize(24 * 3600 / 5);
        for (int i = 0; i < beats.size(); i++) {
            assertThat(beats.get(i)).as("heartbeat %d", i).isEqualTo(START.getEpochSecond() + 5.0 * (i + 1));
        }
    }
}
