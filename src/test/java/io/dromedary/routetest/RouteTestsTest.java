package io.dromedary.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The runner tells passing tests from failing ones, and says why. */
class RouteTestsTest {

    private static final Path SAMPLE = Path.of("src/test/resources/routetest/sample.test.yaml");
    private static final RouteTests TESTS = new RouteTests(List.of());
    private static final Map<String, List<String>> FAILURES = new HashMap<>();

    @BeforeAll
    static void run() throws Exception {
        TESTS.run(List.of(SAMPLE), result -> FAILURES.put(result.name(), result.failures()));
    }

    @Test
    void passesWhatIsAsExpected() {
        assertThat(List.of("passes", "expected error", "no reply wanted", "step mock", "edge", "edge fails"))
                .allSatisfy(name -> assertThat(FAILURES.get(name)).as(name).isNotNull().isEmpty());
    }

    @Test
    void tellsEachDifferenceWithItsPath() {
        assertThat(FAILURES.get("differs")).containsExactlyInAnyOrder(
                "reply.size: expected \"3\" but was 3",
                "reply.extra: missing, expected 1",
                "published[0]: not expected, was {\"topic\":\"lab/news\",\"message\":{\"path\":\"/fs/a\"}}",
                "published[1]: not expected, was {\"topic\":\"command/web\",\"message\":{\"size\":3}}",
                "calls[0].body.table: expected \"other\" but was \"logs\"");
    }

    @Test
    void failsACallThatNothingAnswers() {
        assertThat(FAILURES.get("unmocked")).first().isEqualTo(
                "direct:cloud/scan-items was called, and neither a route nor a mock of this test answers it");
    }

    @Test
    void failsAnErrorThatWasNotExpected() {
        assertThat(FAILURES.get("unexpected error")).first().asString().startsWith("reply.status: expected \"success\" but was \"error\"");
    }

    @Test
    void namesTheRoutesWhenThereIsNoSuch() {
        assertThat(FAILURES.get("no such route")).singleElement().asString().contains("no route 'lab-egde'").contains("lab-edge");
    }

    @Test
    void namesTheStepsThatNoTestReaches(@TempDir Path folder) throws Exception {
        assertThat(TESTS.coverage().uncovered()).isEmpty();
        assertThat(TESTS.coverage().total()).isEqualTo(9);
        Files.copy(SAMPLE.resolveSibling("sample.camel.yaml"), folder.resolve("sample.camel.yaml"));
        Path test = Files.writeString(folder.resolve("sample.test.yaml"), """
                mocks: [{endpoint: direct:cloud/scan-items, reply: {error: away}}]
                tests: [{name: one, expect: {error: {code: HANDLER_ERROR}}}]
                """);
        RouteTests tests = new RouteTests(List.of());
        tests.run(List.of(test), result -> assertThat(result.failures()).isNotEmpty());
        assertThat(tests.results()).singleElement().satisfies(result -> assertThat(result.failures().get(0)).contains("labCounter"));
        Files.writeString(test, """
                mocks: [{endpoint: direct:cloud/scan-items, reply: {error: away}}, {endpoint: bean:labCounter.count}]
                tests: [{name: one, expect: {error: {code: HANDLER_ERROR}}}]
                """);
        tests.run(List.of(test), result -> assertThat(result.failures()).isEmpty());
        assertThat(tests.coverage().uncovered()).map(Object::toString).contains(
                "sample.camel.yaml:21: lab.sample: setBody[simple{${variable.found[data]}}]",
                "sample.camel.yaml:28: lab.sample: toD[mavftp:${body[path]}]").hasSize(6);
    }

    @Test
    void refusesAFileThatIsNoTest(@TempDir Path folder) throws Exception {
        Path test = Files.writeString(folder.resolve("x.test.yaml"), "tests:\n  - name: one\n    expects: {}\n");
        RouteTests tests = new RouteTests(List.of());
        tests.run(List.of(test), result -> assertThat(result.failures()).singleElement().asString().contains("expects").contains("expect"));
        Files.writeString(test, "tests: [\n");
        tests.run(List.of(test), result -> assertThat(result.failures()).singleElement().asString().startsWith("Not YAML"));
        Files.writeString(test, "tests: [{name: one, expect: {reply: 1}}]");
        tests.run(List.of(test), result -> assertThat(result.failures()).singleElement().asString().contains("no x.camel.yaml"));
        assertThat(tests.results()).hasSize(3);
    }

    @Test
    void writesWhatBuildServersRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("reports/routes.xml");
        JUnitReport.write(TESTS.results(), file);
        Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(10);
        assertThat(xml.getElementsByTagName("failure").getLength()).isEqualTo(4);
        assertThat(xml.getElementsByTagName("failure").item(0).getTextContent()).contains("reply.size: expected \"3\" but was 3");
    }
}
