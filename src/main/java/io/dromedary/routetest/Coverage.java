package io.dromedary.routetest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.NamedNode;
import org.apache.camel.NamedRoute;
import org.apache.camel.model.ProcessorDefinition;

/** Which steps of the routes under test were reached, over all their tests. Steps are told apart by file, line and kind. */
public final class Coverage {

    /**
     * A step in a route file.
     *
     * @param file  name of the route's file
     * @param line  line in it, or -1
     * @param route id of its route
     * @param label what the step is, such as {@code to mavftp:list}
     */
    public record Step(String file, int line, String route, String label) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + route + ": " + label;
        }
    }

    private final Map<Step, Boolean> steps = new LinkedHashMap<>();
    private final Map<NamedNode, Step> known = new ConcurrentHashMap<>();
    private final Set<String> files;

    /** Counts only the steps of these resource locations; null counts all. */
    Coverage(Set<String> files) {
        this.files = files;
    }

    synchronized void add(NamedNode node) {
        Step step = step(node);
        if (step != null) {
            known.put(node, step);
            steps.putIfAbsent(step, false);
        }
    }

    void reached(NamedNode node) {
        Step step = known.get(node);
        if (step != null) {
            synchronized (this) {
                steps.put(step, true);
            }
        }
    }

    private Step step(NamedNode node) {
        String location = node.getLocation();
        if (location == null || files != null && files.stream().noneMatch(file -> same(file, location))) {
            return null;
        }
        NamedRoute route = node instanceof ProcessorDefinition<?> definition
                ? org.apache.camel.model.ProcessorDefinitionHelper.getRoute(definition) : null;
        String name = location.substring(location.lastIndexOf('/') + 1);
        return new Step(name, node.getLineNumber(), route == null ? "" : route.getRouteId(), node.getLabel());
    }

    private static boolean same(String file, String location) {
        return file.equals(location) || file.substring(file.indexOf(':') + 1).equals(location.substring(location.indexOf(':') + 1));
    }

    synchronized void add(Coverage other) {
        other.steps.forEach((step, reached) -> steps.merge(step, reached, Boolean::logicalOr));
    }

    /** How many steps there are. */
    public synchronized int total() {
        return steps.size();
    }

    /** How many of them a test has reached. */
    public synchronized int covered() {
        return (int) steps.values().stream().filter(Boolean::booleanValue).count();
    }

    /** The share of steps that a test has reached, in percent; 100 when there are none. */
    public synchronized int percent() {
        return total() == 0 ? 100 : covered() * 100 / total();
    }

    /** The steps that no test has reached. */
    public synchronized List<Step> uncovered() {
        List<Step> uncovered = new ArrayList<>();
        steps.forEach((step, reached) -> {
            if (!reached) {
                uncovered.add(step);
            }
        });
        return uncovered;
    }
}
