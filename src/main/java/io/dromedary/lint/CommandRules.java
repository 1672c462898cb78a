package io.dromedary.lint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;

/** Rules about commands and what lies beside them. */
final class CommandRules {

    private static final String COMMAND = "direct:command/";

    private CommandRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("command-place", "Command petal/command lies in commands/<petal>/<command>.camel.yaml", CommandRules::place),
                new Rule("command-id", "Its route is called <petal>.<command>", CommandRules::routeId),
                new Rule("command-schema", "A command has a schema", CommandRules::schemaBeside),
                new Rule("command-test", "A command has a test", CommandRules::testBeside),
                new Rule("command-page", "A shipped command has a page", CommandRules::page),
                new Rule("schema-valid", "A schema is a JSON schema", CommandRules::schemaValid),
                new Rule("schema-text", "A schema has a title and a description, which become the page", CommandRules::schemaText),
                new Rule("schema-closed", "A schema says whether it takes further fields", CommandRules::schemaClosed),
                new Rule("schema-required", "What a schema requires is among its properties", CommandRules::schemaRequired),
                new Rule("orphan", "Every schema and test has a route beside it", CommandRules::orphan));
    }

    private static List<RouteModel> commands(SourceFile file) {
        return file.kind() != SourceFile.Kind.ROUTES || file.inPage() ? List.of()
                : file.routes().stream().filter(route -> route.uri().startsWith(COMMAND)).toList();
    }

    static void place(Project project, SourceFile file, Report report) {
        for (RouteModel route : commands(file)) {
            String name = route.uri().substring(COMMAND.length());
            if (file.command() != null && !name.equals(file.command())) {
                report.error(route.from().get("uri").line(), "The file is named for " + file.command() + ", the route serves " + name,
                        "write 'uri: " + COMMAND + file.command() + "', or move the file to commands/" + name + ".camel.yaml");
            } else if (file.command() == null) {
                report.advice(route.from().get("uri").line(), "A command outside of a folder commands/<petal>", "move the file to commands/" + name
                        + ".camel.yaml, so that its schema and test are found");
            }
        }
    }

    static void routeId(Project project, SourceFile file, Report report) {
        for (RouteModel route : commands(file)) {
            String wanted = route.uri().substring(COMMAND.length()).replace('/', '.');
            boolean same = route.id().replace('_', '-').equals(wanted.replace('_', '-'));
            if (!same && !route.id().isEmpty()) {
                report.error(route.node().get("id").line(), "The route of command " + route.uri().substring(COMMAND.length()) + " is called '"
                        + route.id() + "'", "write 'id: " + wanted + "'");
            }
        }
    }

    private static boolean has(SourceFile file, String ending) {
        return Files.exists(file.path().resolveSibling(file.baseName() + ending));
    }

    static void schemaBeside(Project project, SourceFile file, Report report) {
        commands(file).stream().filter(route -> !has(file, ".schema.json")).forEach(route -> need(project, report, route,
                "has no schema, so any payload reaches it", "write " + file.baseName() + ".schema.json beside it"));
    }

    static void testBeside(Project project, SourceFile file, Report report) {
        commands(file).stream().filter(route -> !has(file, ".test.yaml")).forEach(route -> need(project, report, route,
                "has no test", "write " + file.baseName() + ".test.yaml beside it ('dromedary new command' makes one)"));
    }

    static void page(Project project, SourceFile file, Report report) {
        for (RouteModel route : commands(file)) {
            String name = route.uri().substring(COMMAND.length());
            if (project.docs() != null && !Files.exists(project.docs().resolve(name + ".md"))) {
                report.error(route.from().get("uri").line(), "Command " + name + " has no page", "run 'dromedary docs' to write " + Path.of("docs/commands", name + ".md"));
            }
        }
    }

    /** What a shipped command must have and an engineer's own should have. */
    private static void need(Project project, Report report, RouteModel route, String problem, String remedy) {
        String message = "Command " + route.uri().substring(COMMAND.length()) + " " + problem;
        if (project.docs() != null) {
            report.error(route.from().get("uri").line(), message, remedy);
        } else {
            report.advice(route.from().get("uri").line(), message, remedy);
        }
    }

    private static boolean isSchema(SourceFile file) {
        return file.kind() == SourceFile.Kind.SCHEMA && file.unreadable() == null && file.root().isMap();
    }

    static void schemaValid(Project project, SourceFile file, Report report) {
        if (file.kind() == SourceFile.Kind.SCHEMA && file.unreadable() == null && !file.root().isMap()) {
            report.error(1, "A schema is a JSON object", "write {\"type\": \"object\", …}");
        }
        if (!isSchema(file)) {
            return;
        }
        JsonNode content = file.root().toJson();
        boolean draft7 = content.path("$schema").asText().contains("draft-07");
        Collection<ValidationMessage> problems = JsonSchemaFactory.getInstance(draft7 ? SpecVersion.VersionFlag.V7 : SpecVersion.VersionFlag.V202012)
                .getSchema(com.networknt.schema.SchemaLocation.of(draft7 ? "http://json-schema.org/draft-07/schema#" : "https://json-schema.org/draft/2020-12/schema"))
                .validate(content);
        for (ValidationMessage problem : problems) {
            report.error(TestRules.lineAt(file.root(), problem), "No JSON schema: " + problem.getMessage(), "use the keywords and types of JSON Schema");
        }
        if (problems.isEmpty()) {
            types(file.root(), report);
        }
    }

    private static final Set<String> KEYWORDS = Set.of("requird", "propertys", "additionalProperty", "minlength", "maxlength", "descripton", "enums");

    private static void types(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            if (KEYWORDS.contains(entry.key()) && !node.get("type").isMap()) {
                report.error(entry.keyLine(), "'" + entry.key() + "' is no keyword of JSON Schema and has no effect", "correct it"
                        + Report.nearest(entry.key(), List.of("required", "properties", "additionalProperties", "minLength", "maxLength", "description", "enum")));
            }
            types(entry.value(), report);
        }
    }

    static void schemaText(Project project, SourceFile file, Report report) {
        if (isSchema(file) && file.command() != null) {
            for (String key : List.of("title", "description")) {
                if (file.root().get(key).text().isBlank()) {
                    report.error(file.root().line(), "The schema has no " + key, "add \"" + key + "\": \"…\"");
                }
            }
        }
    }

    static void schemaClosed(Project project, SourceFile file, Report report) {
        if (isSchema(file) && file.command() != null && !file.root().get("additionalProperties").exists()) {
            report.advice(file.root().line(), "The schema lets misspelt fields pass", "add \"additionalProperties\": false, or true if that is meant");
        }
    }

    static void schemaRequired(Project project, SourceFile file, Report report) {
        if (isSchema(file)) {
            for (YamlNode name : file.root().get("required").items()) {
                if (!file.root().get("properties").get(name.text()).exists()) {
                    report.error(name.line(), "'" + name.text() + "' is required but not described", "add it to \"properties\""
                            + Report.nearest(name.text(), file.root().get("properties").entries().stream().map(YamlNode.Entry::key).toList()));
                }
            }
        }
    }

    static void orphan(Project project, SourceFile file, Report report) {
        boolean beside = file.kind() == SourceFile.Kind.SCHEMA || file.kind() == SourceFile.Kind.TEST && !file.root().get("routes").exists();
        if (beside && !file.inPage() && !has(file, ".camel.yaml")) {
            report.error(1, "There is no " + file.baseName() + ".camel.yaml beside it, so it has no effect", "give it the name of its route's file");
        }
    }
}
