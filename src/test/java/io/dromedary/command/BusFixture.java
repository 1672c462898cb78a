package io.dromedary.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.awaitility.Awaitility;

/** The real routes of the bus without a broker: messages go in at {@code seda:command-dispatch} and are kept as they leave. */
final class BusFixture implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    /** A message that left on the bus. */
    record Sent(String topic, Map<String, Object> message) {
    }

    private final Main main = new Main();
    private final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
    private final ProducerTemplate template;

    /**
     * Starts the routes.
     *
     * @param folder     takes parked messages
     * @param properties override the application's
     * @param commands   route files of commands, as resource locations
     */
    BusFixture(Path folder, Map<String, String> properties, String... commands) throws Exception {
        Properties overrides = new Properties();
        overrides.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false",
                "camel.main.stream-caching-spool-enabled", "false",
                "dromedary.data-dir", folder.toString(), "dromedary.device-id", "Instance-drone-001"));
        overrides.putAll(properties);
        List<String> routes = new ArrayList<>(List.of("classpath:routes/errors.camel.yaml", "classpath:routes/bus/bus.camel.yaml"));
        routes.addAll(List.of(commands));
        overrides.setProperty("camel.main.routes-include-pattern", String.join(",", routes));
        main.setOverrideProperties(overrides);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bus-publish").routeId("bus-publish").process(exchange -> sent.add(new Sent(
                        exchange.getVariable(CommandState.BUS_TOPIC, String.class),
                        JSON.readValue(exchange.getMessage().getBody(byte[].class), Map.class))));
            }
        });
        main.start();
        template = main.getCamelContext().createProducerTemplate();
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    EdgeAccounts accounts() {
        return context().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
    }

    /** Adds a command; the supervising controller starts a route that was added later only when it is told to. */
    void addCommand(String name, Processor steps) throws Exception {
        context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:command/" + name).routeId(name.replace('/', '.')).process(steps);
            }
        });
        context().getRouteController().startRoute(name.replace('/', '.'));
    }

    /** Puts a message in as it would come from the broker and returns at once. */
    void send(Object body) throws Exception {
        template.sendBody("seda:command-dispatch?waitForTaskToComplete=Never", body instanceof Map ? JSON.writeValueAsBytes(body) : body);
    }

    /** Puts many messages in, each as soon as the queue has room, and returns when every one was accounted for. */
    void exchangeAll(List<Map<String, Object>> bodies) throws Exception {
        long before = accounts().received("bus");
        for (Map<String, Object> body : bodies) {
            template.sendBody("seda:command-dispatch?waitForTaskToComplete=Never&blockWhenFull=true", JSON.writeValueAsBytes(body));
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5))
                .until(() -> accounts().received("bus") == before + bodies.size() && accounts().unaccounted("bus") == 0);
    }

    /** Puts a message in and returns what left on the bus until every message was accounted for. */
    List<Sent> exchange(Object body) throws Exception {
        sent.clear();
        long before = accounts().received("bus");
        send(body);
        Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5))
                .until(() -> accounts().received("bus") > before && accounts().unaccounted("bus") == 0);
        return new ArrayList<>(sent);
    }

    List<Sent> sent() {
        return new ArrayList<>(sent);
    }

    static Map<String, Object> envelope(String messageId, String command, Object payload) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("waitResponse", true);
        envelope.put("messageId", messageId);
        envelope.put("deviceId", "Instance-drone-001");
        envelope.put("command", command);
        envelope.put("timestamp", "2026-01-01T00:00:00.000Z");
        envelope.put("payload", payload);
        return envelope;
    }

    @Override
    public void close() {
        main.stop();
    }
}
