package io.dromedary.vantiq;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A connector of routes that does what the recorded one did: it notifies after each connect, echoes publishes, does what their {@code cmd} says and
 * answers queries by their {@code mode}.
 */
final class TestConnector implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final VantiqComponent component = new VantiqComponent();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final Map<String, int[]> counts = new java.util.concurrent.ConcurrentHashMap<>();
    private final ProducerTemplate template;

    private TestConnector(String sources, Consumer<VantiqComponent> options) throws Exception {
        component.getConfiguration().setLoginTimeout(2000);
        options.accept(component);
        context.addComponent("vantiq", component);
        String uri = "vantiq:" + sources;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri + "?operation=connect,publish,close").routeId("events").process(TestConnector.this::event)
                        .filter(body().isNotNull()).to(uri);
                from(uri + "?operation=query&partialSize=1").routeId("queries").process(TestConnector.this::query);
                from("direct:healthy").to(uri + "?operation=declareHealthy");
                from("direct:unhealthy").to(uri + "?operation=declareUnhealthy");
            }
        });
        template = context.createProducerTemplate();
        context.start();
    }

    /** A connector of one source, SrcA, by properties. */
    static TestConnector start(FakeVantiq server, Consumer<VantiqComponent> options) throws Exception {
        return new TestConnector("SrcA", component -> {
            component.setTargetServer(server.url());
            component.setAuthToken("good-token_0123456789=");
            options.accept(component);
        });
    }

    static TestConnector start(FakeVantiq server) throws Exception {
        return start(server, component -> {
        });
    }

    /** A connector of all sources of a server.config in a directory. */
    static TestConnector startFromFile(Path directory, String text, Consumer<VantiqComponent> options) throws Exception {
        Path file = directory.resolve("serverConfig").resolve("server.config");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return startInDirectory(directory, options);
    }

    static TestConnector startInDirectory(Path directory, Consumer<VantiqComponent> options) throws Exception {
        return new TestConnector("server.config", component -> {
            component.setServerConfig(directory.toString());
            options.accept(component);
        });
    }

    private void event(Exchange exchange) throws Exception {
        String source = exchange.getMessage().getHeader(VantiqConstants.SOURCE, String.class);
        String operation = exchange.getMessage().getHeader(VantiqConstants.OPERATION, String.class);
        int[] count = counts.computeIfAbsent(source, s -> new int[2]);
        handled.add(operation + " " + source);
        Object body = exchange.getMessage().getBody();
        switch (operation) {
            case "connect" -> {
                Map<String, Object> notification = new LinkedHashMap<>();
                notification.put("event", "connect");
                notification.put("config", body);
                notification.put("connects", ++count[0]);
                notification.put("closes", count[1]);
                exchange.getMessage().setBody(notification);
            }
            case "close" -> count[1]++;
            default -> exchange.getMessage().setBody(publish(body));
        }
    }

    private Object publish(Object message) throws Exception {
        Map<?, ?> map = message instanceof Map<?, ?> object ? object : Map.of();
        if (map.get("cmd") == null) {
            return java.util.Collections.singletonMap("echo", message);
        }
        switch (String.valueOf(map.get("cmd"))) {
            case "throw" -> throw new IllegalStateException("asked to");
            case "len" -> {
                return Map.of("len", ((String) map.get("data")).length());
            }
            case "healthy", "unhealthy" -> template.sendBody("direct:" + map.get("cmd"), "");
            case "ticker" -> tick((Integer) map.get("every_ms"), (Integer) map.get("count"));
            case "burst" -> burst((Integer) map.get("count"));
            default -> throw new IllegalArgumentException("unknown cmd");
        }
        return null;
    }

    private void tick(int everyMillis, int count) {
        var timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "ticker");
        int[] next = {0};
        timer.scheduleAtFixedRate(() -> {
            if (next[0] < count) {
                template.sendBody("vantiq:SrcA", Map.of("tick", next[0]++));
            }
        }, 0, everyMillis, TimeUnit.MILLISECONDS);
    }

    private void burst(int count) {
        context.getExecutorServiceManager().newSingleThreadExecutor(this, "burst").execute(
                () -> IntStream.range(0, count).forEach(i -> template.sendBody("vantiq:SrcA", Map.of("n", i))));
    }

    private void query(Exchange exchange) throws Exception {
        Map<?, ?> message = exchange.getMessage().getBody(Map.class);
        handled.add("query " + exchange.getMessage().getHeader(VantiqConstants.REPLY_ADDRESS));
        int count = message.get("count") instanceof Integer number ? number : 0;
        Object result = switch (String.valueOf(message.get("mode"))) {
            case "empty" -> null;
            case "rows" -> IntStream.range(0, count).mapToObj(i -> Map.of("i", i)).toList();
            case "partial" -> IntStream.rangeClosed(0, count).mapToObj(i -> Map.of("i", i));
            case "error" -> throw new VantiqQueryException("echo.error", "Query {0} failed for {1}", message.get("why"),
                    exchange.getMessage().getHeader(VantiqConstants.SOURCE));
            case "throw" -> throw new IllegalStateException("asked to");
            case "slow" -> {
                TimeUnit.MILLISECONDS.sleep((Integer) message.get("ms"));
                yield Map.of("slow", message.get("ms"));
            }
            default -> Map.of("row", message);
        };
        exchange.getMessage().setBody(result);
    }

    /** What the handlers were called with: the operation and the source, or the reply address. */
    List<String> handled() {
        return handled;
    }

    ProducerTemplate template() {
        return template;
    }

    DefaultCamelContext context() {
        return context;
    }

    VantiqComponent component() {
        return component;
    }

    VantiqSession session() {
        return component.sessions().get(0);
    }

    VantiqCounters counters() {
        return session().counters();
    }

    @Override
    public void close() {
        context.getShutdownStrategy().setTimeout(10);
        context.stop();
    }

    /** How long a test waits for anything. */
    static Duration limit() {
        return Duration.ofSeconds(20);
    }
}
