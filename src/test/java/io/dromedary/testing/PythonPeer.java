package io.dromedary.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer program from {@code src/test/python} that runs until it is closed. */
public final class PythonPeer implements AutoCloseable {

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** Starts a script with {@link Peers#python()}. */
    public PythonPeer(String script, String... arguments) throws IOException {
        this(Peers.python(), script, arguments);
    }

    /** Starts a script with a given interpreter. */
    public PythonPeer(String python, String script, List<String> arguments) throws IOException {
        this(python, script, arguments.toArray(String[]::new));
    }

    private PythonPeer(String python, String script, String[] arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python, "-u", Path.of("src/test/python", script).toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Thread reader = new Thread(() -> {
            try (BufferedReader out = process.inputReader()) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                // closed
            }
        }, script);
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits for a line of output that begins like this; others are skipped. */
    public String awaitLine(String beginning, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            String line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IllegalStateException("no line '" + beginning + "' within " + seconds + " s"
                        + (process.isAlive() ? "" : ", the program ended with " + process.exitValue()));
            }
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    /** CPU seconds used so far. */
    public double cpuSeconds() {
        return process.toHandle().info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(0.0);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
