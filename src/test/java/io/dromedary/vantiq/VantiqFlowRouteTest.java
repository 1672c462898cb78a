package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.command.CommandRefused;
import io.dromedary.command.EdgeAccounts;

/** The shipped routes of the flow with the real command bus behind them and a Vantiq server in front; only the broker is left out. */
class VantiqFlowRouteTest {

    private final FakeVantiq server = FakeVantiq.start();
    private final Main main = new Main();
    private final List<String> onTheBus = new CopyOnWriteArrayList<>();
    @TempDir
    Path directory;
    private ProducerTemplate template;
    private FakeVantiq.Link link;

    @BeforeEach
    void start() throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false", "dromedary.data-dir", directory.toString(),
                "camel.main.stream-caching-spool-enabled", "false", "connector.target-server", server.url(), "connector.sources", "SrcA",
                "camel.component.vantiq.auth-token", "good"));
        properties.setProperty("dromedary.command-timeout", "5s");
        properties.setProperty("camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/bus/bus.camel.yaml,"
                + "classpath:routes/commands/dromedary/*.camel.yaml,classpath:routes/vantiq/*.camel.yaml");
        main.setOverrideProperties(properties);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bus-publish").routeId("bus-publish").process(e -> onTheBus.add(e.getMessage().getBody(String.class)));
                from("direct:command/test/echo").routeId("test.echo").setBody(e -> Map.of("echoed", String.valueOf(e.getMessage().getBody())));
                from("direct:command/test/refuse").routeId("test.refuse").process(e -> {
                    throw new CommandRefused("TEST_REFUSED", "not today");
                });
                from("direct:command/test/fail").routeId("test.fail").process(e -> {
                    throw new IllegalStateException("broken inside");
                });
                from("direct:command/test/stuck").routeId("test.stuck").process(e -> new CountDownLatch(1).await());
            }
        });
        main.start();
        template = main.getCamelContext().createProducerTemplate();
        link = server.awaitConfigured(0);
    }

    @AfterEach
    void stop() {
        main.stop();
        server.close();
    }

    private JsonNode ask(String address, Map<String, ?> query) {
        link.query(address, query);
        return link.awaitResponses(address, 1).get(0);
    }

    private void everythingIsAccountedFor() {
        EdgeAccounts accounts = main.getCamelContext().getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
        await().atMost(Duration.ofSeconds(10)).until(() -> accounts.received("vantiq") > 0 && accounts.unaccounted("vantiq") == 0);
    }

    @Test
    void queryIsAnsweredWithTheResultOfItsCommand() {
        JsonNode answer = ask("a1", Map.of("command", "test/echo", "payload", Map.of("x", 1), "waitResponse", true));
        assertThat(answer.get("status").asInt()).isEqualTo(200);
        assertThat(answer.get("body").get("echoed").asText()).isEqualTo("{x=1}");
        assertThat(ask("a2", Map.of("command", "dromedary/health")).get("status").asInt()).isEqualTo(200);
        everythingIsAccountedFor();
    }

    @Test
    void failedQueryIsAnsweredWithTheCodeOfTheCommand() {
        JsonNode refused = ask("r", Map.of("command", "test/refuse"));
        assertThat(refused.get("status").asInt()).isEqualTo(400);
        assertThat(refused.get("body").get("messageCode").asText()).isEqualTo("TEST_REFUSED");
        assertThat(refused.get("body").get("messageTemplate").asText()).isEqualTo("not today");
        JsonNode failed = ask("f", Map.of("command", "test/fail"));
        assertThat(failed.get("body").get("messageCode").asText()).isEqualTo("io.dromedary.vantiq.queryFailed");
        assertThat(failed.get("body").get("parameters").get(1).asText()).isEqualTo("broken inside");
        assertThat(ask("u", Map.of("command", "test/nothing")).get("status").asInt()).isEqualTo(400);
        everythingIsAccountedFor();
    }

    @Test
    void publishRunsItsCommandAndRepliesWhenAsked() {
        link.publish(Map.of("command", "test/echo", "payload", "hi", "messageId", "m1", "waitResponse", true));
        JsonNode reply = link.awaitNotification(n -> n.path("messageId").asText().equals("m1"));
        assertThat(reply.get("status").asText()).isEqualTo("success");
        assertThat(reply.get("echoed").asText()).isEqualTo("hi");
        link.publish(Map.of("command", "test/refuse", "messageId", "m2", "waitResponse", true));
        assertThat(link.awaitNotification(n -> n.path("messageId").asText().equals("m2")).get("error_code").asText()).isEqualTo("TEST_REFUSED");
        link.publish(Map.of("command", "test/fail", "messageId", "m3"));
        link.publish(Map.of("anything", "else"));
        link.publish(List.of(1));
        everythingIsAccountedFor();
        assertThat(onTheBus).as("answers to Vantiq do not go to the bus").isEmpty();
    }

    @Test
    void whoAskedAndNobodyElseHearsOfACommandThatIsStuck() {
        JsonNode answer = ask("s", Map.of("command", "test/stuck"));
        assertThat(answer.get("status").asInt()).isEqualTo(400);
        link.publish(Map.of("command", "test/stuck", "messageId", "m1", "waitResponse", true));
        assertThat(link.awaitNotification(n -> n.path("messageId").asText().equals("m1")).get("error_code").asText()).isEqualTo("COMMAND_TIMEOUT");
        everythingIsAccountedFor();
        assertThat(onTheBus).isEmpty();
    }

    @Test
    void broadcastsOfTheBusGoToVantiqToo() {
        template.sendBody("direct:command-broadcast", Map.of("event", "landed"));
        JsonNode notification = link.awaitNotification(n -> n.path("topic").asText().equals("command/web"));
        assertThat(notification.get("message").get("event").asText()).isEqualTo("landed");
        assertThat(onTheBus).hasSize(1).first().asString().startsWith("{").contains("landed").doesNotContain("\"topic\"");
    }

    @Test
    void notificationsOfOtherRoutesAreKeptWhileDisconnected() {
        server.down();
        template.sendBody("direct:vantiq-notification", Map.of("n", 1));
        template.sendBody("direct:vantiq-notification", "{\"n\":2}");
        server.up();
        FakeVantiq.Link next = server.awaitConfigured(1);
        next.awaitNotification(n -> n.path("n").asInt() == 2);
        assertThat(next.notifications().stream().map(n -> n.path("n").asInt()).toList()).isEqualTo(List.of(1, 2));
    }
}
