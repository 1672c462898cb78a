package io.dromedary.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.Wait;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which thread runs a route that a message came in at, or that goes on after one was published. */
@RequiresPeer("mosquitto")
class MqttThreadsIT {

    private static final String CLIENT = "com.hivemq";

    @TempDir
    private Path folder;
    private Mosquitto broker;
    private DefaultCamelContext context;
    private final Map<String, String> threads = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws Exception {
        broker = Mosquitto.start(folder);
        context = new DefaultCamelContext();
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setBrokerUrl(broker.url());
        context.addComponent("paho-mqtt5", component);
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        broker.close();
    }

    private void note(Exchange exchange) {
        threads.put(exchange.getMessage().getBody(String.class), Thread.currentThread().getName());
    }

    /** A step would make another route of it. */
    private RoutePolicySupport noting() {
        return new RoutePolicySupport() {
            @Override
            public void onExchangeBegin(Route route, Exchange exchange) {
                note(exchange);
            }
        };
    }

    private String threadOf(String body) {
        Wait.until(() -> threads.containsKey(body));
        return threads.get(body);
    }

    private void publish(String body) {
        context.createProducerTemplate().sendBody("seda:publish", body);
    }

    private void routes(boolean handsOver, String options) throws Exception {
        routes(handsOver, options, "seda:queue?size=5&waitForTaskToComplete=Never");
    }

    private void routes(boolean handsOver, String options, String target) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                onException(IllegalStateException.class).handled(true);
                var in = from("paho-mqtt5:in?qos=1&" + options).routeId("in").routePolicy(noting());
                if (!handsOver) {
                    in.process(exchange -> { });
                }
                in.to(target);
                from(target).to("mock:end");
                from("seda:publish").to("paho-mqtt5:in?qos=1");
            }
        });
        context.start();
    }

    @Test
    void aRouteThatHandsOverRunsOnTheClientsThread() throws Exception {
        routes(true, "manualAcksEnabled=true");
        publish("a");
        assertThat(threadOf("a")).startsWith(CLIENT);
    }

    @Test
    void otherRoutesDoNotKeepTheClientsThread() throws Exception {
        routes(false, "manualAcksEnabled=true");
        publish("a");
        assertThat(threadOf("a")).contains("MqttDelivery");
    }

    @Test
    void aRouteWhoseMessagesAreAcknowledgedWhenItHasEndedDoesNotKeepTheClientsThread() throws Exception {
        routes(true, "manualAcksEnabled=false");
        publish("a");
        assertThat(threadOf("a")).contains("MqttDelivery");
    }

    /** Such a step may wait for the end of what it hands over, or for whatever its own queue waits for. */
    @ParameterizedTest
    @ValueSource(strings = {"seda:queue?size=5", "seda:queue?size=5&waitForTaskToComplete=Always", "seda:queue?queue=#own&waitForTaskToComplete=Never"})
    void aStepThatMayWaitDoesNotKeepTheClientsThread(String target) throws Exception {
        context.getRegistry().bind("own", new LinkedBlockingQueue<Exchange>(5));
        routes(true, "manualAcksEnabled=true", target);
        publish("a");
        assertThat(threadOf("a")).contains("MqttDelivery");
    }

    @Test
    void whatFindsNoRoomWaitsElsewhereAndStaysInOrder() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        List<String> served = new CopyOnWriteArrayList<>();
        List<String> acknowledged = new CopyOnWriteArrayList<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("paho-mqtt5:in?qos=1&manualAcksEnabled=true&receiveMaximum=2").routeId("in").routePolicy(noting())
                        .to("seda:queue?size=2&waitForTaskToComplete=Never&blockWhenFull=true");
                from("seda:queue?size=2").process(exchange -> busy.await()).process(exchange -> served.add(exchange.getMessage().getBody(String.class)));
            }
        });
        context.start();
        MqttConsumer consumer = (MqttConsumer) context.getRoute("in").getConsumer();
        List<String> sent = IntStream.range(0, 8).mapToObj(Integer::toString).toList();
        // With the queue full the caller, which is the client's thread, would not come back here.
        sent.forEach(body -> consumer.handOver(new MqttMessage("in", 1, body.getBytes(StandardCharsets.UTF_8), () -> acknowledged.add(body))));
        busy.countDown();
        Wait.until(() -> acknowledged.size() == sent.size());
        assertThat(served).isEqualTo(sent);
        assertThat(threads.get("1")).isEqualTo(Thread.currentThread().getName());
        assertThat(threads.get("7")).contains("MqttDelivery");
        assertThat(consumer.open()).isZero();
    }

    private void replies(boolean last, boolean somebodyElse) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:publish")
                        .process(exchange -> {
                            if (last) {
                                exchange.setProperty(MqttEndpoint.LAST, true);
                            }
                            if (somebodyElse) {
                                exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter());
                            }
                        })
                        .to("paho-mqtt5:out?qos=1").process(MqttThreadsIT.this::note)
                        .to("paho-mqtt5:out?qos=1").process(exchange -> threads.put("second", Thread.currentThread().getName()));
            }
        });
        context.start();
        publish("a");
    }

    @Test
    void aReplyAfterWhichNothingBlocksEndsOnTheClientsThread() throws Exception {
        replies(true, false);
        assertThat(threadOf("a")).startsWith(CLIENT);
        assertThat(threadOf("second")).as("for one message only").contains("MqttAcknowledged");
    }

    @Test
    void whereSomebodyWaitsForTheEndTheClientsThreadIsLeftAlone() throws Exception {
        replies(true, true);
        assertThat(threadOf("a")).contains("MqttAcknowledged");
    }

    @Test
    void aRouteGoesOnOnAThreadThatMayBlock() throws Exception {
        replies(false, false);
        assertThat(threadOf("a")).contains("MqttAcknowledged");
    }
}
