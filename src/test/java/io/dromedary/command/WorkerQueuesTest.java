package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the workers of {@code seda:} queues are called, and how they end. */
class WorkerQueuesTest {

    @TempDir
    private Path folder;

    @Test
    void aStopDoesNotWaitForWorkersThatWait() throws Exception {
        try (DefaultCamelContext context = start(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:one?concurrentConsumers=4").to("log:seen");
                from("seda:two").to("log:seen");
            }
        })) {
            context.getShutdownStrategy().setTimeout(20);
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 5);
            context.stop();
            assertThat(context.getShutdownStrategy().isTimeoutOccurred()).isFalse();
        }
    }

    @Test
    void oneMessageAfterTheOtherIsServedByOneWorker() throws Exception {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        try (DefaultCamelContext context = start(workers(4, 1_000, exchange -> workers.add(Thread.currentThread())))) {
            ProducerTemplate sender = context.createProducerTemplate();
            for (int i = 0; i < 20; i++) {
                await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 4);
                sender.sendBody("seda:work", i);
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 4);
            assertThat(workers).hasSize(1);
        }
    }

    /** All at once, so that most come while a worker has been called and is not there yet. */
    @Test
    void noMessageWaitsForABusyWorkerWhileOthersAreIdle() throws Exception {
        Semaphore arrived = new Semaphore(0);
        Semaphore leave = new Semaphore(0);
        try (DefaultCamelContext context = start(workers(4, 1_000, exchange -> {
            arrived.release();
            leave.acquire();
        }))) {
            BlockingQueue<Exchange> queue = context.getEndpoint("seda:work", SedaEndpoint.class).getQueue();
            for (int round = 0; round < 100; round++) {
                await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 4);
                for (int i = 0; i < 4; i++) {
                    queue.add(new DefaultExchange(context));
                }
                assertThat(arrived.tryAcquire(4, 10, TimeUnit.SECONDS)).isTrue();
                leave.release(4);
            }
        }
    }

    /** Workers that come and go all the time: with a poll of 1 ms, a queue of 8 that is often full, and senders that pause. */
    @Test
    void noMessageIsForgottenOrServedTwice() throws Exception {
        int each = 20_000;
        Map<Integer, Boolean> served = new ConcurrentHashMap<>();
        LongAdder twice = new LongAdder();
        try (DefaultCamelContext context = start(workers(4, 8, exchange -> {
            if (served.put(exchange.getMessage().getBody(Integer.class), true) != null) {
                twice.increment();
            }
        }), 1)) {
            ProducerTemplate sender = context.createProducerTemplate();
            List<CompletableFuture<Void>> senders = IntStream.range(0, 3).mapToObj(number -> CompletableFuture.runAsync(() -> {
                for (int i = 0; i < each; i++) {
                    sender.sendBody("seda:work?blockWhenFull=true", number * each + i);
                    if (i % 100 == 0) {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(3_000_000));
                    }
                }
            })).toList();
            CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(20)).until(() -> served.size() == 3 * each);
            assertThat(twice.sum()).isZero();
        }
    }

    private static RouteBuilder workers(int count, int size, Processor work) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:work?concurrentConsumers=" + count + "&size=" + size).process(work);
            }
        };
    }

    private static DefaultCamelContext start(RouteBuilder routes) throws Exception {
        return start(routes, (int) TimeUnit.HOURS.toMillis(1));
    }

    private static DefaultCamelContext start(RouteBuilder routes, int pollMillis) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        WorkerQueues queues = new WorkerQueues();
        queues.setCamelContext(context);
        SedaComponent seda = new SedaComponent();
        seda.setDefaultQueueFactory(queues);
        seda.setDefaultPollTimeout(pollMillis);
        context.addComponent("seda", seda);
        context.addRoutes(routes);
        context.start();
        return context;
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
