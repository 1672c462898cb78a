package io.dromedary.lint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/** Rules about endpoints: that there is such a component, that its options exist and have values it takes. */
final class EndpointRules {

    private static final Pattern SECRET_NAME = Pattern.compile("(?i)(?!continuation).*(password|passwd|secret|token|apikey|api-key|accesskey|private-?key|credential).*");
    private static final Pattern SECRET_TEXT = Pattern.compile("AKIA[0-9A-Z]{16}|Bearer [A-Za-z0-9._-]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
            + "|ghp_[A-Za-z0-9]{20,}|://[^/:@\\s{}]+:[^/@\\s{}]+@");

    private EndpointRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("component-unknown", "Every endpoint names a component that exists", EndpointRules::unknownComponent),
                new Rule("component-missing", "Every component is installed", EndpointRules::missingComponent),
                new Rule("option-unknown", "Every option exists", EndpointRules::unknownOption),
                new Rule("option-value", "Every option has a value of its type", EndpointRules::optionValue),
                new Rule("option-required", "Options without which an endpoint cannot work are there", EndpointRules::requiredOption),
                new Rule("option-side", "A route begins and ends with endpoints that can do that", EndpointRules::wrongSide),
                new Rule("option-twice", "No option is both in the uri and under parameters", EndpointRules::optionTwice),
                new Rule("option-in-uri", "Options are under parameters", EndpointRules::optionInUri),
                new Rule("secret", "No secret in a file", EndpointRules::secret),
                new Rule("secret-raw", "A property with a secret stands in RAW( )", EndpointRules::secretRaw),
                new Rule("environment", "Only application.properties reads the environment", EndpointRules::environment));
    }

    private static List<Endpoint> endpoints(SourceFile file) {
        List<Endpoint> endpoints = new ArrayList<>();
        file.routes().forEach(route -> endpoints.addAll(Endpoint.of(route)));
        endpoints.addAll(Endpoint.of(RouteModel.configurationSteps(file)));
        return endpoints;
    }

    private static List<Endpoint> known(Project project, SourceFile file) {
        return endpoints(file).stream().filter(endpoint -> !endpoint.scheme().contains("{") && !endpoint.scheme().contains("$")
                && project.components().isKnown(endpoint.scheme())).toList();
    }

    static void unknownComponent(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : endpoints(file)) {
            String scheme = endpoint.scheme();
            if (!scheme.contains("{") && !scheme.contains("$") && !project.components().isKnown(scheme)) {
                report.error(endpoint.uriNode().line(), "There is no component '" + scheme + "'",
                        "use one of Camel's or ours" + Report.nearest(scheme, project.components().names()));
            }
        }
    }

    static void missingComponent(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : known(project, file)) {
            if (!project.components().isInstalled(endpoint.scheme())) {
                report.error(endpoint.uriNode().line(), "Component '" + endpoint.scheme() + "' is not part of this installation",
                        "add " + project.components().about(endpoint.scheme()).path("artifactId").asText() + ", or use a component that is there");
            }
        }
    }

    private static boolean takesAny(Project project, Endpoint endpoint) {
        return project.components().about(endpoint.scheme()).path("lenientProperties").asBoolean() || endpoint.scheme().equals("kamelet");
    }

    static void unknownOption(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : known(project, file)) {
            if (takesAny(project, endpoint)) {
                continue;
            }
            JsonNode options = project.components().options(endpoint.scheme());
            Set<String> names = new TreeSet<>();
            options.fieldNames().forEachRemaining(names::add);
            for (String option : endpoint.options().keySet()) {
                if (!options.has(option) && !isPrefixed(options, option) && !option.contains("{{")) {
                    report.error(endpoint.lineOf(option), "'" + endpoint.scheme() + "' has no option '" + option + "'",
                            "remove it or use another" + Report.nearest(option, names));
                }
            }
        }
    }

    private static boolean isPrefixed(JsonNode options, String option) {
        for (JsonNode one : options) {
            if (one.has("prefix") && option.startsWith(one.get("prefix").asText())) {
                return true;
            }
        }
        return false;
    }

    static void optionValue(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : known(project, file)) {
            JsonNode options = project.components().options(endpoint.scheme());
            endpoint.options().forEach((name, value) -> {
                String wanted = wanted(project, options.path(name), value);
                if (wanted != null) {
                    report.error(endpoint.lineOf(name), "'" + value + "' is no value of '" + name + "' of " + endpoint.scheme(), "write " + wanted);
                }
            });
        }
    }

    /** What would be a value of this option, or null if this is one. */
    private static String wanted(Project project, JsonNode option, String value) {
        if (value.contains("{{") || value.contains("${") || value.startsWith("#") || value.startsWith("RAW(")) {
            return null;
        }
        String type = option.path("type").asText();
        if (option.has("enum")) {
            List<String> choices = new ArrayList<>();
            option.get("enum").forEach(choice -> choices.add(choice.asText()));
            return choices.stream().anyMatch(choice -> choice.replace("-", "").equalsIgnoreCase(value.replace("-", "").replace("_", ""))) ? null
                    : "one of " + String.join(", ", choices);
        }
        return switch (type) {
            case "boolean" -> Set.of("true", "false").contains(value) ? null : "true or false";
            case "integer" -> value.matches("[-+]?\\d+") ? null : "a whole number";
            case "number" -> value.matches("[-+]?\\d*\\.?\\d+([eE][-+]?\\d+)?") ? null : "a number";
            case "duration" -> project.components().isTime(value) ? null : "a time such as 500 (ms), 10s or 2m";
            default -> null;
        };
    }

    static void requiredOption(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : known(project, file)) {
            project.components().options(endpoint.scheme()).properties().forEach(option -> {
                boolean given = endpoint.options().containsKey(option.getKey())
                        || option.getValue().path("kind").asText().equals("path") && !endpoint.path().isEmpty();
                if (option.getValue().path("required").asBoolean() && !option.getValue().has("defaultValue") && !given) {
                    report.error(endpoint.uriNode().line(), "'" + endpoint.scheme() + "' cannot work without '" + option.getKey() + "'",
                            "add '" + option.getKey() + ": …' under 'parameters:'");
                }
            });
        }
    }

    static void wrongSide(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : known(project, file)) {
            JsonNode about = project.components().about(endpoint.scheme());
            if (endpoint.consumer() && about.path("producerOnly").asBoolean()) {
                report.error(endpoint.uriNode().line(), "No route can begin with '" + endpoint.scheme() + "': it only takes messages",
                        "begin with a timer, direct: or another source and call it in a step");
            } else if (!endpoint.consumer() && about.path("consumerOnly").asBoolean()) {
                report.error(endpoint.uriNode().line(), "Nothing can be sent to '" + endpoint.scheme() + "': it only gives messages",
                        "begin a route with it");
            }
            JsonNode options = project.components().options(endpoint.scheme());
            for (String name : endpoint.options().keySet()) {
                List<String> labels = Arrays.asList(options.path(name).path("label").asText().split(","));
                boolean both = labels.contains("consumer") && labels.contains("producer");
                String other = endpoint.consumer() ? "producer" : "consumer";
                // Both ends of a seda: queue have to agree, whichever comes first.
                if (labels.contains(other) && !both && !endpoint.dynamic() && !endpoint.scheme().equals("seda")) {
                    report.error(endpoint.lineOf(name), "'" + name + "' has no effect here: it is for "
                            + (endpoint.consumer() ? "sending to " : "receiving from ") + endpoint.scheme(), "remove it");
                }
            }
        }
    }

    static void optionTwice(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : endpoints(file)) {
            for (Map.Entry<String, String> option : endpoint.inUri().entrySet()) {
                if (endpoint.parameters().get(option.getKey()).exists()) {
                    report.error(endpoint.parameters().lineOf(option.getKey()), "'" + option.getKey() + "' is in the uri as well",
                            "keep it only under 'parameters:'");
                }
            }
        }
    }

    static void optionInUri(Project project, SourceFile file, Report report) {
        for (Endpoint endpoint : endpoints(file)) {
            if (!endpoint.inUri().isEmpty() && !endpoint.dynamic()) {
                report.error(endpoint.uriNode().line(), "Options in the uri: " + endpoint.inUri().keySet(), "move them under 'parameters:'");
            }
        }
    }

    static void secret(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.SCHEMA || file.kind() == SourceFile.Kind.TEST) {
            return;
        }
        secrets(file.root(), report);
        for (Endpoint endpoint : known(project, file)) {
            JsonNode options = project.components().options(endpoint.scheme());
            endpoint.options().forEach((name, value) -> {
                boolean secret = options.path(name).path("secret").asBoolean() || SECRET_NAME.matcher(name).matches() && options.path(name).path("type").asText("string").equals("string");
                if (secret && isLiteral(value)) {
                    report.error(endpoint.lineOf(name), "A secret stands in the route: '" + name + "'",
                            "set it on the component in application.properties, from an environment variable");
                }
            });
        }
    }

    private static boolean isLiteral(String value) {
        return !value.isEmpty() && !value.contains("{{") && !value.contains("${") && !value.startsWith("#");
    }

    private static void secrets(YamlNode node, Report report) {
        if (node.isScalar() && SECRET_TEXT.matcher(node.text()).find()) {
            report.error(node.line(), "This looks like a secret", "set it on the component in application.properties, from an environment variable");
        }
        node.entries().forEach(entry -> secrets(entry.value(), report));
        node.items().forEach(item -> secrets(item, report));
    }

    static void secretRaw(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.ROUTES) {
            return;
        }
        for (Endpoint endpoint : known(project, file)) {
            JsonNode options = project.components().options(endpoint.scheme());
            endpoint.options().forEach((name, value) -> {
                boolean password = options.path(name).path("secret").asBoolean() && SECRET_NAME.matcher(name).matches();
                if (password && value.startsWith("{{")) {
                    report.error(endpoint.lineOf(name), "In '" + name + "' a + would become a blank and a % something else",
                            "write \"RAW(" + value + ")\", or set it on the component");
                }
            });
        }
    }

    static void environment(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.SCHEMA && file.kind() != SourceFile.Kind.TEST) {
            environment(file.root(), report);
        }
    }

    private static void environment(YamlNode node, Report report) {
        if (node.isScalar() && Pattern.compile("\\{\\{\\??(env|sys):|\\$\\{(env|sysenv|sys)[.:]").matcher(node.text()).find()) {
            report.error(node.line(), "This route reads the environment itself", "add a line to application.properties and use {{that.property}}");
        }
        node.entries().forEach(entry -> environment(entry.value(), report));
        node.items().forEach(item -> environment(item, report));
    }
}
