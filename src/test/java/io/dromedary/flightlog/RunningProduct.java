package io.dromedary.flightlog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The product as a process of its own, {@code dromedary run}, which a test can kill. */
final class RunningProduct implements AutoCloseable {

    private static final int LIMIT_S = 90;

    private final Process process;

    private RunningProduct(Process process) {
        this.process = process;
    }

    /** Starts it and waits until it says that it is ready. */
    static RunningProduct start(Path errors, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "io.dromedary.Dromedary", "run")
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Boolean ready = CompletableFuture.supplyAsync(() -> {
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
        }).get(LIMIT_S, TimeUnit.SECONDS);
        if (!ready) {
            process.destroyForcibly();
            throw new IllegalStateException("not ready, see " + errors + ":\n" + java.nio.file.Files.readString(errors));
        }
        return new RunningProduct(process);
    }

    void kill9() throws InterruptedException {
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
