package io.dromedary.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.Peers;

/** A script of {@code src/test/python} that is talked to line by line. */
final class PythonPeer implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    PythonPeer(String script, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Peers.python(), "src/test/python/" + script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        out = process.inputReader(UTF_8);
        in = process.outputWriter(UTF_8);
    }

    void write(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    String read() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("The Python peer has ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
