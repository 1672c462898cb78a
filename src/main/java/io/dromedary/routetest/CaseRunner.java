package io.dromedary.routetest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.command.EdgeAccounts;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;

/** Runs one case: puts its message in, waits for what it expects, and compares. */
final class CaseRunner {

    private static final String COMMAND = "direct:command/";
    private static final long WITHIN_MILLIS = 5_000;
    private static final long POLL_MILLIS = 2;
    /** Fields of a reply that the bus adds; compared only if the test mentions them. */
    private static final List<String> HEAD = List.of("messageId", "phase", "timestamp", "deviceId");

    private final CamelContext camel;
    private final RouteTestContext context;
    private final TestFile file;
    private final TestFile.Case test;
    private final CaseRun run;

    CaseRunner(RouteTestContext context, TestFile file, TestFile.Case test) {
        this.context = context;
        this.camel = context.camel();
        this.file = file;
        this.test = test;
        this.run = new CaseRun(test.mocks(), file.mocks());
    }

    TestResult run() {
        long start = System.nanoTime();
        List<String> failures;
        context.begin(run);
        try {
            failures = isCommand() ? command() : exchange();
        } catch (Exception e) {
            failures = List.of(RouteTests.reason(e));
        }
        return new TestResult(file.file(), file.title(), test.name(), RouteTests.millisSince(start), failures);
    }

    private boolean isCommand() {
        return !test.given().has("to") && !test.given().has("route");
    }

    // --- a command over the bus --------------------------------------------------------------------------------------

    private List<String> command() throws Exception {
        JsonNode given = test.given();
        String id = given.path("messageId").asText(UUID.randomUUID().toString());
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("messageId", id);
        envelope.put("command", given.has("command") ? given.get("command").asText() : commandBeside());
        envelope.put("waitResponse", given.path("waitResponse").asBoolean(true));
        envelope.put("waitAck", given.path("waitAck").asBoolean(false));
        envelope.set("payload", given.path("payload").isMissingNode() ? JsonNodeFactory.instance.objectNode() : given.get("payload"));
        EdgeAccounts accounts = camel.getRegistry().lookupByNameAndType("edgeAccounts", EdgeAccounts.class);
        long before = accounts.received("bus");
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            template.sendBody("seda:command-dispatch?waitForTaskToComplete=Never", TestFile.JSON.writeValueAsBytes(envelope));
        }
        if (!await(() -> accounts.received("bus") > before && accounts.unaccounted("bus") == 0)) {
            return problemsAnd(List.of("the command did not end within " + within() + " ms"));
        }
        List<String> differences = reply(run.published().stream().filter(message -> isReply(message, id)).findFirst()
                .map(message -> (ObjectNode) message.get("message")).orElse(null));
        return awaitTraffic(differences, () -> run.published().stream().filter(message -> !isReply(message, id)).toList());
    }

    private static boolean isReply(ObjectNode message, String id) {
        return message.path("message").path("phase").asText().equals("result") && message.path("message").path("messageId").asText().equals(id);
    }

    private String commandBeside() {
        return camel.getRoutes().stream().filter(route -> route.getSourceLocation() == null || isOurs(route))
                .map(route -> Endpoints.plain(route.getEndpoint().getEndpointUri())).filter(uri -> uri.startsWith(COMMAND)).findFirst()
                .map(uri -> uri.substring(COMMAND.length()))
                .orElseThrow(() -> new IllegalArgumentException("The route beside the test is no command; say 'to', 'route' or 'command' under 'given'"));
    }

    private boolean isOurs(Route route) {
        String name = file.routes().get(0);
        return route.getSourceLocation().contains(name.substring(name.lastIndexOf('/') + 1));
    }

    private List<String> reply(ObjectNode reply) {
        JsonNode expect = test.expect();
        if (expect.path("noReply").asBoolean() || reply == null) {
            boolean wanted = expect.path("noReply").asBoolean() || !test.given().path("waitResponse").asBoolean(true);
            return wanted == (reply == null) ? List.of() : List.of(reply == null ? "reply: there was none" : "reply: not expected, was " + reply);
        }
        boolean failed = reply.path("status").asText().equals("error");
        if (expect.has("error")) {
            if (!failed) {
                return List.of("reply: expected an error but was " + reply);
            }
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            reply.properties().stream().filter(field -> expect.get("error").has(named(field.getKey())))
                    .forEach(field -> error.set(named(field.getKey()), field.getValue()));
            return Comparison.differences("error", expect.get("error"), error);
        }
        if (!expect.has("reply")) {
            return failed ? List.of("reply: an error was not expected: " + reply) : List.of();
        }
        ObjectNode compared = reply.deepCopy();
        HEAD.stream().filter(field -> !expect.get("reply").has(field)).forEach(compared::remove);
        return Comparison.differences("reply", expect.get("reply"), compared);
    }

    private static String named(String field) {
        return field.equals("error_code") ? "code" : field;
    }

    // --- an exchange of a route --------------------------------------------------------------------------------------

    private List<String> exchange() throws Exception {
        JsonNode given = test.given();
        Exchange exchange = given.has("to") ? sent(given) : received(given);
        return awaitTraffic(result(exchange), run::published);
    }

    private Exchange sent(JsonNode given) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            return template.send(given.get("to").asText(), ExchangePattern.InOut, exchange -> fill(exchange, given));
        }
    }

    /** Gives the message to a route as if the route's own consumer had received it. */
    private Exchange received(JsonNode given) throws Exception {
        String id = given.get("route").asText();
        Route route = camel.getRoute(id);
        if (route == null) {
            throw new IllegalArgumentException("There is no route '" + id + "' among " + camel.getRoutes().stream().map(Route::getRouteId).sorted().toList());
        }
        Exchange exchange = new DefaultExchange(camel, ExchangePattern.InOut);
        fill(exchange, given);
        route.getProcessor().process(exchange);
        return exchange;
    }

    private void fill(Exchange exchange, JsonNode given) throws IOException {
        if (given.has("bodyFile")) {
            exchange.getMessage().setBody(Files.readAllBytes(file.file().resolveSibling(given.get("bodyFile").asText())));
        } else if (given.has("body")) {
            exchange.getMessage().setBody(Values.toJava(given.get("body")));
        }
        given.path("headers").properties().forEach(header -> exchange.getMessage().setHeader(header.getKey(), Values.toJava(header.getValue())));
        given.path("variables").properties().forEach(variable -> exchange.setVariable(variable.getKey(), Values.toJava(variable.getValue())));
    }

    private List<String> result(Exchange exchange) {
        JsonNode expect = test.expect();
        Throwable failure = exchange.getException();
        if (expect.has("error")) {
            if (failure == null) {
                return List.of("expected the route to fail, but it did not");
            }
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("type", failure.getClass().getName());
            facts.put("message", failure.getMessage());
            facts.forEach((name, fact) -> {
                if (expect.get("error").has(name)) {
                    error.put(name, fact);
                }
            });
            return Comparison.differences("error", expect.get("error"), error);
        }
        if (failure != null) {
            return List.of("the route failed: " + RouteTests.reason(failure));
        }
        List<String> differences = new ArrayList<>();
        if (expect.has("body")) {
            differences.addAll(Comparison.differences("body", expect.get("body"), Values.ofBody(exchange)));
        }
        expect.path("headers").properties().forEach(header -> differences.addAll(Comparison.differences("headers." + header.getKey(),
                header.getValue(), present(exchange.getMessage().getHeader(header.getKey())))));
        expect.path("variables").properties().forEach(variable -> differences.addAll(Comparison.differences("variables." + variable.getKey(),
                variable.getValue(), present(exchange.getVariable(variable.getKey())))));
        return differences;
    }

    private static JsonNode present(Object value) {
        return value == null ? JsonNodeFactory.instance.missingNode() : Values.of(value);
    }

    // --- what left ---------------------------------------------------------------------------------------------------

    private List<String> traffic(List<ObjectNode> published) {
        List<String> differences = new ArrayList<>();
        JsonNode expect = test.expect();
        if (expect.has("published")) {
            ArrayNode messages = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < published.size(); i++) {
                messages.add(withoutHead(expect.get("published").path(i), published.get(i)));
            }
            differences.addAll(Comparison.differences("published", expect.get("published"), messages));
        }
        if (expect.has("calls")) {
            ArrayNode calls = JsonNodeFactory.instance.arrayNode();
            List<Call> made = run.calls();
            for (int i = 0; i < made.size(); i++) {
                calls.add(made.get(i).like(expect.get("calls").path(i)));
            }
            differences.addAll(Comparison.differences("calls", expect.get("calls"), calls));
        }
        return differences;
    }

    private static JsonNode withoutHead(JsonNode expected, ObjectNode actual) {
        ObjectNode compared = actual.deepCopy();
        if (compared.path("message") instanceof ObjectNode message) {
            HEAD.stream().filter(field -> !expected.path("message").has(field)).forEach(message::remove);
        }
        return compared;
    }

    private List<String> problemsAnd(List<String> differences) {
        List<String> all = new ArrayList<>(run.problems());
        differences.stream().filter(difference -> !all.contains(difference)).forEach(all::add);
        return all;
    }

    /** What leaves may do so after the reply; the rest is known by now. */
    private List<String> awaitTraffic(List<String> known, Supplier<List<ObjectNode>> published) throws InterruptedException {
        await(() -> !known.isEmpty() || !run.problems().isEmpty() || traffic(published.get()).isEmpty());
        List<String> differences = new ArrayList<>(known);
        differences.addAll(traffic(published.get()));
        return problemsAnd(differences);
    }

    private long within() {
        return test.given().path("within").asLong(WITHIN_MILLIS);
    }

    private boolean await(Supplier<Boolean> condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(within());
        while (!condition.get()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }
}
