package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code dromedary lint} and {@code dromedary test} print and how they end. */
class LintCommandTest {

    private static final Path CORPUS = Path.of("src/test/resources/lint");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter out = new StringWriter();

    private int run(Object... arguments) {
        CommandLine line = DromedaryCli.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(new StringWriter()));
        return line.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void saysWhereWhatAndWhatInstead() {
        Path file = CORPUS.resolve("unknown-option/lab.camel.yaml");
        assertThat(run("lint", file)).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString().lines()).containsExactly(
                file + ":8: 'timer' has no option 'perod' – remove it or use another; did you mean 'period'? [option-unknown]", "1 to correct.");
    }

    @Test
    void writesOneJsonObjectPerLine() throws IOException {
        assertThat(run("lint", "--json", CORPUS.resolve("dangling-direct"))).isEqualTo(ExitCode.FAILED);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(1);
        JsonNode finding = JSON.readTree(lines.get(0));
        assertThat(finding.get("rule").asText()).isEqualTo("direct-dangling");
        assertThat(finding.get("line").asInt()).isEqualTo(15);
        assertThat(finding.get("remedy").asText()).contains("direct:lab-out");
    }

    @Test
    void writesSarifThatNamesItsRules() throws IOException {
        assertThat(run("lint", "--format", "sarif", CORPUS.resolve("password"))).isEqualTo(ExitCode.FAILED);
        JsonNode sarif = JSON.readTree(out.toString());
        assertThat(sarif.get("version").asText()).isEqualTo("2.1.0");
        assertThat(sarif.at("/runs/0/tool/driver/name").asText()).isEqualTo("dromedary lint");
        JsonNode result = sarif.at("/runs/0/results/0");
        assertThat(result.get("ruleId").asText()).isEqualTo("secret");
        Set<String> rules = new TreeSet<>(sarif.at("/runs/0/tool/driver/rules").findValuesAsText("id"));
        assertThat(rules).contains("secret", "camel-schema");
        assertThat(result.at("/locations/0/physicalLocation/region/startLine").asInt()).isPositive();
    }

    @Test
    void endsWellWithoutFindingsAndSaysWrongUsageForAMissingFile(@TempDir Path folder) {
        assertThat(run("lint", folder)).isEqualTo(ExitCode.DONE);
        assertThat(run("lint", folder.resolve("nowhere"))).isEqualTo(ExitCode.USAGE);
        assertThat(run("test", folder.resolve("nowhere"))).isEqualTo(ExitCode.USAGE);
        assertThat(run("test", folder)).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"camel-case-id", "step-id-form", "variable-name", "short-to", "short-log", "short-expression",
            "half-short-expression", "secret-not-raw", "command-id"})
    void correctsWhatIsSafe(String kind, @TempDir Path folder) throws IOException {
        String rule = Files.readString(CORPUS.resolve(kind).resolve("expected")).trim().split(" ")[1];
        copy(CORPUS.resolve(kind), folder);
        run("lint", "--json", folder);
        assertThat(out.toString()).contains("\"rule\":\"" + rule + "\"");
        out.getBuffer().setLength(0);
        run("lint", "--json", "--fix", folder);
        assertThat(out.toString()).doesNotContain("\"rule\":\"" + rule + "\"").doesNotContain("yaml-syntax").doesNotContain("camel-schema");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Test
    void testExitsWithOneWhenATestFailsAndWritesJsonAndJunit(@TempDir Path folder) throws IOException {
        Path report = folder.resolve("junit.xml");
        assertThat(run("test", "--json", "--junit", report, "src/test/resources/routetest/sample.test.yaml")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString().lines().map(LintCommandTest::parsed)).hasSize(10)
                .anySatisfy(line -> assertThat(line.get("failures")).hasSize(5));
        assertThat(report).content().contains("<testsuite name=\"routetest/sample\" tests=\"10\" failures=\"4\"");
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
