package io.dromedary.flightlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.Peers;

/** Runs a program of {@code src/test/python/flight-log}, which starts the surroundings and then the product with the classes of the test. */
final class ReplayProgram {

    private ReplayProgram() {
    }

    /** What it has printed; its exit status must be 0. */
    static String run(Path folder, String program, String... arguments) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path classPath = Files.writeString(folder.resolve("class-path"), "-cp \"" + System.getProperty("java.class.path") + "\"");
        File report = folder.resolve("report.txt").toFile();
        List<String> command = new ArrayList<>(List.of(Peers.python(), "src/test/python/flight-log/" + program, "--cmd",
                java + " -Djdk.serialFilter=!* -XX:TieredStopAtLevel=1 @" + classPath + " io.dromedary.Dromedary run",
                "--log", folder.resolve("product.log").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(report).start();
        try {
            assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        String text = Files.readString(report.toPath(), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
