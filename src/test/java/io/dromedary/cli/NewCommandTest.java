package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.dromedary.lint.Linter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code dromedary new} writes is right at once. */
class NewCommandTest {

    private static final List<Path> SHIPPED = List.of(Path.of("src/main/resources/routes"), Path.of("kamelets"));

    private final StringWriter out = new StringWriter();

    private int run(Object... arguments) {
        CommandLine line = DromedaryCli.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return line.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"command,petal-lab/weigh", "flow,lab-readings", "bridge,lab-bridge", "kamelet,lab-scale-source", "kamelet,lab-scale-sink",
            "kamelet,lab-scale-action"})
    void writesWhatLintAndTestAccept(String kind, String name, @TempDir Path folder) throws Exception {
        assertThat(run("new", kind, name, "--dir", folder, "--description", "Says: \"what\" it does.")).as(out.toString()).isZero();
        assertThat(new Linter(SHIPPED, null).lint(List.of(folder))).isEmpty();
        assertThat(run("test", "--min-coverage", "100", folder)).as(out.toString()).isZero();
        assertThat(files(folder)).anyMatch(file -> file.toString().endsWith(".test.yaml")).anyMatch(file -> file.toString().endsWith(".md"));
    }

    @Test
    void touchesNoExistingFile(@TempDir Path folder) throws Exception {
        Path schema = folder.resolve("commands/petal-lab/weigh.schema.json");
        Files.createDirectories(schema.getParent());
        Files.writeString(schema, "mine");
        assertThat(run("new", "command", "petal-lab/weigh", "--dir", folder)).isEqualTo(ExitCode.FAILED);
        assertThat(files(folder)).containsExactly(schema);
        assertThat(schema).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource({"command,weigh", "command,Petal/weigh", "kamelet,lab-scale", "flow,../x", "nonsense,x"})
    void refusesNamesThatLintWouldRefuse(String kind, String name, @TempDir Path folder) throws Exception {
        assertThat(run("new", kind, name, "--dir", folder)).isEqualTo(ExitCode.USAGE);
        assertThat(files(folder)).isEmpty();
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
