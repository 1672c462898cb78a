package io.dromedary.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules about the form of a file: YAML, Camel's schema, the canonical way to write it. */
final class FormRules {

    private static final Set<String> SHORT_STEPS = Set.of("to", "toD", "log", "setBody", "wireTap", "bean", "removeHeader", "removeHeaders", "poll");
    private static final Set<String> LANGUAGES = Set.of("constant", "header", "jq", "jsonpath", "method", "ref", "simple", "tokenize", "variable",
            "xpath", "exchangeProperty", "language");
    private static final Set<String> EXPRESSION_STEPS = Set.of("setBody", "setHeader", "setVariable", "setProperty", "filter", "split", "when",
            "validate", "transform", "delay", "loop", "throttle", "recipientList", "routingSlip", "dynamicRouter", "sort", "script", "enrich",
            "pollEnrich", "idempotentConsumer");
    private static final Pattern GOOD_NAME = Pattern.compile("[A-Za-z0-9_-]+\\.camel\\.yaml");

    private static final Pattern ANCHOR = Pattern.compile("\\s*(- )*[A-Za-z][\\w-]*:\\s+[&*][A-Za-z]\\w*\\s*");

    private FormRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("yaml-syntax", "Every file is YAML, every schema JSON", FormRules::syntax),
                new Rule("duplicate-key", "No key twice in one map", FormRules::duplicateKey),
                new Rule("file-name", "Route files are named <name>.camel.yaml with no other dot", FormRules::fileName),
                new Rule("empty-file", "A route file holds a list of routes, beans or configurations", FormRules::emptyFile),
                new Rule("camel-schema", "Routes fit the schema of Camel's YAML DSL", FormRules::camelSchema),
                new Rule("one-key-per-step", "A step has one key; its options are indented below it", FormRules::oneKey),
                new Rule("canonical-step", "A step is written in full: to: with uri: below it", FormRules::canonicalStep),
                new Rule("canonical-expression", "An expression is written in full: expression: simple: expression:", FormRules::canonicalExpression),
                new Rule("no-anchors", "No YAML anchors (&name, *name): editors write what they stand for", FormRules::anchors));
    }

    static void syntax(Project project, SourceFile file, Report report) {
        if (file.unreadable() != null) {
            report.error(file.unreadable().line(), "This cannot be read: " + file.unreadable().message(),
                    file.text().contains("\t") ? "indent with spaces, never with tabs" : "correct the indentation, quotes or brackets here or just above");
        } else if (file.kind() == SourceFile.Kind.SCHEMA) {
            try {
                new com.fasterxml.jackson.databind.ObjectMapper().readTree(file.text());
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                report.error(e.getLocation().getLineNr(), "A schema is JSON: " + e.getOriginalMessage(), "correct the JSON");
            }
        }
    }

    static void duplicateKey(Project project, SourceFile file, Report report) {
        duplicates(file.root(), report);
    }

    private static void duplicates(YamlNode node, Report report) {
        Set<String> seen = new HashSet<>();
        for (YamlNode.Entry entry : node.entries()) {
            if (!seen.add(entry.key())) {
                report.error(entry.keyLine(), "'" + entry.key() + "' is there twice, and only one of them counts", "keep one of the two");
            }
            duplicates(entry.value(), report);
        }
        node.items().forEach(item -> duplicates(item, report));
    }

    static void fileName(Project project, SourceFile file, Report report) {
        String name = file.path().getFileName().toString();
        if (file.kind() == SourceFile.Kind.ROUTES && !file.inPage() && !GOOD_NAME.matcher(name).matches()) {
            report.error(1, "A file with this name is not loaded, or stops the start", "name it " + name.replaceFirst("(\\.camel)?\\.ya?ml$", "")
                    .replaceAll("[^A-Za-z0-9_-]", "-") + ".camel.yaml");
        }
    }

    static void emptyFile(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES && file.unreadable() == null && !file.root().isList()) {
            report.error(Math.max(1, file.root().line()), file.root().exists() ? "This is not a list" : "The file is empty",
                    "write a list that begins with '- route:', '- beans:' or '- routeConfiguration:'");
        }
    }

    static void camelSchema(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.ROUTES && file.root().isList()) {
            CamelSchema.problems(file.root()).forEach(problem -> report.error(problem.line(), problem.message(), problem.remedy()));
        } else if (file.kind() == SourceFile.Kind.KAMELET) {
            YamlNode template = file.root().get("spec").get("template");
            if (template.get("from").exists()) {
                CamelSchema.templateProblems(template).forEach(problem -> report.error(problem.line(), problem.message(), problem.remedy()));
            }
        }
    }

    static void oneKey(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            List<YamlNode> lists = new ArrayList<>(List.of(route.from().get("steps")));
            route.steps().forEach(step -> lists.add(step.value().get("steps")));
            for (YamlNode list : lists) {
                list.items().stream().filter(item -> item.entries().size() > 1).forEach(item -> {
                    YamlNode.Entry second = item.entries().get(1);
                    report.error(second.keyLine(), "'" + second.key() + "' stands beside '" + item.entries().get(0).key() + "' in one step",
                            "indent it below '" + item.entries().get(0).key() + ":' if it is an option, or begin a new step with '- '");
                });
            }
        }
    }

    static void canonicalStep(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            if (route.from().isScalar()) {
                report.error(route.node().lineOf("from"), "'from: " + route.from().text() + "' is a short form that editors do not keep",
                        "write 'from:' with 'uri: " + route.from().text() + "' below it");
            }
            for (RouteModel.Step step : route.steps()) {
                if (step.value().isScalar() && SHORT_STEPS.contains(step.name())) {
                    String option = switch (step.name()) {
                        case "log" -> "message";
                        case "bean" -> "ref";
                        case "setBody" -> "expression";
                        case "removeHeader" -> "name";
                        case "removeHeaders" -> "pattern";
                        default -> "uri";
                    };
                    report.error(step.line(), "'" + step.name() + ": " + step.value().text() + "' is a short form that editors do not keep",
                            "write '" + step.name() + ":' with '" + option + ": " + step.value().text() + "' below it");
                }
            }
        }
    }

    static void canonicalExpression(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            for (RouteModel.Step step : route.steps()) {
                if (EXPRESSION_STEPS.contains(step.name())) {
                    inFull(step.value(), report);
                }
                step.value().get("when").items().forEach(when -> inFull(when, report));
                step.value().get("doCatch").items().forEach(caught -> inFull(caught.get("onWhen"), report));
            }
        }
    }

    static void anchors(Project project, SourceFile file, Report report) {
        if (file.inPage() || file.kind() != SourceFile.Kind.ROUTES && file.kind() != SourceFile.Kind.KAMELET) {
            return;
        }
        String[] lines = file.text().split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (ANCHOR.matcher(lines[i]).matches()) {
                report.error(i + 1, "A YAML anchor or a reference to one", "write out what it stands for");
            }
        }
    }

    private static void inFull(YamlNode owner, Report report) {
        for (YamlNode.Entry entry : owner.entries()) {
            if (LANGUAGES.contains(entry.key())) {
                report.error(entry.keyLine(), "'" + entry.key() + "' stands directly below the step, a short form that editors do not keep",
                        "write 'expression:', below it '" + entry.key() + ":', below that 'expression: …'");
            }
        }
        for (YamlNode.Entry language : owner.get("expression").entries()) {
            YamlNode text = language.value().get("expression");
            if (text.exists() && text.text().isEmpty()) {
                report.error(text.line(), "An empty expression, which editors do not keep", "write 'simple:' with 'expression: ${empty(string)}' below it");
            }
            if (language.value().isScalar()) {
                report.error(language.keyLine(), "'" + language.key() + ": " + language.value().text() + "' is a short form that editors do not keep",
                        "write '" + language.key() + ":' with 'expression: " + language.value().text() + "' below it");
            }
        }
    }
}
