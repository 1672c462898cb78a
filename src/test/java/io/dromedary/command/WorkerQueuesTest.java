package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the workers of {@code seda:} queues end. */
class WorkerQueuesTest {

    @TempDir
    private Path folder;

    @Test
    void aStopDoesNotWaitForWorkersThatWait() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            WorkerQueues queues = new WorkerQueues();
            queues.setCamelContext(context);
            SedaComponent seda = new SedaComponent();
            seda.setDefaultQueueFactory(queues);
            seda.setDefaultPollTimeout((int) TimeUnit.HOURS.toMillis(1));
            context.addComponent("seda", seda);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:one?concurrentConsumers=4").to("log:seen");
                    from("seda:two").to("log:seen");
                }
            });
            context.getShutdownStrategy().setTimeout(20);
            context.start();
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 5);
            context.stop();
            assertThat(context.getShutdownStrategy().isTimeoutOccurred()).isFalse();
        }
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).stream().anyMatch(frame -> frame.getClassName().startsWith(WorkerQueues.class.getName() + "$"))).count();
    }

    @Test
    void aStopFinishesTheCommandsThatRunAndServesTheOnesThatWait() throws Exception {
        BusFixture bus = new BusFixture(folder, Map.of("dromedary.command-workers", "1", "dromedary.heavy-command-workers", "1"),
                "classpath:routes/petal-example/petal-example.camel.yaml");
        try {
            ExampleLog log = bus.context().getRegistry().lookupByNameAndType("exampleLog", ExampleLog.class);
            EdgeAccounts accounts = bus.accounts();
            bus.send(BusFixture.envelope("running", "petal-example/slow", Map.of()));
            await().atMost(Duration.ofSeconds(10)).until(() -> log.events().size() == 1);
            bus.send(BusFixture.envelope("queued", "petal-example/echo", Map.of("x", 1)));
            bus.send(BusFixture.envelope("handed over", "petal-example/heavy", Map.of()));
            CompletableFuture<Void> stop = CompletableFuture.runAsync(bus::close);
            await().atMost(Duration.ofSeconds(10)).until(() -> bus.context().isStopping());
            log.open(2);
            stop.get(60, TimeUnit.SECONDS);
            assertThat(bus.sent()).extracting(reply -> reply.message().get("messageId")).containsExactlyInAnyOrder("running", "queued", "handed over");
            assertThat(bus.sent()).noneMatch(reply -> reply.message().containsKey("error_code"));
            assertThat(accounts.unaccounted("bus")).isZero();
        } finally {
            bus.close();
        }
    }
}
