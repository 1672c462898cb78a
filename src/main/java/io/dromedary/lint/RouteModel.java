package io.dromedary.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A route as it is written.
 *
 * @param file  its file
 * @param node  the map behind {@code route:}
 * @param from  the map behind {@code from:}
 * @param steps all steps, nested ones included, in their order
 */
record RouteModel(SourceFile file, YamlNode node, YamlNode from, List<Step> steps) {

    /** Places in a step where further steps are. */
    private static final Set<String> BRANCHES = Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback", "onException", "onCompletion",
            "intercept", "interceptFrom", "interceptSendToEndpoint");

    /**
     * One step.
     *
     * @param name  kind of step, such as {@code setBody}
     * @param line  where it begins
     * @param value what is written behind the kind
     * @param depth 1 for a step of the route itself
     */
    record Step(String name, int line, YamlNode value, int depth) {

        /** The endpoint it calls; missing for a step that calls none. */
        YamlNode uri() {
            return value.isScalar() && Set.of("to", "toD", "wireTap", "enrich", "pollEnrich", "poll").contains(name) ? value : value.get("uri");
        }
    }

    String id() {
        return node.get("id").text();
    }

    String uri() {
        return from.isScalar() ? from.text() : from.get("uri").text();
    }

    String scheme() {
        int colon = uri().indexOf(':');
        return (colon < 0 ? uri() : uri().substring(0, colon)).replaceFirst("\\?.*", "");
    }

    /** Whether only other routes reach it. */
    boolean isInner() {
        return scheme().equals("direct") || uri().equals("kamelet:source");
    }

    static List<RouteModel> of(SourceFile file) {
        List<RouteModel> routes = new ArrayList<>();
        if (file.kind() == SourceFile.Kind.KAMELET) {
            YamlNode template = file.root().get("spec").get("template");
            YamlNode route = template.get("route").exists() ? template.get("route") : template;
            if (route.get("from").exists()) {
                routes.add(route(file, route));
            }
        }
        for (YamlNode item : file.root().items()) {
            if (item.get("route").isMap()) {
                routes.add(route(file, item.get("route")));
            } else if (item.get("from").exists()) {
                routes.add(route(file, item));
            }
        }
        return routes;
    }

    private static RouteModel route(SourceFile file, YamlNode node) {
        List<Step> steps = new ArrayList<>();
        collect(node.get("from").get("steps"), 1, steps);
        collect(node.get("steps"), 1, steps);
        return new RouteModel(file, node, node.get("from"), steps);
    }

    /** All steps below a list of steps. */
    static void collect(YamlNode list, int depth, List<Step> into) {
        for (YamlNode item : list.items()) {
            for (YamlNode.Entry entry : item.entries()) {
                into.add(new Step(entry.key(), entry.keyLine(), entry.value(), depth));
                nested(entry.value(), depth + 1, into);
            }
        }
    }

    private static void nested(YamlNode value, int depth, List<Step> into) {
        collect(value.get("steps"), depth, into);
        for (YamlNode.Entry branch : value.entries()) {
            if (!BRANCHES.contains(branch.key())) {
                continue;
            }
            if (branch.value().isList()) {
                branch.value().items().forEach(one -> collect(one.get("steps"), depth, into));
            } else {
                collect(branch.value().get("steps"), depth, into);
            }
        }
    }

    /** The steps of routeConfigurations, which belong to no route. */
    static List<Step> configurationSteps(SourceFile file) {
        List<Step> steps = new ArrayList<>();
        for (YamlNode item : file.root().items()) {
            for (YamlNode.Entry part : item.get("routeConfiguration").entries()) {
                if (part.value().isList()) {
                    for (YamlNode one : part.value().items()) {
                        one.entries().forEach(entry -> collect(entry.value().get("steps"), 1, steps));
                    }
                }
            }
        }
        return steps;
    }
}
