package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Cuts the connection at random while notifications are sent and queries arrive. The short run belongs to every build; the whole one of the issue is
 * {@code -Dvantiq.cuts=1000} (about 20 minutes for each kind of server).
 */
class VantiqCutsTest {

    private static final int CUTS = Integer.getInteger("vantiq.cuts", 8);

    @ParameterizedTest(name = "server acknowledges: {0}, confirmation: {1}")
    @CsvSource({"true, auto", "false, ping", "false, auto"})
    void noNotificationIsLostAndEveryQueryHasAnOutcome(boolean acknowledges, VantiqSettings.DeliveryConfirmation confirmation) throws Exception {
        Random random = new Random();
        long seed = random.nextLong();
        random.setSeed(seed);
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        Map<String, Integer> askedOn = new HashMap<>();
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        try (FakeVantiq server = FakeVantiq.start().acknowledges(acknowledges);
                TestConnector connector = TestConnector.start(server, component -> component.getConfiguration().setDeliveryConfirmation(confirmation))) {
            server.awaitConfigured(0);
            clock.scheduleAtFixedRate(() -> connector.template().sendBody("vantiq:SrcA", Map.of("n", sent.getAndIncrement())), 0, 10,
                    TimeUnit.MILLISECONDS);
            for (int cut = 0; cut < CUTS; cut++) {
                FakeVantiq.Link link = server.awaitConfigured(cut);
                for (int q = random.nextInt(5); q > 0; q--) {
                    askedOn.put("q" + asked.get(), cut);
                    link.query("q" + asked.getAndIncrement(), Map.of("mode", random.nextBoolean() ? "slow" : "row", "ms", random.nextInt(300)));
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(700));
                link.abort();
            }
            FakeVantiq.Link last = server.awaitConfigured(CUTS);
            clock.shutdown();
            assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            int total = sent.get();
            last.awaitNotification(n -> n.path("n").asInt(-1) == total - 1);
            List<Integer> arrived = server.links().stream().flatMap(l -> l.notifications().stream()).filter(n -> n.has("n"))
                    .map(n -> n.get("n").asInt()).toList();
            System.err.printf("cuts %d, sent %d, arrived %d, resent %d, acknowledges %s, %s%n", CUTS, total, arrived.size(),
                    connector.counters().resent.sum(), acknowledges, confirmation);
            assertThat(arrived.stream().distinct().toList()).as("order and completeness, seed " + seed)
                    .isEqualTo(IntStream.range(0, total).boxed().toList());
            assertThat(arrived.size() - total).as("only what was in flight comes twice, seed " + seed)
                    .isLessThanOrEqualTo((int) connector.counters().resent.sum());
            // Unacknowledged, two may wait for time alone and a few for the pong; a stall of the machine at a cut adds to them.
            assertThat(arrived.size() - total).as("few come twice, seed " + seed).isLessThanOrEqualTo(10 * CUTS);
            assertThat(connector.counters().dropped.sum()).isZero();
            queriesHaveAnOutcome(server, askedOn, connector);
        } finally {
            clock.shutdownNow();
        }
    }

    /** Answered once, on the connection that asked or a later one; or asked on a connection that was cut, which the server saw. */
    private static void queriesHaveAnOutcome(FakeVantiq server, Map<String, Integer> askedOn, TestConnector connector) {
        await().atMost(Duration.ofSeconds(20)).until(() -> connector.handled().stream().filter(h -> h.startsWith("query ")).allMatch(
                h -> connector.session().queries().find(h.substring(6)) == null));
        askedOn.forEach((address, cut) -> {
            List<JsonNode> answers = server.links().stream().flatMap(l -> l.responses(address).stream()).toList();
            assertThat(answers.size()).as(address).isLessThanOrEqualTo(1);
            assertThat(answers.size() == 1 || server.links().get(cut).isGone()).as(address).isTrue();
        });
    }
}
