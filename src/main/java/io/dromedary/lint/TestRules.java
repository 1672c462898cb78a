package io.dromedary.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.networknt.schema.ValidationMessage;
import io.dromedary.routetest.TestFile;

/** Rules about tests of routes. */
final class TestRules {

    private TestRules() {
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("test-format", "A test has the form of docs/testing.md", TestRules::format),
                new Rule("test-name", "No two tests of a file have the same name", TestRules::name),
                new Rule("test-step", "A mocked step exists", TestRules::step),
                new Rule("test-mock", "A mocked endpoint is called by a route under test", TestRules::mock),
                new Rule("test-route", "A route that a test gives a message to exists", TestRules::route));
    }

    /** The line of the value that a schema's message is about. */
    static int lineAt(YamlNode root, ValidationMessage message) {
        YamlNode node = root;
        int names = message.getInstanceLocation().getNameCount();
        for (int i = 0; i < names; i++) {
            Object name = message.getInstanceLocation().getElement(i);
            YamlNode next = name instanceof Integer index ? node.items().get(index) : node.get(name.toString());
            if (!next.exists()) {
                break;
            }
            node = next;
        }
        return message.getType().equals("additionalProperties") ? node.lineOf(message.getProperty()) : node.line();
    }

    static void format(Project project, SourceFile file, Report report) {
        if (file.kind() != SourceFile.Kind.TEST || file.unreadable() != null) {
            return;
        }
        for (ValidationMessage problem : TestFile.problems(file.root().toJson())) {
            report.error(lineAt(file.root(), problem), "No test: " + problem.getMessage(), "see docs/testing.md for what can be written here");
        }
    }

    static void name(Project project, SourceFile file, Report report) {
        Set<String> names = new HashSet<>();
        tests(file).forEach(test -> {
            if (!names.add(test.get("name").text())) {
                report.error(test.get("name").line(), "Another test is called '" + test.get("name").text() + "' too", "say what this one shows");
            }
        });
    }

    private static List<YamlNode> tests(SourceFile file) {
        return file.kind() == SourceFile.Kind.TEST ? file.root().get("tests").items() : List.of();
    }

    private static List<YamlNode> mocks(SourceFile file) {
        List<YamlNode> mocks = new ArrayList<>();
        if (file.kind() == SourceFile.Kind.TEST && !file.inPage()) {
            mocks.addAll(file.root().get("mocks").items());
            tests(file).forEach(test -> mocks.addAll(test.get("mocks").items()));
        }
        return mocks;
    }

    /** The routes that the test loads. */
    private static List<RouteModel> underTest(Project project, SourceFile file) {
        if (file.kind() != SourceFile.Kind.TEST) {
            return List.of();
        }
        Set<String> names = new HashSet<>(List.of(file.baseName(), "bus", "errors"));
        file.root().get("routes").items().forEach(name -> names.add(name.text().replaceFirst(".*[/:]", "").replaceFirst("\\.camel\\.yaml$", "")));
        return project.all().stream().filter(one -> one.kind() != SourceFile.Kind.TEST && names.contains(one.baseName()))
                .flatMap(one -> one.routes().stream()).toList();
    }

    static void step(Project project, SourceFile file, Report report) {
        Set<String> ids = underTest(project, file).stream().flatMap(route -> route.steps().stream()).map(step -> step.value().get("id").text())
                .filter(id -> !id.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
        mocks(file).stream().map(mock -> mock.get("step")).filter(step -> step.exists() && !ids.contains(step.text()))
                .forEach(step -> report.error(step.line(), "No step is called '" + step.text() + "'",
                        "give the step this id, or correct it" + Report.nearest(step.text(), ids)));
    }

    static void mock(Project project, SourceFile file, Report report) {
        List<String> called = new ArrayList<>();
        for (RouteModel route : underTest(project, file)) {
            Endpoint.of(route.steps()).forEach(endpoint -> called.add(endpoint.plain().replaceFirst("://", ":")));
            route.steps().stream().filter(step -> step.name().equals("bean"))
                    .forEach(step -> called.add("bean:" + step.value().get("ref").text() + "." + step.value().get("method").text().replaceFirst("\\(.*", "")));
        }
        for (YamlNode mock : mocks(file)) {
            String endpoint = mock.get("endpoint").text();
            if (!endpoint.isEmpty() && called.stream().noneMatch(uri -> mayBe(endpoint, uri))) {
                report.error(mock.get("endpoint").line(), "No route under test calls " + endpoint,
                        "correct it or remove the mock; options do not belong here" + Report.nearest(endpoint, called));
            }
        }
    }

    /** Whether a mock can stand for an endpoint, of which a part may only be known when a message comes. */
    private static boolean mayBe(String mock, String uri) {
        String fixed = uri.replaceFirst("(\\$\\{|\\{\\{).*", "");
        String wanted = mock.replaceFirst("\\*$", "");
        boolean open = !fixed.equals(uri) || !uri.contains(":");
        return uri.equals(mock) || uri.startsWith(wanted + ":") || uri.equals(wanted + ".") || !wanted.equals(mock) && uri.startsWith(wanted)
                || open && wanted.startsWith(fixed) || !wanted.equals(mock) && open && fixed.startsWith(wanted);
    }

    static void route(Project project, SourceFile file, Report report) {
        Set<String> ids = underTest(project, file).stream().map(RouteModel::id).collect(Collectors.toCollection(TreeSet::new));
        tests(file).stream().map(test -> test.get("given").get("route")).filter(id -> id.exists() && !file.inPage() && !ids.contains(id.text()))
                .forEach(id -> report.error(id.line(), "No route under test is called '" + id.text() + "'",
                        "correct it, or add its file under 'routes:'" + Report.nearest(id.text(), ids)));
    }
}
