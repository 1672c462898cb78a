package io.dromedary.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The product as a process of its own, {@code dromedary run}, which a test can kill. */
public final class RunningProduct implements AutoCloseable {

    private static final int LIMIT_S = 90;
    /** In what follows the name in {@code /proc/<pid>/stat}; the next is the system's. */
    private static final int USER_TICKS = 11;
    private static final int MILLIS_A_TICK = 10;

    private final Process process;

    private RunningProduct(Process process) {
        this.process = process;
    }

    /** Starts it and waits until it says that it is ready. @param errors takes its standard error */
    public static RunningProduct start(Path errors, Map<String, String> environment, String... javaOptions) throws Exception {
        return start(errors, environment, List.of("io.dromedary.Dromedary", "run"), javaOptions);
    }

    /** The same with another main class, and its arguments, that says it is ready on its standard output. */
    public static RunningProduct start(Path errors, Map<String, String> environment, List<String> main, String... javaOptions) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        command.addAll(List.of(javaOptions));
        command.addAll(main);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        CompletableFuture<Boolean> ready = CompletableFuture.supplyAsync(() -> {
            try {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("ready")) {
                        return true;
                    }
                }
                return false;
            } catch (IOException e) {
                return false;
            }
        });
        boolean started = false;
        try {
            started = ready.get(LIMIT_S, TimeUnit.SECONDS);
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
        if (!started) {
            throw new IllegalStateException("not ready, see " + errors + ":\n" + Files.readString(errors));
        }
        return new RunningProduct(process);
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Processor time used so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /**
     * Of that, what the JVM's compilers have used, which becomes less as a process grows older, whatever it does. Only what the threads have used that are
     * still there: start it with {@code -XX:-UseDynamicNumberOfCompilerThreads}.
     */
    public Duration compilerCpu() throws IOException {
        long ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    ticks += Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
                }
            }
        }
        return Duration.ofMillis(ticks * MILLIS_A_TICK);
    }

    /** Sends a signal: STOP, CONT or TERM. */
    public void signal(String name) throws Exception {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    /** Waits for its end. @return its exit code */
    public int awaitEnd(Duration limit) throws Exception {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("still running after " + limit);
        }
        return process.exitValue();
    }

    /** Ends it without warning. */
    public void kill9() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still alive after SIGKILL");
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            kill9();
        }
    }
}
