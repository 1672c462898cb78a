package io.dromedary.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules about routes: names, size, and what happens when they fail. */
final class RouteRules {

    private static final Pattern KEBAB = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)?");
    private static final Pattern CAMEL_CASE = Pattern.compile("(global:|route:)?[a-z][A-Za-z0-9]*(\\.[A-Za-z0-9]+)*");
    private static final int MOST_STEPS = 12;
    private static final int DEEPEST = 3;
    private static final Set<String> INNER = Set.of("direct", "seda");
    private static final Set<String> SCRIPTS = Set.of("groovy", "js", "javascript", "python", "mvel", "ognl", "joor", "java", "spel");

    private RouteRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("route-id", "Every route has an id", RouteRules::id),
                new Rule("route-id-form", "Ids of routes are kebab-case; a command's is <petal>.<command>", RouteRules::idForm),
                new Rule("route-id-twice", "No two routes have the same id", RouteRules::idTwice),
                new Rule("route-description", "Every route says in one sentence what it does", RouteRules::description),
                new Rule("route-size", "A route has at most 12 steps", RouteRules::size),
                new Rule("route-depth", "Steps nest at most two levels deep", RouteRules::depth),
                new Rule("step-id", "Ids of steps are kebab-case and unique", RouteRules::stepId),
                new Rule("variable-name", "Variables are lowerCamelCase", RouteRules::variableName),
                new Rule("script", "No scripts in routes: a second line is a bean method", RouteRules::script),
                new Rule("empty-steps", "A route does something", RouteRules::emptySteps),
                new Rule("edge-errors", "A route that takes messages in names a routeConfigurationId", RouteRules::edgeErrors),
                new Rule("inner-errors", "An inner route leaves failures to its edge", RouteRules::innerErrors),
                new Rule("swallowed-failure", "No doCatch that only logs", RouteRules::swallowed));
    }

    static void id(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES) {
            file.routes().stream().filter(route -> route.id().isEmpty())
                    .forEach(route -> report.error(route.node().line(), "This route has no id", "add 'id: <concern>-<step>'"));
        }
    }

    static void idForm(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            // The name of a command is the one on the wire, which others have chosen.
            String id = route.uri().startsWith("direct:command/") ? route.id().replace('_', '-') : route.id();
            if (!id.isEmpty() && !KEBAB.matcher(id).matches()) {
                report.error(route.node().get("id").line(), "'" + route.id() + "' is not in kebab-case",
                        "write '" + kebab(route.id()) + "'");
            }
        }
    }

    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase().replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    }

    static void idTwice(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            project.routesSeenBy(file).stream()
                    .filter(other -> !route.id().isEmpty() && other.id().equals(route.id()) && other.node() != route.node()
                            && !other.file().isAlternativeTo(file)).findFirst()
                    .ifPresent(other -> report.error(route.node().get("id").line(), "Another route is called '" + route.id() + "' too: "
                            + other.file().path().getFileName() + ":" + other.node().get("id").line(), "give one of them another id"));
        }
    }

    static void description(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES) {
            file.routes().stream().filter(route -> route.node().get("description").text().isBlank())
                    .forEach(route -> report.error(route.node().line(), "Route '" + route.id() + "' has no description",
                            "add 'description:' with one sentence that says what it does"));
        }
    }

    static void size(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            long steps = route.steps().stream().filter(step -> step.depth() == 1).count();
            if (steps > MOST_STEPS) {
                report.advice(route.node().line(), "Route '" + route.id() + "' has " + steps + " steps; more than " + MOST_STEPS + " are hard to read",
                        "move some into a route of their own and call it by direct:");
            }
        }
    }

    static void depth(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            route.steps().stream().filter(step -> step.depth() > DEEPEST).findFirst().ifPresent(step -> report.advice(step.line(),
                    "This step lies three levels deep", "move what is inside into a route of its own and call it by direct:"));
        }
    }

    static void stepId(Project project, SourceFile file, Report report) {
        Map<String, Integer> seen = new HashMap<>();
        for (RouteModel route : file.routes()) {
            for (RouteModel.Step step : route.steps()) {
                YamlNode id = step.value().get("id");
                if (!id.exists()) {
                    continue;
                }
                Integer before = seen.put(id.text(), id.line());
                if (before != null) {
                    report.error(id.line(), "Another step is called '" + id.text() + "' too, in line " + before, "give one of them another id");
                } else if (!KEBAB.matcher(id.text()).matches()) {
                    report.error(id.line(), "'" + id.text() + "' is not in kebab-case", "write '" + kebab(id.text()) + "'");
                }
            }
        }
    }

    static void variableName(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        for (RouteModel route : file.routes()) {
            for (RouteModel.Step step : route.steps()) {
                YamlNode name = step.name().equals("setVariable") ? step.value().get("name") : step.value().get("variableReceive");
                if (name.exists() && !name.text().contains("$") && !name.text().contains("{{") && !CAMEL_CASE.matcher(name.text()).matches()) {
                    report.error(name.line(), "Variable '" + name.text() + "' is not in lowerCamelCase", "write '" + camelCase(name.text()) + "'");
                }
            }
        }
    }

    private static String camelCase(String name) {
        String joined = Pattern.compile("[^A-Za-z0-9]+([A-Za-z0-9])").matcher(name).replaceAll(match -> match.group(1).toUpperCase());
        return Character.toLowerCase(joined.charAt(0)) + joined.substring(1);
    }

    static void script(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            scripts(route.node(), report);
        }
    }

    private static void scripts(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            if (SCRIPTS.contains(entry.key())) {
                report.error(entry.keyLine(), "A script (" + entry.key() + ") in a route", "use simple, jq or jsonpath, or a method of a bean");
            }
            scripts(entry.value(), report);
        }
        node.items().forEach(item -> scripts(item, report));
    }

    static void emptySteps(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            if (route.steps().isEmpty() && route.from().isMap()) {
                report.error(route.from().line(), "This route has no steps", "add 'steps:' below 'from:'");
            }
        }
    }

    static void edgeErrors(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        for (RouteModel route : file.routes()) {
            YamlNode configuration = route.node().get("routeConfigurationId");
            if (configuration.exists()) {
                var known = project.routeConfigurationsSeenBy(file);
                if (!known.contains(configuration.text()) && !file.inPage()) {
                    report.error(configuration.line(), "There is no routeConfiguration '" + configuration.text() + "'",
                            "define it in errors.camel.yaml" + Report.nearest(configuration.text(), known));
                }
            } else if (!INNER.contains(route.scheme()) && !file.inPage() && !route.scheme().isEmpty()
                    && !route.node().get("errorHandler").exists()) {
                report.error(route.node().line(), "Nobody answers for a failure of '" + route.id() + "', which takes messages from " + route.scheme(),
                        "add 'routeConfigurationId:' with one of " + project.routeConfigurationsSeenBy(file).stream().sorted().toList());
            }
        }
    }

    static void innerErrors(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            YamlNode configuration = route.node().get("routeConfigurationId");
            if (route.isInner() && configuration.exists() && file.kind() == SourceFile.Kind.ROUTES && !project.restTargets().contains(route.uri())) {
                report.advice(configuration.line(), "An inner route names a routeConfigurationId, so its failures do not reach the edge that can answer",
                        "remove the line");
            }
            if (route.uri().startsWith("direct:command/") && route.node().get("errorHandler").exists()) {
                report.error(route.node().lineOf("errorHandler"), "A command has an error handler of its own, so its sender hears nothing of a failure",
                        "remove it; throw, and the bus answers");
            }
        }
    }

    static void swallowed(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            for (RouteModel.Step step : route.steps()) {
                for (YamlNode handler : step.value().get("doCatch").items()) {
                    List<YamlNode> steps = handler.get("steps").items();
                    if (steps.stream().allMatch(item -> item.get("log").exists())) {
                        report.advice(handler.line(), "This doCatch only logs, so the failure is lost",
                                "handle it, throw it on, or leave it to the edge");
                    }
                }
            }
        }
    }
}
