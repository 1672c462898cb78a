package io.dromedary.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program to its end.
 *
 * @param exit its exit code
 * @param out  standard output
 * @param err  standard error
 */
public record Cli(int exit, String out, String err) {

    private static final int LIMIT_S = 120;

    /** Runs {@code dromedary} with arguments, on the class path of the test. */
    public static Cli dromedary(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.serialFilter=!*", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "io.dromedary.Dromedary"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        return run(builder, "");
    }

    /** Runs a script of {@code src/test/node}, where its packages are found. */
    public static Cli node(String input, String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", Path.of("src/test/node", script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DROMEDARY_NODE_MODULES", Peers.nodeModules().toAbsolutePath().toString());
        return run(builder, input);
    }

    /** Runs a module of {@link Peers#python()}. */
    public static Cli python(String input, String module, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Peers.python(), "-m", module));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command), input);
    }

    private static Cli run(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Path in = Files.createTempFile("cli", ".in");
        Path out = Files.createTempFile("cli", ".out");
        Path err = Files.createTempFile("cli", ".err");
        try {
            Files.writeString(in, input);
            Process process = builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running after " + LIMIT_S + " s: " + builder.command());
            }
            return new Cli(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(err);
        }
    }
}
