package io.dromedary.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.command.EdgeAccounts;
import io.dromedary.lint.Linter;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.awaitility.Awaitility;

/** The bus with an engineer's folder that can be reloaded, without a broker. */
final class ReloadFixture implements AutoCloseable {

    private static final String GREET = """
            - route:
                id: petal-lab.%1$s
                description: Answers %1$s
                from:
                  uri: direct:command/petal-lab/%1$s
                  steps:
                    - setBody:
                        expression:
                          constant:
                            expression: '%2$s'
            """;

    final Path routes;
    final Path kamelets;
    final Reload reload;
    final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    final Map<String, JsonNode> replies = new ConcurrentHashMap<>();
    final List<JsonNode> told = Collections.synchronizedList(new ArrayList<>());
    private final Main main = new Main();
    private final ProducerTemplate template;
    private int sent;

    ReloadFixture(Path folder) throws Exception {
        this(folder, Map.of());
    }

    /** @param settings more than the bus needs; {@code routes} names files below {@code routes/}, divided by commas */
    ReloadFixture(Path folder, Map<String, String> settings) throws Exception {
        routes = Files.createDirectories(folder.resolve("my-routes"));
        kamelets = Files.createDirectories(folder.resolve("my-kamelets"));
        command("steady", "here");
        Map<String, Path> folders = new LinkedHashMap<>(Map.of("routes", routes));
        folders.put("kamelets", kamelets);
        reload = new Reload(folders, new Versions(Files.createDirectories(folder.resolve("kit"))),
                () -> new Linter(List.of(Path.of("src/main/resources/routes"), Path.of("kamelets")), null));
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false",
                "camel.main.stream-caching-spool-enabled", "false", "dromedary.data-dir", folder.toString(),
                "dromedary.device-id", "test", "dromedary.command-queue", "10000"));
        properties.putAll(settings);
        properties.setProperty("camel.component.kamelet.location", reload.kameletLocation());
        properties.setProperty("camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/bus/bus.camel.yaml,"
                + settings.getOrDefault("routes", "") + "file:" + reload.running() + "/routes/**/*.camel.yaml");
        main.setOverrideProperties(properties);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport started) {
                reload.attach(started.getCamelContext());
            }
        });
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bus-publish").routeId("bus-publish").process(exchange -> published(exchange.getVariable("busTopic", String.class),
                        Json.MAPPER.readTree(exchange.getMessage().getBody(byte[].class))));
            }
        });
        main.start();
        template = main.getCamelContext().createProducerTemplate();
    }

    private void published(String topic, JsonNode message) {
        if (topic.equals(Reload.TOPIC)) {
            told.add(message);
        } else {
            String id = message.get("messageId").asText();
            answers.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
            replies.put(id, message);
        }
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    EdgeAccounts accounts() {
        return context().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
    }

    /** Writes a command that answers with a text. */
    void command(String name, String answer) throws IOException {
        write("commands/petal-lab/" + name + ".camel.yaml", GREET.formatted(name, answer));
    }

    /** Writes aside and renames, as an engineer's tools do. */
    void write(String name, String content) throws IOException {
        Path file = (name.endsWith(".kamelet.yaml") ? kamelets : routes).resolve(name);
        Files.createDirectories(file.getParent());
        Path aside = Files.writeString(file.resolveSibling(file.getFileName() + ".tmp"), content);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(String name) throws IOException {
        Files.delete(routes.resolve(name));
    }

    /** Sends a command and returns its message id at once. */
    String send(String command, Object payload) {
        String id = "m" + ++sent;
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("messageId", id);
        envelope.put("waitResponse", true);
        envelope.put("command", "petal-lab/" + command);
        envelope.put("payload", payload);
        template.sendBody("seda:command-dispatch?waitForTaskToComplete=Never", Json.bytes(envelope));
        return id;
    }

    JsonNode reply(String id) {
        Awaitility.await().atMost(java.time.Duration.ofSeconds(Integer.getInteger("reload.wait", 30))).pollInterval(java.time.Duration.ofMillis(5)).until(() -> replies.containsKey(id));
        return replies.get(id);
    }

    /** What a command answers now: its data, or its error's code. */
    String ask(String command, Object payload) {
        JsonNode reply = reply(send(command, payload));
        return reply.has("error_code") ? reply.get("error_code").asText() : reply.path("data").asText();
    }

    /** Lets go of what has been answered and told. */
    void forget() {
        answers.clear();
        replies.clear();
        told.clear();
    }

    @Override
    public void close() {
        main.stop();
    }
}
