package io.dromedary.routetest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/** What happens while one case runs: its mocks answer, and every call and every message on the bus is noted. */
final class CaseRun {

    /** More calls than this are a loop. */
    private static final int MOST_CALLS = 10_000;
    private static final List<String> NOBODY_ANSWERS = List.of("paho-mqtt5:", "log:", "mock:", "stub:");

    private final List<Mock> mocks;
    private final Map<Mock, Integer> used = new IdentityHashMap<>();
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<ObjectNode> published = Collections.synchronizedList(new ArrayList<>());
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

    CaseRun(List<Mock> ofCase, List<Mock> ofFile) {
        this.mocks = new ArrayList<>(ofCase);
        this.mocks.addAll(ofFile);
    }

    /**
     * Answers a step from a mock.
     *
     * @param uri what the step calls, or null
     * @return whether there was one; otherwise the step has to run
     */
    boolean answer(NamedNode step, String uri, Exchange exchange) throws Exception {
        String id = step == null ? null : step.getId();
        JsonNode answer = pick(id, uri, exchange);
        if (answer == null) {
            return false;
        }
        note(uri == null ? "step:" + id : uri, id, exchange);
        if (answer.has("fails")) {
            throw Failures.of(answer.get("fails"));
        }
        apply(answer, variableReceive(step), exchange);
        return true;
    }

    private synchronized JsonNode pick(String step, String uri, Exchange exchange) {
        for (Mock mock : mocks) {
            if ((mock.step() != null || uri != null) && mock.standsFor(step, uri) && isMeant(mock.when(), exchange)) {
                int turn = used.merge(mock, 1, Integer::sum) - 1;
                if (turn < mock.answers().size() || mock.answers().size() == 1) {
                    return mock.answers().get(Math.min(turn, mock.answers().size() - 1));
                }
            }
        }
        return null;
    }

    private static boolean isMeant(JsonNode when, Exchange exchange) {
        if (when.isMissingNode()) {
            return true;
        }
        List<String> differences = new ArrayList<>();
        if (when.has("body")) {
            JsonNode wanted = when.get("body").deepCopy();
            allowMore(wanted);
            differences.addAll(Comparison.differences("body", wanted, Values.ofBody(exchange)));
        }
        when.path("headers").properties().forEach(header -> differences.addAll(Comparison.differences(header.getKey(), header.getValue(),
                Values.of(exchange.getMessage().getHeader(header.getKey())))));
        when.path("variables").properties().forEach(variable -> differences.addAll(Comparison.differences(variable.getKey(), variable.getValue(),
                Values.of(exchange.getVariable(variable.getKey())))));
        return differences.isEmpty();
    }

    private static void allowMore(JsonNode node) {
        node.forEach(CaseRun::allowMore);
        if (node instanceof ObjectNode object) {
            object.put("$more", true);
        }
    }

    private static String variableReceive(NamedNode step) {
        if (step instanceof org.apache.camel.model.ToDefinition to) {
            return to.getVariableReceive();
        }
        return step instanceof ToDynamicDefinition dynamic ? dynamic.getVariableReceive() : null;
    }

    private static void apply(JsonNode answer, String variable, Exchange exchange) {
        if (answer.has("reply")) {
            Object body = Values.toJava(answer.get("reply"));
            if (variable != null) {
                exchange.setVariable(variable, body);
            } else {
                exchange.getMessage().setBody(body);
            }
        }
        answer.path("headers").properties().forEach(header -> exchange.getMessage().setHeader(header.getKey(), Values.toJava(header.getValue())));
        answer.path("variables").properties().forEach(entry -> exchange.setVariable(entry.getKey(), Values.toJava(entry.getValue())));
    }

    /** A call left the routes under test. What nobody has to answer needs no mock. */
    void outside(String uri, String topic, Exchange exchange) throws Exception {
        if (answer(null, uri, exchange)) {
            return;
        }
        if (NOBODY_ANSWERS.stream().noneMatch(uri::startsWith)) {
            unanswered(uri);
        }
        if (topic != null) {
            published(topic, exchange);
        }
        note(uri, null, exchange);
    }

    /** Fails the case: a call went where nothing of the test answers. */
    void unanswered(String uri) {
        String problem = uri + " was called, and neither a route nor a mock of this test answers it";
        problems.add(problem);
        throw new IllegalStateException(problem);
    }

    private void note(String uri, String step, Exchange exchange) {
        if (calls.size() >= MOST_CALLS) {
            throw new IllegalStateException("More than " + MOST_CALLS + " calls");
        }
        calls.add(new Call(uri, step, Values.ofBody(exchange), Values.of(exchange.getMessage().getHeaders())));
    }

    /** A message left on the bus or to another topic. */
    void published(String topic, Exchange exchange) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("topic", topic);
        message.set("message", Values.ofBody(exchange));
        published.add(message);
    }

    List<Call> calls() {
        synchronized (calls) {
            return new ArrayList<>(calls);
        }
    }

    List<ObjectNode> published() {
        synchronized (published) {
            return new ArrayList<>(published);
        }
    }

    List<String> problems() {
        synchronized (problems) {
            return new ArrayList<>(problems);
        }
    }

    /** Whether something in a test mocks this bean, so that it need not exist. */
    static boolean mocksBean(List<Mock> mocks, String reference) {
        return mocks.stream().anyMatch(mock -> mock.endpoint() != null && (mock.endpoint().equals("bean:" + reference)
                || mock.endpoint().startsWith("bean:" + reference + ".")));
    }

    static boolean isSend(NamedNode step) {
        return step instanceof SendDefinition || step instanceof ToDynamicDefinition;
    }
}
