package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.routetest.Coverage;
import io.dromedary.routetest.JUnitReport;
import io.dromedary.routetest.RouteTests;
import io.dromedary.routetest.TestFile;
import io.dromedary.routetest.TestResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the tests that lie beside routes. Needs no broker, no configuration and no Java. */
@Command(name = "test", mixinStandardHelpOptions = true,
        description = "Runs the tests (*.test.yaml) that lie beside routes, without anything to connect to.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all passed", "1:a test failed, or the coverage is too low", "2:wrong usage, or there are no tests"})
final class TestCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", arity = "0..*",
            description = "Files or folders; without any DROMEDARY_ROUTES_DIR, or else what is shipped.")
    private List<Path> paths = List.of();

    @Option(names = "--kamelets", paramLabel = "FOLDER", description = "Your own kamelets (default: DROMEDARY_KAMELETS_DIR).")
    private List<Path> kamelets = List.of();

    @Option(names = "--coverage", description = "Name the steps that no test reaches.")
    private boolean showUncovered;

    @Option(names = "--min-coverage", paramLabel = "PERCENT", defaultValue = "0",
            description = "Fail when fewer of the steps are reached (default: ${DEFAULT-VALUE}).")
    private int minCoverage;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write the results as JUnit XML.")
    private Path junit;

    @Option(names = "--json", description = "One JSON object per test and line.")
    private boolean json;

    private final Settings settings = Settings.ofProcess();

    @Override
    public Integer call() throws IOException {
        try (ShippedFiles shipped = ShippedFiles.open()) {
            List<Path> where = paths.isEmpty() ? List.of(settings.value("DROMEDARY_ROUTES_DIR").map(Path::of).orElse(shipped.routes())) : paths;
            for (Path path : where) {
                if (!Files.exists(path)) {
                    throw new ParameterException(spec.commandLine(), "There is no " + path + ".");
                }
            }
            List<Path> files = TestFile.find(where);
            if (files.isEmpty()) {
                spec.commandLine().getErr().println("dromedary: no file named *" + TestFile.ENDING + " in " + where + ".");
                return ExitCode.USAGE;
            }
            return run(files, kamelets(where));
        }
    }

    /** Those named, or the setting's; and the folders under test that have some. */
    private List<Path> kamelets(List<Path> where) throws IOException {
        Set<Path> folders = new LinkedHashSet<>(kamelets);
        if (kamelets.isEmpty()) {
            settings.value("DROMEDARY_KAMELETS_DIR").map(Path::of).ifPresent(folders::add);
        }
        for (Path path : where) {
            try (Stream<Path> files = Files.walk(path)) {
                files.filter(file -> file.toString().endsWith(".kamelet.yaml")).forEach(file -> folders.add(file.toAbsolutePath().getParent()));
            }
        }
        return List.copyOf(folders);
    }

    private int run(List<Path> files, List<Path> folders) throws IOException {
        RouteTests tests = new RouteTests(folders);
        Consumer<TestResult> listener = json ? this::printJson : this::print;
        tests.run(files, listener);
        if (junit != null) {
            JUnitReport.write(tests.results(), junit);
        }
        return summary(tests);
    }

    private int summary(RouteTests tests) {
        long failed = tests.results().stream().filter(result -> !result.passed()).count();
        Coverage coverage = tests.coverage();
        boolean covered = coverage.percent() >= minCoverage;
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            if (showUncovered || !covered) {
                coverage.uncovered().forEach(step -> out.println("not reached  " + step));
            }
            out.printf("%d tests, %d failed; %d of %d steps reached (%d %%)%n", tests.results().size(), failed,
                    coverage.covered(), coverage.total(), coverage.percent());
        }
        out.flush();
        return failed == 0 && covered ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(TestResult result) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-4s %s: %s (%d ms)%n", result.passed() ? "ok" : "FAIL", result.group(), result.name(), result.millis());
        result.failures().forEach(failure -> out.println("       " + failure));
        out.flush();
    }

    private void printJson(TestResult result) {
        ObjectNode line = JSON.createObjectNode();
        line.put("test", result.group()).put("name", result.name()).put("passed", result.passed());
        line.put("file", result.file().toString()).put("seconds", result.millis() / 1000.0);
        line.set("failures", JSON.valueToTree(result.failures()));
        try {
            spec.commandLine().getOut().println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
