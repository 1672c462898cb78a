package io.dromedary.lint;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules about kamelets: those of the public catalogue, and ours. */
final class KameletRules {

    private static final Set<String> TYPES = Set.of("source", "sink", "action");
    private static final Pattern KEBAB = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern USED = Pattern.compile("\\{\\{\\??([A-Za-z0-9_-]+)(:[^}]*)?}}");
    private static final List<String> ANNOTATIONS = List.of("camel.apache.org/kamelet.support.level", "camel.apache.org/catalog.version",
            "camel.apache.org/provider", "camel.apache.org/kamelet.group", "camel.apache.org/kamelet.namespace");

    private KameletRules() {
    }

    static List<Rule> rules() {
        return List.of(
                rule("kamelet-head", "apiVersion, kind, metadata and spec are there", KameletRules::head),
                rule("kamelet-name", "A kamelet is called <name>-source, -sink or -action, as its file", KameletRules::name),
                rule("kamelet-type", "Its label says source, sink or action, as its name", KameletRules::type),
                rule("kamelet-annotations", "Catalogues find its provider, group and version", KameletRules::annotations),
                rule("kamelet-title", "Title and description are there; the title ends as the name", KameletRules::title),
                rule("kamelet-property", "A property has title, description, type and example", KameletRules::property),
                rule("kamelet-default", "A default has the type of its property", KameletRules::defaultType),
                rule("kamelet-required", "What is required is a property, without a default", KameletRules::required),
                rule("kamelet-used", "Every property is used in the template", KameletRules::used),
                rule("kamelet-declared", "Every {{name}} in the template is a property", KameletRules::declared),
                rule("kamelet-ends", "A source ends in kamelet:sink, the others begin with kamelet:source", KameletRules::ends),
                rule("kamelet-secret", "A secret is marked as a password", KameletRules::secret));
    }

    private static Rule rule(String id, String about, Rule.Check check) {
        return new Rule(id, about, (project, file, report) -> {
            if (file.kind() == SourceFile.Kind.KAMELET && file.root().isMap()) {
                check.look(project, file, report);
            }
        });
    }

    private static String nameOf(SourceFile file) {
        return file.root().get("metadata").get("name").text();
    }

    private static String suffix(String name) {
        return name.substring(name.lastIndexOf('-') + 1);
    }

    private static YamlNode definition(SourceFile file) {
        return file.root().get("spec").get("definition");
    }

    static void head(Project project, SourceFile file, Report report) {
        if (!file.root().get("apiVersion").text().equals("camel.apache.org/v1")) {
            report.error(file.root().lineOf("apiVersion"), "apiVersion is not that of a kamelet", "write 'apiVersion: camel.apache.org/v1'");
        }
        if (!file.root().get("kind").text().equals("Kamelet")) {
            report.error(file.root().lineOf("kind"), "kind is not Kamelet", "write 'kind: Kamelet'");
        }
        for (String key : List.of("metadata", "spec")) {
            if (!file.root().get(key).isMap()) {
                report.error(1, "'" + key + "' is missing", "add '" + key + ":'");
            }
        }
        YamlNode spec = file.root().get("spec");
        if (spec.isMap() && !spec.get("template").isMap()) {
            report.error(spec.line(), "The kamelet has no template", "add 'template:' with 'from:' and 'steps:'");
        }
    }

    static void name(Project project, SourceFile file, Report report) {
        String name = nameOf(file);
        YamlNode metadata = file.root().get("metadata");
        if (!KEBAB.matcher(name).matches() || !TYPES.contains(suffix(name))) {
            report.error(metadata.lineOf("name"), "'" + name + "' is no name for a kamelet", "write kebab-case that ends in -source, -sink or -action");
        } else if (!file.inPage() && !file.baseName().equals(name)) {
            report.error(metadata.lineOf("name"), "The file is called " + file.path().getFileName() + ", the kamelet " + name,
                    "name both alike: " + name + ".kamelet.yaml");
        }
    }

    static void type(Project project, SourceFile file, Report report) {
        YamlNode labels = file.root().get("metadata").get("labels");
        String type = labels.get("camel.apache.org/kamelet.type").text();
        String wanted = suffix(nameOf(file));
        if (!type.equals(wanted) && TYPES.contains(wanted)) {
            report.error(labels.exists() ? labels.lineOf("camel.apache.org/kamelet.type") : file.root().lineOf("metadata"),
                    type.isEmpty() ? "The label with its type is missing" : "It is labelled '" + type + "' but called a " + wanted,
                    "write 'camel.apache.org/kamelet.type: " + wanted + "' under 'labels:'");
        }
    }

    static void annotations(Project project, SourceFile file, Report report) {
        YamlNode annotations = file.root().get("metadata").get("annotations");
        List<String> missing = ANNOTATIONS.stream().filter(name -> annotations.get(name).text().isBlank()).toList();
        if (!missing.isEmpty()) {
            report.error(annotations.exists() ? annotations.line() : file.root().lineOf("metadata"), "Annotations are missing: " + missing,
                    "add them under 'metadata: annotations:'; --fix does");
        }
    }

    static void title(Project project, SourceFile file, Report report) {
        YamlNode definition = definition(file);
        int line = definition.exists() ? definition.line() : file.root().lineOf("spec");
        String wanted = suffix(nameOf(file));
        if (definition.get("title").text().isBlank()) {
            report.error(line, "The kamelet has no title", "add 'title:' that ends in " + capital(wanted));
        } else if (TYPES.contains(wanted) && !definition.get("title").text().endsWith(capital(wanted))) {
            report.error(definition.lineOf("title"), "The title does not end in " + capital(wanted),
                    "write '" + definition.get("title").text().replaceFirst(" (Source|Sink|Action)$", "") + " " + capital(wanted) + "'");
        }
        if (definition.get("description").text().isBlank()) {
            report.error(line, "The kamelet has no description", "add 'description:' with one sentence");
        }
        if (!definition.get("type").text().equals("object")) {
            report.error(definition.get("type").exists() ? definition.lineOf("type") : line, "The definition is not of type object", "write 'type: object'");
        }
    }

    private static String capital(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    static void property(Project project, SourceFile file, Report report) {
        for (YamlNode.Entry property : properties(file)) {
            List<String> missing = List.of("title", "description", "type", "example").stream()
                    .filter(key -> !property.value().get(key).exists() && !(key.equals("example") && property.value().get("enum").exists())).toList();
            if (!missing.isEmpty()) {
                report.error(property.keyLine(), "Property '" + property.key() + "' lacks " + String.join(", ", missing), "add them; forms are made from them");
            }
            String type = property.value().get("type").text();
            if (!type.isEmpty() && !Set.of("string", "integer", "number", "boolean", "array", "object").contains(type)) {
                report.error(property.value().lineOf("type"), "'" + type + "' is no type of a property", "write string, integer, number or boolean");
            }
        }
    }

    private static List<YamlNode.Entry> properties(SourceFile file) {
        return definition(file).get("properties").entries();
    }

    static void defaultType(Project project, SourceFile file, Report report) {
        for (YamlNode.Entry property : properties(file)) {
            YamlNode value = property.value().get("default");
            String type = property.value().get("type").text();
            var json = value.toJson();
            boolean fits = switch (type) {
                case "integer" -> json.isIntegralNumber();
                case "number" -> json.isNumber();
                case "boolean" -> json.isBoolean();
                case "string" -> json.isTextual();
                default -> true;
            };
            if (value.exists() && !fits) {
                report.error(value.line(), "The default '" + value.text() + "' is not of type " + type,
                        type.equals("string") ? "quote it" : "write a value of type " + type + " without quotes");
            }
        }
    }

    static void required(Project project, SourceFile file, Report report) {
        Set<String> names = properties(file).stream().map(YamlNode.Entry::key).collect(Collectors.toCollection(TreeSet::new));
        for (YamlNode name : definition(file).get("required").items()) {
            if (!names.contains(name.text())) {
                report.error(name.line(), "'" + name.text() + "' is required but no property", "add it under 'properties:'" + Report.nearest(name.text(), names));
            } else if (definition(file).get("properties").get(name.text()).get("default").exists()) {
                report.error(name.line(), "'" + name.text() + "' is required although it has a default", "remove one of the two");
            }
        }
    }

    static void used(Project project, SourceFile file, Report report) {
        Set<String> used = usedIn(file.root().get("spec").get("template"));
        properties(file).stream().filter(property -> !used.contains(property.key())).forEach(property -> report.error(property.keyLine(),
                "Property '" + property.key() + "' has no effect", "use {{" + property.key() + "}} in the template, or remove it"));
    }

    private static Set<String> usedIn(YamlNode node) {
        Set<String> used = new TreeSet<>();
        for (Matcher name = USED.matcher(node.text()); name.find();) {
            used.add(name.group(1));
        }
        node.entries().forEach(entry -> used.addAll(usedIn(entry.value())));
        node.items().forEach(item -> used.addAll(usedIn(item)));
        return used;
    }

    static void declared(Project project, SourceFile file, Report report) {
        YamlNode template = file.root().get("spec").get("template");
        Set<String> known = properties(file).stream().map(YamlNode.Entry::key).collect(Collectors.toCollection(TreeSet::new));
        template.get("beans").items().forEach(bean -> known.add(bean.get("name").text()));
        undeclared(template, known, report);
    }

    private static void undeclared(YamlNode node, Set<String> known, Report report) {
        for (Matcher name = USED.matcher(node.text()); name.find();) {
            if (!known.contains(name.group(1)) && !name.group(1).equals("env")) {
                report.error(node.line(), "{{" + name.group(1) + "}} is no property of the kamelet",
                        "describe it under 'properties:'" + Report.nearest(name.group(1), known));
            }
        }
        node.entries().forEach(entry -> undeclared(entry.value(), known, report));
        node.items().forEach(item -> undeclared(item, known, report));
    }

    static void ends(Project project, SourceFile file, Report report) {
        for (RouteModel route : file.routes()) {
            boolean source = suffix(nameOf(file)).equals("source");
            if (source && Endpoint.of(route.steps()).stream().noneMatch(endpoint -> endpoint.plain().equals("kamelet:sink"))) {
                report.error(route.from().line(), "What this source receives goes nowhere", "end the steps with 'to: uri: kamelet:sink'");
            } else if (!source && TYPES.contains(suffix(nameOf(file))) && !route.uri().equals("kamelet:source")) {
                report.error(route.from().lineOf("uri"), "It begins with " + route.uri() + ", so nothing can be sent to it", "write 'uri: kamelet:source'");
            }
        }
    }

    static void secret(Project project, SourceFile file, Report report) {
        for (YamlNode.Entry property : properties(file)) {
            boolean secret = property.key().toLowerCase().matches(".*(password|secret|accesstoken|(^|[^n_])token|accesskey).*");
            if (secret && !property.value().get("format").text().equals("password")) {
                report.error(property.keyLine(), "Property '" + property.key() + "' would be shown in forms", "add 'format: password'");
            }
        }
    }
}
