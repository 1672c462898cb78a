package io.dromedary.lint;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules about what one thing calls by the name of another: routes, properties, beans, kamelets, exceptions. */
final class ReferenceRules {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Set<String> PREDICATES = Set.of("filter", "when", "validate", "completionPredicate", "loopDoWhile");

    private ReferenceRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("direct-dangling", "Every direct: and seda: that is called has a route", ReferenceRules::dangling),
                new Rule("direct-twice", "Every direct: has one route", ReferenceRules::directTwice),
                new Rule("property-unset", "Every {{property}} has a value", ReferenceRules::property),
                new Rule("bean-unknown", "Every bean that is called exists", ReferenceRules::bean),
                new Rule("bean-method", "Every method that is called exists", ReferenceRules::beanMethod),
                new Rule("bean-type", "Every bean's class exists", ReferenceRules::beanType),
                new Rule("exception-unknown", "Every exception that is named exists", ReferenceRules::exception),
                new Rule("expression", "Every expression can be read", ReferenceRules::expression),
                new Rule("kamelet-unknown", "Every kamelet that is used exists", ReferenceRules::kamelet),
                new Rule("kamelet-parameter", "Kamelets get the parameters they ask for and no others", ReferenceRules::kameletParameter));
    }

    static void dangling(Project project, SourceFile file, Report report) {
        if (file.inPage() || file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        Set<String> served = project.routesSeenBy(file).stream().map(route -> plain(route.uri())).collect(Collectors.toCollection(TreeSet::new));
        List<Endpoint> called = new java.util.ArrayList<>(Endpoint.of(RouteModel.configurationSteps(file)));
        file.routes().forEach(route -> called.addAll(Endpoint.of(route.steps())));
        for (Endpoint endpoint : called) {
            boolean inside = endpoint.scheme().equals("direct") || endpoint.scheme().equals("seda");
            boolean optional = endpoint.options().getOrDefault("discardIfNoConsumers", "").equals("true");
            if (inside && !optional && !endpoint.dynamic() && !endpoint.plain().contains("{{") && !served.contains(plain(endpoint.plain()))) {
                report.error(endpoint.uriNode().line(), "No route begins with " + endpoint.plain(),
                        "correct the name, or write the route" + Report.nearest(endpoint.plain(), served));
            }
        }
    }

    private static String plain(String uri) {
        return uri.replaceFirst("\\?.*", "").replaceFirst("://", ":");
    }

    static void directTwice(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        for (RouteModel route : file.routes()) {
            boolean shared = route.from().get("parameters").get("multipleConsumers").text().equals("true");
            boolean inside = route.scheme().equals("direct") || route.scheme().equals("seda") && !shared;
            project.routesSeenBy(file).stream()
                    .filter(other -> inside && other.node() != route.node() && plain(other.uri()).equals(plain(route.uri()))
                            && !other.file().isAlternativeTo(file)).findFirst()
                    .ifPresent(other -> report.error(route.from().get("uri").line(), "Another route begins with " + route.uri() + " too: "
                            + other.file().path().getFileName() + ":" + other.from().line(), "give one of them another name"));
        }
    }

    static void property(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES && !file.inPage()) {
            properties(project, file.root(), report);
        }
    }

    private static void properties(Project project, YamlNode node, Report report) {
        for (Matcher used = PLACEHOLDER.matcher(node.text()); used.find();) {
            String name = used.group(1);
            boolean certain = !name.contains(":") && !name.startsWith("?");
            if (certain && !project.hasProperty(name)) {
                report.error(node.line(), "Property {{" + name + "}} has no value", "add it to application.properties, or give a default: {{" + name
                        + ":…}}" + Report.nearest(name, project.properties()));
            }
        }
        node.entries().forEach(entry -> properties(project, entry.value(), report));
        node.items().forEach(item -> properties(project, item, report));
    }

    /** Calls {@code visit} with every map that has a {@code ref} and perhaps a {@code method}: bean steps and method expressions. */
    private static void calls(YamlNode node, java.util.function.BiConsumer<YamlNode, String> visit) {
        for (YamlNode.Entry entry : node.entries()) {
            if (entry.key().equals("bean") || entry.key().equals("method")) {
                YamlNode reference = entry.value().isScalar() && entry.key().equals("bean") ? entry.value() : entry.value().get("ref");
                if (reference.exists() && !reference.text().contains("{{") && !reference.text().contains("$")) {
                    visit.accept(reference, entry.value().get("method").text());
                }
            }
            calls(entry.value(), visit);
        }
        node.items().forEach(item -> calls(item, visit));
    }

    static void bean(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES || file.inPage()) {
            return;
        }
        Map<String, Project.Bean> beans = project.beansSeenBy(file);
        calls(file.root(), (reference, method) -> {
            if (!beans.containsKey(reference.text())) {
                report.error(reference.line(), "There is no bean '" + reference.text() + "'",
                        "declare it under 'beans:', or correct the name" + Report.nearest(reference.text(), beans.keySet()));
            }
        });
    }

    static void beanMethod(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        Map<String, Project.Bean> beans = project.beansSeenBy(file);
        calls(file.root(), (reference, call) -> {
            Project.Bean bean = beans.get(reference.text());
            Class<?> type = bean == null ? null : load(bean.type());
            if (type != null && !call.isEmpty()) {
                Set<String> methods = Arrays.stream(type.getMethods()).map(Method::getName).collect(Collectors.toCollection(HashSet::new));
                String method = call.replaceFirst("\\(.*", "").trim();
                if (!methods.contains(method)) {
                    report.error(reference.line(), "'" + reference.text() + "' has no method '" + method + "'",
                            "correct the name" + Report.nearest(method, methods));
                }
            }
        });
    }

    private static Class<?> load(String name) {
        if (name == null || name.contains("{{") || name.startsWith("#")) {
            return null;
        }
        try {
            return Class.forName(name, false, ReferenceRules.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    static void beanType(Project project, SourceFile file, Report report) {
        List<YamlNode> lists = new java.util.ArrayList<>(file.root().items().stream().map(item -> item.get("beans")).toList());
        lists.add(file.root().get("spec").get("template").get("beans"));
        lists.stream().flatMap(list -> list.items().stream()).map(bean -> bean.get("type")).forEach(type -> {
            String name = type.text().replaceFirst("^#class:", "").replaceFirst("\\(.*", "");
            if (type.exists() && !name.contains("{{") && !name.startsWith("#") && load(name) == null) {
                report.error(type.line(), "There is no class " + name, "correct the name, or add its jar");
            }
        });
    }

    static void exception(Project project, SourceFile file, Report report) {
        exceptions(file.root(), report);
    }

    private static void exceptions(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            List<YamlNode> names = entry.key().equals("exception") && entry.value().isList() ? entry.value().items()
                    : entry.key().equals("exceptionType") ? List.of(entry.value()) : List.of();
            for (YamlNode name : names) {
                Class<?> type = load(name.text());
                if (name.isScalar() && !name.text().contains("{{") && (type == null || !Throwable.class.isAssignableFrom(type))) {
                    report.error(name.line(), "There is no exception " + name.text(), "write its full name, such as java.io.IOException");
                }
            }
            exceptions(entry.value(), report);
        }
        node.items().forEach(item -> exceptions(item, report));
    }

    static void expression(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES) {
            expressions(project, file.root(), false, report);
        }
    }

    private static void expressions(Project project, YamlNode node, boolean predicate, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            boolean language = Set.of("simple", "jsonpath", "jq").contains(entry.key());
            YamlNode text = entry.value().isScalar() ? entry.value() : entry.value().get("expression");
            if (language && text.isScalar()) {
                String problem = problem(project, entry.key(), PLACEHOLDER.matcher(text.text()).replaceAll("1"), predicate);
                if (problem != null) {
                    report.error(text.line(), "This " + entry.key() + " expression cannot be read: " + problem, "correct it; braces and quotes come in pairs");
                }
            }
            boolean inPredicate = PREDICATES.contains(entry.key()) || predicate && Set.of("expression", "simple", "jsonpath", "jq").contains(entry.key());
            expressions(project, entry.value(), inPredicate, report);
        }
        node.items().forEach(item -> expressions(project, item, predicate, report));
    }

    private static String problem(Project project, String language, String text, boolean predicate) {
        if (language.equals("simple")) {
            return project.components().expressionProblem(language, text, predicate);
        }
        try {
            if (language.equals("jq")) {
                net.thisptr.jackson.jq.JsonQuery.compile(text, net.thisptr.jackson.jq.Versions.JQ_1_6);
            } else {
                com.jayway.jsonpath.JsonPath.compile(text);
            }
            return null;
        } catch (net.thisptr.jackson.jq.exception.JsonQueryException | RuntimeException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
        }
    }

    static void kamelet(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            for (Endpoint endpoint : Endpoint.of(route)) {
                String name = endpoint.path().replaceFirst("/.*", "");
                boolean own = Set.of("source", "sink").contains(name) && file.kind() == SourceFile.Kind.KAMELET;
                if (endpoint.scheme().equals("kamelet") && !own && !name.contains("{{") && !project.kamelets().containsKey(name)) {
                    report.error(endpoint.uriNode().line(), "There is no kamelet '" + name + "'",
                            "correct the name, or write " + name + ".kamelet.yaml" + Report.nearest(name, project.kamelets().keySet()));
                }
            }
        }
    }

    static void kameletParameter(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            for (Endpoint endpoint : Endpoint.of(route)) {
                SourceFile kamelet = project.kamelets().get(endpoint.path().replaceFirst("/.*", ""));
                if (endpoint.scheme().equals("kamelet") && kamelet != null) {
                    parameters(endpoint, kamelet.root().get("spec").get("definition"), report);
                }
            }
        }
    }

    private static void parameters(Endpoint endpoint, YamlNode definition, Report report) {
        Set<String> known = definition.get("properties").entries().stream().map(YamlNode.Entry::key).collect(Collectors.toCollection(TreeSet::new));
        endpoint.options().keySet().stream().filter(option -> !known.contains(option)).forEach(option -> report.error(endpoint.lineOf(option),
                "Kamelet '" + endpoint.path() + "' has no parameter '" + option + "'", "use one of " + known + Report.nearest(option, known)));
        definition.get("required").items().stream().map(YamlNode::text).filter(name -> !endpoint.options().containsKey(name))
                .forEach(name -> report.error(endpoint.uriNode().line(), "Kamelet '" + endpoint.path() + "' needs '" + name + "'",
                        "add '" + name + ": …' under 'parameters:'"));
    }
}
