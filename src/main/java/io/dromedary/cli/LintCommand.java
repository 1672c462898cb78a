package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.lint.Finding;
import io.dromedary.lint.Fixer;
import io.dromedary.lint.Linter;
import io.dromedary.lint.Sarif;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds mistakes in routes, kamelets, schemas and tests. Needs no environment. */
@Command(name = "lint", mixinStandardHelpOptions = true,
        description = "Finds mistakes in routes, kamelets, schemas, tests and the YAML of Markdown pages before they run.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing has to be corrected", "1:there are findings", "2:wrong usage"})
final class LintCommand implements Callable<Integer> {

    /** How findings are written. */
    enum Format { TEXT, JSON, SARIF }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files or folders; without any DROMEDARY_ROUTES_DIR and "
            + "DROMEDARY_KAMELETS_DIR, or else what is shipped.")
    private List<Path> paths = List.of();

    @Option(names = "--format", defaultValue = "text", description = "text, json (one object per line) or sarif (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Option(names = "--fix", description = "Correct in the files what can be corrected safely, and report the rest.")
    private boolean fix;

    @Option(names = "--rules", description = "Only list the rules.")
    private boolean listRules;

    private final Settings settings = Settings.ofProcess();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (listRules) {
            Linter.rules().forEach((id, about) -> out.printf("%-22s %s%n", id, about));
            out.flush();
            return ExitCode.DONE;
        }
        try (ShippedFiles shipped = ShippedFiles.open()) {
            List<Path> where = where(shipped);
            Linter linter = new Linter(List.of(shipped.routes(), shipped.kamelets()), null);
            List<Finding> findings = linter.lint(where);
            if (fix) {
                List<Finding> fixed = Fixer.fix(findings);
                fixed.forEach(finding -> spec.commandLine().getErr().println("fixed " + finding));
                findings = fixed.isEmpty() ? findings : linter.lint(where);
            }
            print(findings, out);
            return findings.stream().anyMatch(Finding::error) ? ExitCode.FAILED : ExitCode.DONE;
        }
    }

    private List<Path> where(ShippedFiles shipped) {
        List<Path> where = new ArrayList<>(paths);
        if (where.isEmpty()) {
            settings.value("DROMEDARY_ROUTES_DIR").map(Path::of).ifPresent(where::add);
            settings.value("DROMEDARY_KAMELETS_DIR").map(Path::of).ifPresent(where::add);
        }
        for (Path path : where) {
            if (!Files.exists(path)) {
                throw new ParameterException(spec.commandLine(), "There is no " + path + ".");
            }
        }
        return where.isEmpty() ? List.of(shipped.routes(), shipped.kamelets()) : where;
    }

    private void print(List<Finding> findings, PrintWriter out) throws JsonProcessingException {
        Format wanted = json ? Format.JSON : format;
        switch (wanted) {
            case SARIF -> out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(Sarif.of(findings)));
            case JSON -> {
                for (Finding finding : findings) {
                    ObjectNode line = MAPPER.createObjectNode().put("rule", finding.rule()).put("severity", finding.error() ? "error" : "advice")
                            .put("file", finding.file().toString()).put("line", finding.line())
                            .put("message", finding.message()).put("remedy", finding.remedy());
                    out.println(MAPPER.writeValueAsString(line));
                }
            }
            default -> {
                findings.forEach(out::println);
                long errors = findings.stream().filter(Finding::error).count();
                out.println(errors == 0 ? "Nothing has to be corrected." : errors + " to correct.");
            }
        }
        out.flush();
    }
}
